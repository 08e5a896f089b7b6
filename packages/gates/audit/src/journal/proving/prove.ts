import { PolicyFields } from '@toolgate/core'
import { writerOf } from '../format/checkpoint.ts'
import { consistencyRanges, inclusionRanges, leafHash, verifyConsistency, verifyInclusion } from '../format/merkle.ts'
import { JournalError } from '../journal-error.ts'
import { entryProofText, growthProofText } from './proof.ts'
import { checkpointOf, checkWriter, latestCheckpoint, readCheckpoint, readProof } from './read-proof.ts'

export interface ProveEntryOptions {
  /** The journal's directory. */
  readonly directory: string
  readonly writer: string
  /** The number of the entry in its writer's journal. */
  readonly seq: number
  /** The checkpoint to prove it by, as a signed note. By default the writer's latest. */
  readonly checkpoint?: string
}

/** An entry, and the proof that it is in the journal. */
export interface EntryProof {
  /** The entry as it is stored, without its newline. */
  readonly line: string
  /** The proof, in the format of https://c2sp.org/tlog-proof. */
  readonly proof: string
}

/**
 * Proves that an entry is in a journal to somebody who has the key of its checkpoints, and not the journal: see
 * `verifyEntryProof`. The writer's journal is read once, up to the size of the checkpoint.
 *
 * It rejects with a JournalError where the entry can not be proved, and says why, and with a JournalDamageError where
 * the journal can not be read.
 *
 * @throws PolicyError for an option that can not be used.
 */
export async function proveEntry(options: ProveEntryOptions): Promise<EntryProof> {
  const fields = new PolicyFields(options, { path: 'proveEntry', names: ['directory', 'writer', 'seq', 'checkpoint'] })
  const seq = fields.wholeNumber('seq', { least: 0 })
  if (seq === undefined) throw fields.error('seq', 'the number of an entry, such as 17')
  const place = { directory: text(fields, 'directory'), writer: text(fields, 'writer') }
  await checkWriter(place)
  const note = optionalText(fields, 'checkpoint') ?? (await latestCheckpoint(place))
  const { size, root } = checkpointOf(place, note)
  if (seq >= size) throw new JournalError(notCovered(place.writer, seq, size))
  const { hashes, line } = await readProof(place, { ranges: inclusionRanges(seq, size), size, seq })
  if (line === undefined) throw new JournalError(`entry ${seq} of \`${place.writer}\` was pruned`)
  const leaf = leafHash(Buffer.from(line))
  if (!verifyInclusion({ leaf, index: seq, size, root }, hashes)) throw new JournalError(isOther(place.writer, size))
  return { line, proof: entryProofText(seq, hashes, note) }
}

export interface ProveGrowthOptions {
  /** The journal's directory. */
  readonly directory: string
  /** The older checkpoint, as a signed note that was kept. */
  readonly from: string
  /** The newer one. By default the writer's latest. */
  readonly to?: string
}

/**
 * Proves that a writer's journal has only grown from one checkpoint to another, to somebody who has kept the older one:
 * see `verifyGrowthProof`. The proof is in the format in which logs ask a witness for its signature, the body of
 * `add-checkpoint` in https://c2sp.org/tlog-witness. The writer's journal is read once.
 *
 * It rejects with a JournalError where this can not be proved, and says why, and with a JournalDamageError where the
 * journal can not be read.
 *
 * @throws PolicyError for an option that can not be used.
 */
export async function proveGrowth(options: ProveGrowthOptions): Promise<string> {
  const fields = new PolicyFields(options, { path: 'proveGrowth', names: ['directory', 'from', 'to'] })
  const older = readCheckpoint(text(fields, 'from'))
  const place = { directory: text(fields, 'directory'), writer: writerOf(older) }
  await checkWriter(place)
  const note = optionalText(fields, 'to') ?? (await latestCheckpoint(place))
  const newer = checkpointOf(place, note)
  if (older.size > newer.size) {
    throw new JournalError(
      `the checkpoint to start from is about ${older.size} entries, and the other about ${newer.size}`,
    )
  }
  if (older.size === 0)
    throw new JournalError('the checkpoint to start from is about no entries: there is nothing to prove')
  const ranges = consistencyRanges(older.size, newer.size)
  const { hashes } = await readProof(place, { ranges, size: newer.size })
  const growth = { oldSize: older.size, oldRoot: older.root, newSize: newer.size, newRoot: newer.root }
  if (!verifyConsistency(growth, hashes)) throw new JournalError(isOther(place.writer, newer.size))
  return growthProofText(older.size, hashes, note)
}

function text(fields: PolicyFields, name: string): string {
  const value = optionalText(fields, name)
  if (value === undefined) throw fields.error(name, 'a string that is not empty')
  return value
}

function optionalText(fields: PolicyFields, name: string): string | undefined {
  const value = fields.raw(name)
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw fields.error(name, 'a string that is not empty')
}

function notCovered(writer: string, seq: number, size: number): string {
  return `entry ${seq} of \`${writer}\` is not covered: the checkpoint is about the ${size} entries before entry ${size}`
}

function isOther(writer: string, size: number): string {
  return (
    `the first ${size} entries of \`${writer}\` are not those that the checkpoint is about: ` +
    'toolgate audit verify finds out what happened'
  )
}
