import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'

/**
 * Signed notes with Ed25519, as in C2SP's signed-note: a text, an empty line, and one line for each signature. See
 * https://c2sp.org/signed-note.
 */

const ed25519 = 1
/** What stands before the 32 bytes of a public key in its DER form (RFC 8410). */
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/** Who signs notes: a name, and the 32 bytes of an Ed25519 public key. */
export interface NoteKey {
  readonly name: string
  readonly publicKey: Buffer
}

/** A signed note, taken apart. Nothing of it is verified. */
export interface Note {
  /** What is signed, with its last newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

interface NoteSignature {
  readonly name: string
  readonly keyId: string
  readonly signature: Buffer
}

/** The first four bytes, as hex, of SHA-256(name ‖ newline ‖ 0x01 ‖ public key): tells keys apart, and proves nothing. */
export function keyId({ name, publicKey }: NoteKey): string {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ed25519), publicKey])).slice(0, 8)
}

/** The key as people hand it on: `name+id+base64`. */
export function encodeNoteKey(key: NoteKey): string {
  return `${key.name}+${keyId(key)}+${Buffer.concat([Buffer.of(ed25519), key.publicKey]).toString('base64')}`
}

/** @throws TypeError for a text that is no Ed25519 key, or whose id is not that of its key. */
export function decodeNoteKey(text: string): NoteKey {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? []
  const bytes = Buffer.from(base64 ?? '', 'base64')
  const key = { name: name ?? '', publicKey: bytes.subarray(1) }
  if (bytes.length !== 33 || bytes[0] !== ed25519 || keyId(key) !== id) {
    throw new TypeError(`\`${text}\` is no key of signed notes; expected name+id+base64 of an Ed25519 public key`)
  }
  return key
}

/** Puts the signature below the text. */
export function signedNote(text: string, key: NoteKey, signature: Uint8Array): string {
  const encoded = Buffer.concat([Buffer.from(keyId(key), 'hex'), signature]).toString('base64')
  return `${text}\n— ${key.name} ${encoded}\n`
}

/** The most bytes of a note, as those who wrote the format's reference have it. */
const mostNoteChars = 1_000_000

/** @throws TypeError for what is no signed note. */
export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n')
  const lines = note.slice(end + 2).split('\n')
  const signatures = lines.slice(0, -1).flatMap((line) => parseSignature(line) ?? [])
  const isWhole = lines.length > 1 && lines.at(-1) === '' && signatures.length === lines.length - 1
  if (end <= 0 || note.length > mostNoteChars || !isWhole || hasControls(note)) {
    throw new TypeError('this is no signed note: expected a text, an empty line, and lines such as "— name signature"')
  }
  return { text: note.slice(0, end + 1), signatures }
}

/** The base64 has to be written in the one right way, so that no note can be changed and stay the same. */
function parseSignature(line: string): NoteSignature | undefined {
  const [, name = '', base64 = ''] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
  const bytes = Buffer.from(base64, 'base64')
  if (name === '' || bytes.toString('base64') !== base64) return undefined
  return { name, keyId: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) }
}

function hasControls(note: string): boolean {
  return /[^\P{Cc}\n]/u.test(note) || !note.isWellFormed()
}

/** Whether the note has a signature of this key that is right. */
export function isSignedBy(note: Note, key: NoteKey): boolean {
  const id = keyId(key)
  const own = note.signatures.filter((signature) => signature.name === key.name && signature.keyId === id)
  const publicKey = publicKeyOf(key)
  return own.some(({ signature }) => verify(null, Buffer.from(note.text), publicKey, signature))
}

const publicKeys = new WeakMap<NoteKey, KeyObject>()

function publicKeyOf(key: NoteKey): KeyObject {
  const known = publicKeys.get(key)
  if (known !== undefined) return known
  const der = Buffer.concat([publicKeyPrefix, key.publicKey])
  const made = createPublicKey({ key: der, format: 'der', type: 'spki' })
  publicKeys.set(key, made)
  return made
}

/** The 32 bytes of an Ed25519 public key. @throws TypeError for a key of another kind. */
export function rawPublicKey(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new TypeError(`the key is of type \`${key.asymmetricKeyType ?? key.type}\`; expected ed25519`)
  }
  const publicKey = key.type === 'public' ? key : createPublicKey(key as never)
  return publicKey.export({ format: 'der', type: 'spki' }).subarray(publicKeyPrefix.length)
}
