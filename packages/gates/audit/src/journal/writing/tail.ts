import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Digest, digestOf } from '../format/files.ts'
import { segmentPath } from '../format/layout.ts'
import { noHash, readLineHead, type SealEntry } from '../format/line.ts'
import { type LineBatch, newline, readLines } from '../format/lines.ts'
import { leafHash, lineHash } from '../format/merkle.ts'
import { isRunning } from '../format/process.ts'
import { segmentEntry } from '../format/segment-entry.ts'

/** How a writer's journal ends, as it stands in its files. */
export interface Tail {
  readonly entries: number
  /** The leaf hash of the last entry. */
  readonly head: string
  /** What stands after it. */
  readonly torn: Digest & { readonly segment: number }
  /** The intents without outcome. */
  readonly open: readonly number[]
}

/** Longer than any seal, and than any checkpoint. */
const mostLastBytes = 4_096

export interface LastLine {
  readonly line: Buffer
  /** Whether the file ends with it. */
  readonly isEnd: boolean
}

/** The last whole line of a file, if it is as short as seals and checkpoints are. */
export async function lastLine(path: string): Promise<LastLine | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - mostLastBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostLastBytes), 0, mostLastBytes, from)
    const end = buffer.subarray(0, bytesRead).lastIndexOf(newline)
    if (end === -1) return undefined
    return { line: buffer.subarray(buffer.lastIndexOf(newline, end - 1) + 1, end), isEnd: end === bytesRead - 1 }
  } finally {
    await file.close()
  }
}

/** The number of entries and the last leaf hash of a writer that has closed; `undefined` for one that has not. */
export async function closingSeal(
  directory: string,
  writer: string,
  lastSegment: number,
): Promise<{ readonly entries: number; readonly head: string } | undefined> {
  const last = await lastLine(segmentPath(directory, writer, lastSegment))
  if (!last?.isEnd) return undefined
  const { line } = last
  const head = readLineHead(line, 0, line.length)
  if (head?.kind !== 'seal' || (JSON.parse(line.toString()) as SealEntry).reason !== 'closed') return undefined
  return { entries: head.seq + 1, head: leafHash(line) }
}

/** Whether nothing will be added to a writer's entries any more: it has closed, or its process is gone. */
export async function isOver(directory: string, writer: string, segments: readonly number[]): Promise<boolean> {
  const last = segments.at(-1)
  // Only of one that is over all segments are pruned.
  if (last === undefined) return true
  if ((await closingSeal(directory, writer, last)) !== undefined) return true
  for (const segment of segments.slice(-2).toReversed()) {
    const entry = await segmentEntry(directory, writer, segment)
    if (entry?.process !== undefined) return isRunning(entry.process) === false
  }
  return false
}

/** Reads the last segment, or the one before it where nothing of the last was written whole. */
export async function readTail(directory: string, writer: string, segments: readonly number[]): Promise<Tail> {
  for (const segment of segments.toReversed()) {
    const chain = await readSegment(segmentPath(directory, writer, segment))
    if (chain.entries === 0 && segment !== segments[0]) continue
    const torn = await digestAfter(directory, writer, segments, segment, chain.bytes)
    return { entries: chain.entries, head: chain.head, torn, open: [...chain.open] }
  }
  return { entries: 0, head: noHash, torn: { segment: 1, bytes: 0, sha256: '' }, open: [] }
}

/** The whole entries from a segment's beginning on, as far as each follows the one before. */
interface SegmentChain {
  entries: number
  head: string
  bytes: number
  readonly open: Set<number>
}

async function readSegment(path: string): Promise<SegmentChain> {
  const chain: SegmentChain = { entries: 0, head: noHash, bytes: 0, open: new Set() }
  for await (const batch of readLines(path)) if (!follow(chain, batch)) break
  return chain
}

function follow(chain: SegmentChain, { buffer, bounds }: LineBatch): boolean {
  for (let index = 0; index < bounds.length; index += 2) {
    const [start, end] = [bounds[index] as number, bounds[index + 1] as number]
    const head = readLineHead(buffer, start, end)
    const isFirst = chain.bytes === 0
    if (head === undefined || (isFirst ? head.kind !== 'segment' : head.prev !== chain.head)) return false
    if (!note(chain, buffer.toString('utf8', start, end), head)) return false
    chain.entries = head.seq + 1
    chain.head = lineHash(buffer, start, end)
    chain.bytes += end - start + 1
  }
  return true
}

/** Keeps account of the calls that are under way. A line that is no JSON is no entry. */
function note(
  chain: SegmentChain,
  line: string,
  { seq, kind }: { readonly seq: number; readonly kind: string },
): boolean {
  try {
    const entry = JSON.parse(line) as { readonly intent?: number; readonly inFlight?: readonly number[] }
    if (kind === 'intent') chain.open.add(seq)
    if (kind === 'outcome') chain.open.delete(entry.intent as number)
    if (kind === 'segment') for (const open of entry.inFlight ?? []) chain.open.add(open)
    return true
  } catch {
    return false
  }
}

/** What stands after the last whole entry: the rest of its segment, or a later one of which nothing was written whole. */
async function digestAfter(
  directory: string,
  writer: string,
  segments: readonly number[],
  segment: number,
  from: number,
): Promise<Tail['torn']> {
  const last = segments.at(-1) as number
  const rest = await digestOf(segmentPath(directory, writer, last), last === segment ? from : 0)
  return { segment: last, ...rest }
}
