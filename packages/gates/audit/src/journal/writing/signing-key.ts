import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf } from '@toolgate/core'
import { rawPublicKey } from '../format/note.ts'
import { JournalError } from '../journal-error.ts'

/** Signs checkpoints. The key may live elsewhere: in a key management service, or with another process. */
export interface CheckpointSigner {
  /** The 32 bytes of the Ed25519 public key. */
  readonly publicKey: Uint8Array
  /** The 64 bytes of the Ed25519 signature (RFC 8032) of the text. */
  sign(text: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/** The signer of a private key in PEM. @throws TypeError for a key that is not Ed25519. */
function pemSigner(pem: string): CheckpointSigner {
  const key: KeyObject = createPrivateKey(pem)
  return { publicKey: rawPublicKey(key), sign: (text) => sign(null, text, key) }
}

/** The signer of a key file. The file is made, readable by its owner only, if it is not there. */
export async function fileSigner(path: string): Promise<CheckpointSigner> {
  const pem = await readKey(path)
  if (pem !== undefined) return signerOf(path, pem)
  await writeNewKey(path)
  // Whoever made it: several processes may have begun at once.
  return signerOf(path, await readFile(path, 'utf8'))
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new JournalError(`the key file \`${path}\` can not be read: ${messageOf(cause)}`, { cause })
  }
}

function signerOf(path: string, pem: string): CheckpointSigner {
  try {
    return pemSigner(pem)
  } catch (cause) {
    const mend = 'expected an Ed25519 private key in PEM; without the file, one is made'
    throw new JournalError(`the key file \`${path}\` can not be used (${messageOf(cause)}); ${mend}`, { cause })
  }
}

/** The key appears under its name whole, or not at all, also when several processes make one at the same time. */
async function writeNewKey(path: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const made = `${path}.${randomBytes(6).toString('hex')}`
  await mkdir(dirname(path), { recursive: true })
  const file = await open(made, 'wx', 0o600)
  try {
    await file.writeFile(privateKey.export({ format: 'pem', type: 'pkcs8' }))
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(made, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(made)
  }
}
