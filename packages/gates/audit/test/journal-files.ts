import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Reads a journal as docs/audit.md says, and by nothing else: an oracle that shares no code with what it checks. It
 * throws for all that a crash can not leave behind.
 */

interface Entry {
  readonly seq: number
  readonly prev: string
  readonly kind: string
  readonly time: string
  readonly callId?: string
  readonly intent?: number
  readonly outcome?: string
  readonly reason?: string
  readonly count?: number
  readonly after?: {
    readonly segment: number
    readonly bytes: number
    readonly abandonedBytes: number
    readonly reason: string
  }
  readonly inFlight?: readonly number[]
  readonly found?: readonly {
    readonly writer: string
    readonly state: string
    readonly unknown?: { readonly count: number; readonly entries: readonly number[] }
  }[]
}

export interface WriterFiles {
  readonly writer: string
  /** All entries, from the first on. */
  readonly entries: readonly Entry[]
  readonly segments: number
  /** What stands after the last whole entry. */
  readonly tornBytes: number
  /** The notes of the checkpoints that were written whole. */
  readonly notes: readonly string[]
}

export function readFiles(directory: string): WriterFiles[] {
  const writers = readdirSync(directory).filter((name) => /^\d{8}T\d{6}Z-[0-9a-f]{12}$/.test(name))
  return writers.sort().map((writer) => readWriter(join(directory, writer), writer))
}

function readWriter(folder: string, writer: string): WriterFiles {
  const names = readdirSync(folder).sort()
  const segments = names.filter((name) => /^\d{6}\.jsonl$/.test(name)).map((name) => readFileSync(join(folder, name)))
  const entries: Entry[] = []
  let prev = '0'.repeat(64)
  let tornBytes = 0
  for (const [index, segment] of segments.entries()) {
    const after = beginningOf(segments[index + 1])?.after
    const whole = segment.subarray(0, after?.bytes ?? segment.lastIndexOf('\n') + 1)
    if (after !== undefined && segment.length - whole.length !== after.abandonedBytes) {
      throw new Error(`${writer}: segment ${index + 1} has other bytes after its end than were given up`)
    }
    tornBytes = segment.length - whole.length
    for (const line of linesOf(whole)) {
      const entry = JSON.parse(line.toString()) as Entry
      if (entry.seq !== entries.length || entry.prev !== prev) {
        throw new Error(`${writer}: entry ${entries.length} is missing, or stands not where it should`)
      }
      prev = createHash('sha256').update(Buffer.of(0)).update(line).digest('hex')
      entries.push(entry)
    }
    const isLast = segments.slice(index + 1).every((other) => !other.includes('\n'))
    if (!isLast && after === undefined && entries.at(-1)?.kind !== 'seal') {
      throw new Error(`${writer}: segment ${index + 1} ends without a seal, and the next does not say why`)
    }
  }
  const closed = entries.findIndex((entry) => entry.kind === 'seal' && entry.reason === 'closed')
  if (closed !== -1 && closed !== entries.length - 1) throw new Error(`${writer}: entries stand after its last seal`)
  return { writer, entries, segments: segments.length, tornBytes, notes: notesOf(folder, names) }
}

function beginningOf(segment: Buffer | undefined): Entry | undefined {
  const [first] = segment === undefined ? [] : linesOf(segment.subarray(0, segment.indexOf('\n') + 1))
  return first === undefined ? undefined : (JSON.parse(first.toString()) as Entry)
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start)
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}

function notesOf(folder: string, names: readonly string[]): string[] {
  if (!names.includes('checkpoints.jsonl')) return []
  const lines = readFileSync(join(folder, 'checkpoints.jsonl'), 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => (JSON.parse(line) as { readonly note: string }).note)
}

/** What stands in a journal of one call. */
export interface RecordedCall {
  readonly intents: Entry[]
  readonly outcomes: Entry[]
  /** Entries that are a whole call. */
  readonly calls: Entry[]
}

/** By their ids. Of each outcome it is checked that its intent is the one that it says. */
export function callsIn(files: readonly WriterFiles[]): Map<string, RecordedCall> {
  const calls = new Map<string, RecordedCall>()
  for (const { writer, entries } of files) {
    for (const entry of entries) {
      const { kind, callId } = entry
      if (callId === undefined || (kind !== 'intent' && kind !== 'outcome' && kind !== 'call')) continue
      const call = calls.get(callId) ?? { intents: [], outcomes: [], calls: [] }
      calls.set(callId, call)
      call[`${kind}s`].push(entry)
      if (kind === 'outcome' && entries[entry.intent ?? -1]?.callId !== callId) {
        throw new Error(`${writer}: the outcome of ${callId} is said to be of entry ${entry.intent}`)
      }
    }
  }
  return calls
}

/** How a call is said to have ended: by its outcome, or in its only entry. It throws where it is said twice. */
export function outcomeIn(call: RecordedCall | undefined): string | undefined {
  const ends = [...(call?.outcomes ?? []), ...(call?.calls ?? [])]
  if (ends.length > 1) throw new Error(`${ends[0]?.callId} is said to have ended ${ends.length} times`)
  return ends[0]?.outcome
}

/** The intents of a writer that have no outcome. */
export function openIntents({ entries }: WriterFiles): number[] {
  const ended = new Set(entries.filter(({ kind }) => kind === 'outcome').map(({ intent }) => intent))
  return entries.filter(({ kind, seq }) => kind === 'intent' && !ended.has(seq)).map(({ seq }) => seq)
}
