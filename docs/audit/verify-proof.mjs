// Verifies that an entry is in a journal, with nothing but the proof, the entry's line, and the key of the checkpoints:
//
//   node verify-proof.mjs PROOF_FILE LINE_FILE KEY
//
// KEY is name+id+base64, or a file that has it.
//
// The proof is a https://c2sp.org/tlog-proof, its checkpoint a https://c2sp.org/signed-note, and the tree is that of
// RFC 6962. Nothing of Toolgate is used here: copy this file to where you verify.

import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

function check(condition, problem) {
  if (!condition) throw new Error(problem)
}

function fromBase64(text) {
  const bytes = Buffer.from(text, 'base64')
  check(bytes.toString('base64') === text, `\`${text}\` is not base64`)
  return bytes
}

/** What a checkpoint says, if it is signed with the key: name+id+base64 of 0x01 and the 32 bytes of an Ed25519 key. */
function readCheckpoint(note, keyText) {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(keyText) ?? []
  const key = fromBase64(base64 ?? '')
  check(key.length === 33 && key[0] === 1, 'the key is not name+id+base64 of an Ed25519 key')
  check(sha256(`${name}\n`, key).toString('hex', 0, 4) === id, 'the id of the key is not that of its bytes')
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)])
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
  const end = note.lastIndexOf('\n\n') + 1
  const text = Buffer.from(note.slice(0, end))
  const isSigned = note.split('\n').some((line) => {
    const [, signer, encoded] = /^— (\S+) (\S+)$/u.exec(line) ?? []
    if (signer !== name) return false
    const signature = fromBase64(encoded)
    return signature.toString('hex', 0, 4) === id && verify(null, text, publicKey, signature.subarray(4))
  })
  check(isSigned && note.endsWith('\n'), 'the checkpoint is not signed with the key')
  const [origin, size, root] = note.split('\n')
  check(/^\d{1,15}$/.test(size), 'the checkpoint has no size')
  return { origin, size: Number(size), root: fromBase64(root) }
}

function readProof(text) {
  const [head, ...rest] = text.split('\n\n')
  const [first, ...lines] = head.split('\n').filter((line, at) => at !== 1 || !line.startsWith('extra '))
  check(first === 'c2sp.org/tlog-proof@v1', 'the first line is not c2sp.org/tlog-proof@v1')
  const [, index] = /^index (0|[1-9]\d{0,14})$/.exec(lines.shift()) ?? []
  check(index !== undefined, 'there is no line with the index')
  return { index: Number(index), hashes: lines.map(fromBase64), note: rest.join('\n\n') }
}

/** The root of a tree that has the leaf at this index: RFC 9162, section 2.1.3.2. */
function rootFrom(leaf, index, size, hashes) {
  let [node, last, root] = [index, size - 1, leaf]
  for (const hash of hashes) {
    check(last > 0 && hash.length === 32, 'the proof has too many hashes, or one of them is none')
    const isRight = node % 2 === 1 || node === last
    root = isRight ? sha256(Buffer.of(1), hash, root) : sha256(Buffer.of(1), root, hash)
    while (isRight && node % 2 === 0 && node > 0) [node, last] = [node / 2, Math.floor(last / 2)]
    ;[node, last] = [Math.floor(node / 2), Math.floor(last / 2)]
  }
  check(last === 0, 'the proof has too few hashes')
  return root
}

function verifyProof(proof, file, keyText) {
  const { index, hashes, note } = readProof(proof)
  const { origin, size, root } = readCheckpoint(note, keyText)
  const line = file.at(-1) === 10 ? file.subarray(0, -1) : file
  check(line.toString('latin1').startsWith(`{"seq":${index},`), `the line is not entry ${index}`)
  check(index < size, `entry ${index} is not one of ${size}`)
  check(rootFrom(sha256(Buffer.of(0), line), index, size, hashes).equals(root), 'the line is not in the tree')
  return `valid: entry ${index} of ${origin}, in its tree of ${size} entries`
}

let inputs
try {
  const [proofFile, lineFile, given, ...rest] = process.argv.slice(2)
  check(given !== undefined && rest.length === 0, 'expected three arguments')
  const keyText = existsSync(given) ? readFileSync(given, 'utf8').trim() : given
  check(/^[^\s+]+\+[0-9a-f]{8}\+\S+$/.test(keyText), 'the key is not name+id+base64')
  inputs = [readFileSync(proofFile, 'utf8'), readFileSync(lineFile), keyText]
} catch (error) {
  console.error(`usage: node verify-proof.mjs PROOF_FILE LINE_FILE KEY (${error.message})`)
  process.exit(2)
}
try {
  console.log(verifyProof(...inputs))
} catch (error) {
  console.log(`invalid: ${error.message}`)
  process.exitCode = 1
}
