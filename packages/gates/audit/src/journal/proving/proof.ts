import { type Checkpoint, parseCheckpoint } from '../format/checkpoint.ts'
import { readLineHead } from '../format/line.ts'
import { leafHash, verifyConsistency, verifyInclusion } from '../format/merkle.ts'
import { decodeNoteKey, isSignedBy, parseNote } from '../format/note.ts'

/**
 * Proofs as texts.
 *
 * That an entry is in a journal is proved in the format of https://c2sp.org/tlog-proof. That a journal has only grown
 * since a checkpoint is proved in the format in which logs ask a witness for its signature, the body of `add-checkpoint`
 * in https://c2sp.org/tlog-witness: a line `old <size>`, the hashes of the consistency proof of RFC 6962, section 2.1.2,
 * in base64, one a line, an empty line, and the newer checkpoint.
 */

const entryProofName = 'c2sp.org/tlog-proof@v1'

export function entryProofText(index: number, hashes: readonly string[], checkpoint: string): string {
  return [entryProofName, `index ${index}`, ...hashes.map(base64Of), '', checkpoint].join('\n')
}

export function growthProofText(oldSize: number, hashes: readonly string[], checkpoint: string): string {
  return [`old ${oldSize}`, ...hashes.map(base64Of), '', checkpoint].join('\n')
}

/** What was wrong with a proof. */
export interface InvalidProof {
  readonly valid: false
  readonly reason: string
}

export interface ValidEntryProof {
  readonly valid: true
  /** `<journal>/<writer>`: whose entry it is. */
  readonly origin: string
  /** The number of the entry. */
  readonly index: number
  /** How many entries the checkpoint is about. */
  readonly size: number
}

export interface ValidGrowthProof {
  readonly valid: true
  readonly origin: string
  /** How many entries the older and the newer checkpoint are about. */
  readonly oldSize: number
  readonly newSize: number
}

export interface VerifyEntryProofOptions {
  /** The proof, as `proveEntry` makes it. */
  readonly proof: string
  /** The entry's line, with or without its newline. */
  readonly line: string
  /** The key that the checkpoint has to be signed with, as `name+id+base64`, from a source that is trusted. */
  readonly key: string
}

/**
 * Whether a proof shows that a journal with this key has this line. Nothing but the proof, the line and the key is
 * needed.
 *
 * @throws TypeError for arguments that are no strings.
 */
export function verifyEntryProof(options: VerifyEntryProofOptions): ValidEntryProof | InvalidProof {
  checkStrings('verifyEntryProof', options, ['proof', 'line', 'key'])
  const { proof, key } = options
  const line = Buffer.from(options.line.replace(/\n$/, ''))
  return verdict(() => {
    const { header, hashes, checkpoint } = parseProof(proof, entryProofHeader)
    const index = Number(header)
    const { origin, size, root } = signedCheckpoint(checkpoint, key)
    const head = readLineHead(line, 0, line.length)
    if (head === undefined) throw new ProofError('the line is no entry of a journal')
    if (head.seq !== index) throw new ProofError(`the line is entry ${head.seq}, and the proof is of entry ${index}`)
    if (index >= size)
      throw new ProofError(`the checkpoint is about ${size} entries, and entry ${index} is not of them`)
    if (!verifyInclusion({ leaf: leafHash(line), index, size, root }, hashes)) {
      throw new ProofError(
        'the line is not the one in the tree of the checkpoint, or the hashes of the proof are wrong',
      )
    }
    return { valid: true, origin, index, size }
  })
}

export interface VerifyGrowthProofOptions {
  /** The proof, as `proveGrowth` makes it. It holds the newer checkpoint. */
  readonly proof: string
  /** The older checkpoint, as a signed note that was kept. */
  readonly from: string
  /** The key that both are signed with, as `name+id+base64`, from a source that is trusted. */
  readonly key: string
}

