import type { AuditEntry, AuditIntent } from '../../entry.ts'

/** What stands in the lines of a journal. `docs/audit.md` says it for readers of other languages. */

/** The version of the format, in the first line of every segment. */
export const formatVersion = 1

/** What the first entry of a writer has for the hash of the entry before. */
export const noHash: string = '0'.repeat(64)

export interface EntryHead {
  /** The number of the entry in its writer's journal, from 0. It is the index of its leaf. */
  readonly seq: number
  /** The leaf hash of the entry before, in hex. */
  readonly prev: string
  /** ISO 8601 in UTC. */
  readonly time: string
}

/** The first entry of every segment. */
export interface SegmentEntry extends EntryHead {
  readonly kind: 'segment'
  readonly format: number
  readonly journal: string
  readonly writer: string
  /** The number of the segment, from 1. */
  readonly segment: number
  /** The key that its checkpoints are signed with, as `name+id+base64`. */
  readonly key: string
  readonly process: WriterProcess
  /** What the segment before ends in, where it has no seal: its writer could not go on with it. */
  readonly after?: AbandonedTail
  /** The entries of calls that were under way, by their `seq`: their outcomes stand in this segment or a later one. */
  readonly inFlight?: readonly number[]
  /** What the writer found of others in the journal. */
  readonly found?: readonly FoundWriter[]
}

export interface WriterProcess {
  readonly host: string
  readonly pid: number
  /** Tells a process from a later one with the same id, where the system has it (Linux). */
  readonly started?: string
}

export interface AbandonedTail {
  readonly segment: number
  /** How many bytes of the segment belong to the journal. */
  readonly bytes: number
  /** The bytes after them, which were given up: nothing in them was acknowledged. */
  readonly abandonedBytes: number
  readonly abandonedSha256: string
  /** Why the writer could not go on. */
  readonly reason: string
}

/** Another writer, as it stood when it was found. */
export interface FoundWriter {
  readonly writer: string
  /** How many entries it had; of one that is running, how many its last checkpoint is about. */
  readonly entries: number
  /** The leaf hash of the last of them, for one that has closed or ended. */
  readonly head?: string
  /** The root of its tree, for one that is running. */
  readonly root?: string
  /** `closed`: it ended as it should. `running`: its process was there, or on another machine. `ended`: it was not. */
  readonly state: 'closed' | 'running' | 'ended'
  /** What stands after the last whole entry of one that has ended. */
  readonly torn?: { readonly segment: number; readonly bytes: number; readonly sha256: string }
  /** The calls of one that has ended whose outcome nobody knows. */
  readonly unknown?: { readonly count: number; readonly entries: readonly number[] }
}

/** A call whose tool is about to run. */
export interface IntentEntry extends EntryHead, AuditIntent {
  readonly kind: 'intent'
  readonly erasable?: readonly string[]
}

/** How the call of an intent ended. */
export interface OutcomeEntry extends EntryHead, Omit<AuditEntry, 'arguments' | 'decisions' | 'time'> {
  readonly kind: 'outcome'
  /** The `seq` of its intent. */
  readonly intent: number
  /** Where settling has changed them. */
  readonly decisions?: AuditEntry['decisions']
}

/** A call whose intent does not stand by itself: it was stopped before, or recorded as a whole. */
export interface CallEntry extends EntryHead, AuditEntry {
  readonly kind: 'call'
  /** The digests of the values that can be erased, as they stand in the arguments. */
  readonly erasable?: readonly string[]
}

/** The last entry of a segment. */
export interface SealEntry extends EntryHead {
  readonly kind: 'seal'
  readonly segment: number
  readonly reason: 'size' | 'age' | 'closed'
}

/** Sealed segments of a writer were removed. */
interface PruneEntry extends EntryHead, PrunedHead {
  readonly kind: 'prune'
}

/** What is left of the segments that were removed from the head of a writer's journal. */
export interface PrunedHead {
  readonly writer: string
  /** The key of its checkpoints, as its segments say it: of those that are pruned nothing else does. */
  readonly key: string
  /** The last segment that was removed. */
  readonly through: number
  /** How many entries there were up to its end. */
  readonly entries: number
  /** The leaf hash of the last of them. */
  readonly head: string
  /** The roots of the largest whole subtrees over them, the left-most first: the tree goes on from there. */
  readonly subtrees: readonly string[]
}

/** A value was erased. */
export interface EraseEntry extends EntryHead {
  readonly kind: 'erase'
  readonly writer: string
  /** The entry that has the value's digest. */
  readonly entry: number
  readonly digest: string
  readonly reason?: string
}

/** Records that were given up, since there was no room to keep them until they could be written. Their results say so. */
interface LostEntry extends EntryHead {
  readonly kind: 'lost'
  readonly count: number
}

type JournalEntry =
  | SegmentEntry
  | IntentEntry
  | OutcomeEntry
  | CallEntry
  | SealEntry
  | PruneEntry
  | EraseEntry
  | LostEntry

export type EntryKind = JournalEntry['kind']

/** What every line begins with, before the fields of its kind. */
export function lineStart(seq: number, prev: string, kind: EntryKind): string {
  return `{"seq":${seq},"prev":"${prev}","kind":"${kind}"`
}

/** What a line says of its place in the chain. */
export interface LineHead {
  readonly seq: number
  readonly prev: string
  readonly kind: string
  /** Where the kind's own fields begin. */
  readonly length: number
}

/** Longer than any head. */
const mostHeadChars = 160
const head = /^\{"seq":(0|[1-9]\d{0,15}),"prev":"([0-9a-f]{64})","kind":"([a-z]{1,16})"/

/** Reads the head of a line in a buffer; `undefined` for a line that does not begin as every entry does. */
export function readLineHead(buffer: Buffer, start: number, end: number): LineHead | undefined {
  const match = head.exec(buffer.toString('latin1', start, Math.min(end, start + mostHeadChars)))
  if (match === null) return undefined
  const [whole, seq, prev, kind] = match as unknown as [string, string, string, string]
  return { seq: Number(seq), prev, kind, length: whole.length }
}

/** A line of a writer's checkpoints. */
export function checkpointLine(note: string): string {
  return JSON.stringify({ note })
}

/** A value that can be erased, with the salt that hides it, as in RFC 9901: base64url of `[salt, path, value]`. */
export function valueLine(seq: number, disclosure: string): string {
  return JSON.stringify({ seq, disclosure })
}
