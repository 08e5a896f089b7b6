import { randomBytes } from 'node:crypto'
import { open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { messageOf } from '@toolgate/core'
import { parseCheckpoint } from '../format/checkpoint.ts'
import { unlessMissing } from '../format/files.ts'
import { checkpointsPath, listSegments, prunedPath, segmentPath, valuesPath } from '../format/layout.ts'
import { noHash, type PrunedHead, readLineHead } from '../format/line.ts'
import { readLines } from '../format/lines.ts'
import { lineHash, MerkleTree } from '../format/merkle.ts'
import { decodeNoteKey, isSignedBy, type NoteKey, parseNote } from '../format/note.ts'
import { readPrunedHead } from '../format/pruned-head.ts'
import { segmentEntry } from '../format/segment-entry.ts'
import { JournalError } from '../journal-error.ts'
import { syncDirectory } from '../writing/segment-file.ts'
import { isOver, lastLine } from '../writing/tail.ts'

/** What is left of pruned segments: `pruned.json`. */
export interface PrunedFile extends PrunedHead {
  /** When they were pruned, in ISO 8601 and UTC. */
  readonly time: string
  /** The entry that says so. */
  readonly by: { readonly writer: string; readonly seq: number }
}

/** Segments that can be pruned: all of a writer up to one. */
export interface Prunable {
  readonly writer: string
  readonly through: number
  readonly segments: readonly number[]
  /** Nothing of the writer is left then. */
  readonly isWhole: boolean
}

/**
 * What a writer has written before a time, in whole segments from the first on. The last segment of a writer counts only
 * once nothing can come after it: when it is closed, or has ended.
 */
export async function findPrunable(
  directory: string,
  writer: string,
  beforeMs: number,
  hasEnded: boolean,
): Promise<Prunable | undefined> {
  const before = await prunedBefore(directory, writer)
  const segments = await removeLeftovers(directory, writer, before?.through ?? 0)
  const last = segments.at(-1)
  if (last === undefined) return undefined
  const isFinal = hasEnded || (await isOver(directory, writer, segments))
  const lastMs = isFinal ? await lastWrittenMs(directory, writer, last) : Number.NaN
  const old: number[] = []
  for (const [index, segment] of segments.entries()) {
    // A segment ends when the next begins. A clock may have been set back meanwhile: what stands before is never younger.
    const next = segments[index + 1]
    const entry = next === undefined ? undefined : await segmentEntry(directory, writer, next)
    const beginsMs = Date.parse(entry?.time ?? '')
    if (!((Number.isNaN(beginsMs) ? lastMs : beginsMs) < beforeMs)) break
    old.push(segment)
  }
  const through = old.at(-1)
  return through === undefined ? undefined : { writer, through, segments: old, isWhole: through === last }
}

/** Removes what a process left that ended while it pruned, and returns the segments that are there for good. */
async function removeLeftovers(directory: string, writer: string, through: number): Promise<number[]> {
  for (const name of await readdir(join(directory, writer))) {
    const segment = Number(/^(\d{6})(?:\.values)?\.jsonl$/.exec(name)?.[1])
    if (segment <= through) await unlink(join(directory, writer, name)).catch(unlessMissing)
  }
  return listSegments(directory, writer)
}

async function prunedBefore(directory: string, writer: string): Promise<PrunedHead | undefined> {
  try {
    return await readPrunedHead(directory, writer)
  } catch (cause) {
    throw new JournalError(messageOf(cause), { cause })
  }
}

/** Of a segment that nothing comes after. A copy of the journal may say a later time, which prunes it later. */
async function lastWrittenMs(directory: string, writer: string, segment: number): Promise<number> {
  return (await stat(segmentPath(directory, writer, segment))).mtimeMs
}

/**
 * The head that is to be pruned, as an entry tells it. It is verified on the way, so that nothing is pruned that was
 * tampered with: pruning would hide it.
 * @throws JournalError where it does not fit its chain or its checkpoints.
 */
export async function headOf(directory: string, { writer, segments, through, isWhole }: Prunable): Promise<PrunedHead> {
  const before = await prunedBefore(directory, writer)
  const tree = new MerkleTree(before?.entries ?? 0, before?.subtrees ?? [])
  const key = (await segmentEntry(directory, writer, segments[0] as number))?.key ?? ''
  const roots = await signedRoots(directory, writer, key)
  let head = before?.head ?? noHash
  for (const segment of segments) {
    const next = await segmentEntry(directory, writer, segment + 1).catch(() => undefined)
    const to = next?.after?.bytes
    for await (const { buffer, bounds } of readLines(segmentPath(directory, writer, segment), {
      ...(to !== undefined && { to }),
    })) {
      for (let index = 0; index < bounds.length; index += 2) {
        const [start, end] = [bounds[index] as number, bounds[index + 1] as number]
        const line = readLineHead(buffer, start, end)
        if (line?.seq !== tree.size || line.prev !== head) throw notIntact(writer, segment, tree.size)
        head = lineHash(buffer, start, end)
        tree.append(head)
        const signed = roots.get(tree.size)
        if (signed !== undefined && signed !== tree.root()) throw notIntact(writer, segment, tree.size - 1)
      }
    }
  }
  // Less than was signed: the end was cut off.
  if (isWhole && Math.max(...roots.keys()) > tree.size) throw notIntact(writer, through, tree.size)
  return { writer, key, through, entries: tree.size, head, subtrees: tree.subtrees }
}

function notIntact(writer: string, segment: number, seq: number): JournalError {
  const place = `segment ${segment} of writer ${writer}, entry ${seq},`
  return new JournalError(
    `${place} does not fit what stands around it, so it is not pruned; run: toolgate audit verify`,
  )
}

/** The roots that checkpoints were signed with, by the number of entries. No call is let in before there is one. */
async function signedRoots(directory: string, writer: string, noteKey: string): Promise<Map<number, string>> {
  try {
    const key = decodeNoteKey(noteKey)
    const roots = new Map<number, string>()
    for await (const { buffer, bounds } of readLines(checkpointsPath(directory, writer))) {
      for (let index = 0; index < bounds.length; index += 2) {
        const line = buffer.toString('utf8', bounds[index], bounds[index + 1])
        const [size, root] = signedRoot((JSON.parse(line) as { note: string }).note, key)
        roots.set(size, root)
        // There may be one of every second of a month, and calls are under way.
        if (roots.size % 64 === 0) await endOfTurn()
      }
    }
    if (roots.size === 0) throw new TypeError('there is none')
    return roots
  } catch (cause) {
    const what = `the checkpoints of writer ${writer} can not be used (${messageOf(cause)})`
    throw new JournalError(`${what}, so it is not pruned; run: toolgate audit verify`, { cause })
  }
}

function signedRoot(note: string, key: NoteKey): [number, string] {
  if (!isSignedBy(parseNote(note), key)) throw new TypeError('a signature is not right')
  const { size, root } = parseCheckpoint(note)
  return [size, root]
}

/** Removes segments, once an entry says so. What is left says where the rest goes on. */
export async function prune(
  directory: string,
  { writer, segments, isWhole }: Prunable,
  left: PrunedFile,
): Promise<void> {
  await replaceFile(prunedPath(directory, writer), `${JSON.stringify(left)}\n`)
  for (const segment of segments) {
    for (const path of [valuesPath(directory, writer, segment), segmentPath(directory, writer, segment)]) {
      await unlink(path).catch(unlessMissing)
    }
  }
  if (!isWhole) return
  const path = checkpointsPath(directory, writer)
  const last = await lastLine(path)
  if (last !== undefined) await replaceFile(path, `${last.line}\n`)
}

/** The file is the old one or the new one, whatever happens meanwhile. */
async function replaceFile(path: string, text: string): Promise<void> {
  const made = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(made, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(made, path)
  await syncDirectory(dirname(path))
}