/**
 * Whether a proof shows that nothing was changed or taken away of what a kept checkpoint is about, up to the newer one
 * in the proof.
 *
 * @throws TypeError for arguments that are no strings.
 */
export function verifyGrowthProof(options: VerifyGrowthProofOptions): ValidGrowthProof | InvalidProof {
  checkStrings('verifyGrowthProof', options, ['proof', 'from', 'key'])
  const { proof, from, key } = options
  return verdict(() => {
    const { header, hashes, checkpoint } = parseProof(proof, growthProofHeader)
    const older = signedCheckpoint(from, key)
    const newer = signedCheckpoint(checkpoint, key)
    if (older.origin !== newer.origin) {
      throw new ProofError(`the proof is of \`${newer.origin}\`, and the kept checkpoint of \`${older.origin}\``)
    }
    if (Number(header) !== older.size) {
      throw new ProofError(`the proof begins at ${header} entries, and the kept checkpoint is about ${older.size}`)
    }
    const consistency = { oldSize: older.size, oldRoot: older.root, newSize: newer.size, newRoot: newer.root }
    if (!verifyConsistency(consistency, hashes)) {
      throw new ProofError('the newer tree does not begin with the older one, or the hashes of the proof are wrong')
    }
    return { valid: true, origin: older.origin, oldSize: older.size, newSize: newer.size }
  })
}

/** Why a proof is not valid. It does not leave this file. */
class ProofError extends Error {}

function verdict<Valid>(verify: () => Valid): Valid | InvalidProof {
  try {
    return verify()
  } catch (error) {
    if (error instanceof ProofError) return { valid: false, reason: error.message }
    throw error
  }
}

interface ParsedProof {
  /** The number in the header. */
  readonly header: string
  readonly hashes: readonly string[]
  readonly checkpoint: string
}

/** What stands before the hashes. Extra data means nothing here: nobody has signed it. */
const entryProofHeader = /^c2sp\.org\/tlog-proof@v1\n(?:extra [A-Za-z0-9+/]*={0,2}\n)?index (0|[1-9]\d{0,15})(?:\n|$)/
const growthProofHeader = /^old (0|[1-9]\d{0,15})(?:\n|$)/

function parseProof(proof: string, pattern: RegExp): ParsedProof {
  const end = proof.indexOf('\n\n')
  const [header, number] = pattern.exec(proof.slice(0, Math.max(end, 0))) ?? []
  if (header === undefined || number === undefined) {
    throw new ProofError('the proof does not begin as one does, or has no checkpoint after an empty line')
  }
  const lines = proof.slice(header.length, end)
  const hashes = lines === '' ? [] : lines.split('\n').map(hexOf)
  return { header: number, hashes, checkpoint: proof.slice(end + 2) }
}

function signedCheckpoint(note: string, key: string): Checkpoint {
  const [parsed, decoded] = [unlessTypeError(() => parseNote(note)), unlessTypeError(() => decodeNoteKey(key))]
  if (!isSignedBy(parsed, decoded)) throw new ProofError(`the checkpoint is not signed with the key \`${key}\``)
  return unlessTypeError(() => parseCheckpoint(note))
}

/** What can not be parsed is no valid proof. */
function unlessTypeError<Value>(parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    if (error instanceof TypeError) throw new ProofError(error.message)
    throw error
  }
}

function base64Of(hash: string): string {
  return Buffer.from(hash, 'hex').toString('base64')
}

/** Only the one way to write a hash is taken, so that no proof can be written in two ways. */
function hexOf(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== 32 || bytes.toString('base64') !== base64) {
    throw new ProofError(`\`${base64}\` is no hash in base64`)
  }
  return bytes.toString('hex')
}

function checkStrings<Options extends object>(
  name: string,
  options: Options,
  fields: readonly (keyof Options)[],
): void {
  for (const field of fields) {
    const value: unknown = options[field]
    if (typeof value === 'string') continue
    throw new TypeError(`${name}.${String(field)} is of type \`${typeof value}\`; expected a string`)
  }
}
