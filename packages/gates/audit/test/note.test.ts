import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkpointText, parseCheckpoint, writerOf } from '../src/journal/format/checkpoint.ts'
import { emptyRoot } from '../src/journal/format/merkle.ts'
import {
  decodeNoteKey,
  encodeNoteKey,
  isSignedBy,
  keyId,
  type NoteKey,
  parseNote,
  rawPublicKey,
  signedNote,
} from '../src/journal/format/note.ts'

// RFC 8032, section 7.1, test 1: a secret key, its public key, and the signature of an empty message.
const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const publicKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const privateKey = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'),
  format: 'der',
  type: 'pkcs8',
})
const key: NoteKey = { name: 'audit', publicKey: Buffer.from(publicKey, 'hex') }
const text = 'audit/20261121T170102Z-8f3a61c09d2e\n17\nRoot\n'
const note = signedNote(text, key, sign(null, Buffer.from(text), privateKey))

describe('a key', () => {
  test('is handed on as text and read again', () => {
    expect(rawPublicKey(privateKey).toString('hex')).toBe(publicKey)
    expect(encodeNoteKey(key)).toMatch(/^audit\+[0-9a-f]{8}\+Adda/)
    expect(decodeNoteKey(encodeNoteKey(key))).toEqual(key)
    // From the Go documentation of golang.org/x/mod/sumdb/note: the id depends on the name and the key.
    const known = decodeNoteKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
    expect(keyId(known)).toBe('c74f20a3')
  })

  test('is refused where its id, its kind or its form is wrong', () => {
    const right = encodeNoteKey(key)
    const [name, id, base64] = right.split('+') as [string, string, string]
    const otherKind = Buffer.concat([Buffer.of(2), key.publicKey]).toString('base64')
    for (const wrong of [
      '',
      name,
      `${name}+${id}`,
      `other+${id}+${base64}`,
      `${name}+00000000+${base64}`,
      `${name}+${id}+${base64.slice(0, -4)}`,
      `${name}+${id}+${otherKind}`,
      `${right}\n`,
      ` ${right}`,
    ]) {
      expect(() => decodeNoteKey(wrong)).toThrow(TypeError)
    }
  })

  test('of another kind than Ed25519 is refused', () => {
    const { privateKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(() => rawPublicKey(other)).toThrow('the key is of type `ec`; expected ed25519')
  })
})

describe('a signed note', () => {
  test('has the text, an empty line, and the signature with the id of its key', () => {
    expect(note.startsWith(`${text}\n— audit `)).toBe(true)
    const parsed = parseNote(note)
    expect(parsed.text).toBe(text)
    expect(parsed.signatures).toMatchObject([{ name: 'audit', keyId: keyId(key) }])
    expect(isSignedBy(parsed, key)).toBe(true)
  })

  test('is verified beside signatures of others, in any order', () => {
    const { privateKey: others } = generateKeyPairSync('ed25519')
    const other = { name: 'witness.example', publicKey: rawPublicKey(others) }
    const theirs = signedNote(text, other, sign(null, Buffer.from(text), others)).slice(text.length + 1)
    const ours = note.slice(text.length + 1)
    for (const both of [`${text}\n${ours}${theirs}`, `${text}\n${theirs}${ours}`]) {
      expect(isSignedBy(parseNote(both), key)).toBe(true)
      expect(isSignedBy(parseNote(both), other)).toBe(true)
    }
    expect(isSignedBy(parseNote(note), other)).toBe(false)
    expect(isSignedBy(parseNote(note), { ...key, name: 'other' })).toBe(false)
  })

  test('may have empty lines in its text', () => {
    const long = 'one\n\ntwo\n'
    const parsed = parseNote(signedNote(long, key, sign(null, Buffer.from(long), privateKey)))
    expect(parsed.text).toBe(long)
    expect(isSignedBy(parsed, key)).toBe(true)
  })

  test('with any one character changed is no note, or is not signed', () => {
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.constantFrom('a', 'A', '0', '\n', ' ', '—', '\u0000'), (at, other) => {
        fc.pre(note[at] !== other)
        // The last character of the base64 has bits that mean nothing.
        fc.pre(at < note.length - 3)
        const edited = note.slice(0, at) + other + note.slice(at + 1)
        expect(isSigned(edited)).toBe(false)
      }),
    )
  })

  test('is refused where it has no signature, no last newline, or control characters', () => {
    for (const wrong of [
      '',
      '\n',
      text,
      `${text}\n`,
      note.slice(0, -1),
      `${note}\n`,
      `${note}more`,
      note.replace('17', '1\u0007'),
      note.replace('17', '1\r'),
      note.replace('— audit', '- audit'),
      '\n\n— audit AAAA\n',
    ]) {
      expect(() => parseNote(wrong)).toThrow('this is no signed note')
    }
  })
})

describe('a checkpoint', () => {
  const checkpoint = { origin: 'audit/20261121T170102Z-8f3a61c09d2e', size: 17, root: emptyRoot }
  const signed = (what: string) => signedNote(what, key, sign(null, Buffer.from(what), privateKey))

  test('is written as three lines and read again', () => {
    const written = checkpointText(checkpoint)
    expect(written).toBe(`${checkpoint.origin}\n17\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`)
    expect(parseCheckpoint(signed(written))).toEqual(checkpoint)
    expect(parseCheckpoint(signed(`${written}an extension\n`))).toEqual(checkpoint)
    expect(writerOf(checkpoint)).toBe('20261121T170102Z-8f3a61c09d2e')
  })

  test('is refused where a line is missing, or a number or hash is none', () => {
    const [origin, , root] = checkpointText(checkpoint).split('\n') as [string, string, string]
    for (const wrong of [
      `${origin}\n17\n`,
      `${origin}\n017\n${root}\n`,
      `${origin}\n-1\n${root}\n`,
      `${origin}\n1e3\n${root}\n`,
      `${origin}\n9999999999999999\n${root}\n`,
      `${origin}\n17\n${root.slice(4)}\n`,
      `17\n${root}\n`,
    ]) {
      expect(() => parseCheckpoint(signed(wrong))).toThrow('the note is no checkpoint')
    }
  })
})

function isSigned(edited: string): boolean {
  try {
    return isSignedBy(parseNote(edited), key)
  } catch {
    return false
  }
}
