import { join, resolve } from 'node:path'
import { type Clock, longestTimerMs, PolicyFields, systemClock } from '@toolgate/core'
import type { JournalCopy } from './copies/copy.ts'
import type { CheckpointListener } from './writing/checkpoints.ts'
import type { CheckpointSigner } from './writing/signing-key.ts'

export interface JournalOptions {
  /** Where the journal stands. It is made, readable by its owner only, if it is not there. */
  readonly directory: string
  /** The name in its checkpoints, the same for all that share the directory: no spaces, `+` or `/`. `toolgate` by default. */
  readonly name?: string
  /**
   * The file of the Ed25519 private key, in PEM, that signs the checkpoints. It is made if it is not there. By default
   * it stands beside the directory, with `.key` after its name, so that a copy of the journal has no key in it.
   */
  readonly keyFile?: string
  /** Signs in place of a key file. */
  readonly signer?: CheckpointSigner
  /** Told each checkpoint, to keep it elsewhere: only what is kept elsewhere shows that the journal's end was cut. */
  readonly checkpoint?: CheckpointListener
  /** A checkpoint is signed after so many entries. 10,000 by default. */
  readonly checkpointEntries?: number
  /** And no later than so long after an entry. 1,000 by default. */
  readonly checkpointMs?: number
  /** A segment of this size is sealed, and the next one begun. 64 MiB by default. */
  readonly maxSegmentBytes?: number
  /** And so is a segment of this age. A day by default. */
  readonly maxSegmentAgeMs?: number
  /** The longest that a record which no call waits for stays in memory. 100 by default. */
  readonly flushMs?: number
  /** The most characters of records that wait in memory for a disk that is slow or failing. 16,777,216 by default. */
  readonly maxBacklogChars?: number
  /** Where the entries go besides: see `pinoCopy`. */
  readonly copies?: readonly JournalCopy[]
  /** Told what fails in the background: a write, a signature, a copy. By default it is a warning of the process. */
  readonly onError?: (error: Error) => void
  /** The time, in milliseconds since 1970. For tests. */
  readonly clock?: Clock
}

/** The options of a journal, checked, with what they default to. */
export interface JournalSettings {
  readonly directory: string
  readonly name: string
  readonly keyFile: string
  readonly signer: CheckpointSigner | undefined
  readonly checkpoint: CheckpointListener | undefined
  readonly checkpointEntries: number
  readonly checkpointMs: number
  readonly maxSegmentBytes: number
  readonly maxSegmentAgeMs: number
  readonly flushMs: number
  readonly maxBacklogChars: number
  readonly copies: readonly JournalCopy[]
  readonly onError: (error: Error) => void
  readonly clock: Clock
}

const optionNames: readonly string[] = [
  'directory',
  'name',
  'keyFile',
  'signer',
  'checkpoint',
  'checkpointEntries',
  'checkpointMs',
  'maxSegmentBytes',
  'maxSegmentAgeMs',
  'flushMs',
  'maxBacklogChars',
  'copies',
  'onError',
  'clock',
]

const dayMs = 86_400_000

/** Node.js lets a timer wait no longer, so an older segment is found old a little late. */
const mostAgeMs = longestTimerMs

/** @throws PolicyError for an option that can not be used. */
export function readSettings(options: JournalOptions): JournalSettings {
  const fields = new PolicyFields(options, { path: 'journal', names: optionNames })
  const directory = fields.raw('directory')
  if (typeof directory !== 'string' || directory === '') {
    throw fields.error('directory', 'the path of a directory, such as "audit"')
  }
  const name = fields.raw('name') ?? 'toolgate'
  if (typeof name !== 'string' || !/^[^\s+/\p{C}]{1,100}$/u.test(name)) {
    throw fields.error('name', 'a name of 1 to 100 characters without spaces, `+` and `/`, such as "billing-agents"')
  }
  return {
    directory: resolve(directory),
    name,
    ...readSigning(fields, directory),
    checkpoint: fields.callback('checkpoint'),
    checkpointEntries: fields.wholeNumber('checkpointEntries', { least: 1 }) ?? 10_000,
    checkpointMs: fields.durationMs('checkpointMs', longestTimerMs) ?? 1_000,
    maxSegmentBytes: fields.wholeNumber('maxSegmentBytes', { least: 4_096, most: 1 << 30 }) ?? 64 << 20,
    maxSegmentAgeMs: fields.durationMs('maxSegmentAgeMs', mostAgeMs) ?? dayMs,
    flushMs: fields.durationMs('flushMs', 60_000) ?? 100,
    maxBacklogChars: fields.wholeNumber('maxBacklogChars', { least: 1_024 }) ?? 16_777_216,
    copies: readCopies(fields),
    onError: safely(fields.callback('onError')),
    clock: fields.callback('clock') ?? systemClock,
  }
}

/** What is told may not fail: nothing of the journal depends on whether anybody listens. */
function safely(onError: ((error: Error) => void) | undefined): (error: Error) => void {
  return (error) => {
    try {
      if (onError === undefined) process.emitWarning(error)
      else onError(error)
    } catch (failure) {
      process.emitWarning(failure as Error)
    }
  }
}

function readSigning(fields: PolicyFields, directory: string): Pick<JournalSettings, 'keyFile' | 'signer'> {
  const keyFile = fields.raw('keyFile') ?? `${resolve(directory)}.key`
  if (typeof keyFile !== 'string' || keyFile === '') {
    throw fields.error('keyFile', 'the path of a file, such as "/etc/toolgate/audit.key"')
  }
  const signer = fields.raw('signer') as Partial<CheckpointSigner> | undefined
  if (signer === undefined) return { keyFile: join(keyFile), signer: undefined }
  if (fields.raw('keyFile') !== undefined) throw fields.error('signer', 'no signer beside a keyFile: leave out one')
  if (
    typeof signer?.sign !== 'function' ||
    !(signer.publicKey instanceof Uint8Array) ||
    signer.publicKey.length !== 32
  ) {
    throw fields.error('signer', '{ publicKey, sign } with the 32 bytes of an Ed25519 public key and a function')
  }
  return { keyFile, signer: signer as CheckpointSigner }
}

function readCopies(fields: PolicyFields): readonly JournalCopy[] {
  const copies = fields.raw('copies') ?? []
  const isCopy = (copy: Partial<JournalCopy> | undefined) => {
    return typeof copy?.write === 'function' && /^[a-z0-9-]{1,40}$/.test(copy.name ?? '')
  }
  if (!Array.isArray(copies) || !copies.every(isCopy)) {
    throw fields.error('copies', 'a list of copies, such as [pinoCopy(logger)], with names of a-z, 0-9 and "-"')
  }
  const names = copies.map(({ name }: JournalCopy) => name)
  if (new Set(names).size < names.length) throw fields.error('copies', 'copies of different names: give one another')
  return copies
}
