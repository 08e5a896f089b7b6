import { readFile } from 'node:fs/promises'
import { unlessMissing } from '../format/files.ts'
import { prunedPath } from '../format/layout.ts'
import type { PrunedFile } from '../upkeep/pruning.ts'
import { isCount, isObject, isPrunedHead, type JsonObject, parseObject } from './shapes.ts'

const fields = ['by', 'entries', 'head', 'key', 'subtrees', 'through', 'time', 'writer']

/** `undefined` where nothing was pruned, `malformed` for a file that is not as it is written, to the byte. */
export async function readPrunedFile(directory: string, writer: string): Promise<PrunedFile | 'malformed' | undefined> {
  const text = await readFile(prunedPath(directory, writer), 'utf8').catch(unlessMissing)
  if (text === undefined) return undefined
  const file = parseObject(text)
  if (file === undefined || `${JSON.stringify(file)}\n` !== text) return 'malformed'
  return isPrunedFile(file) && file.writer === writer ? file : 'malformed'
}

function isPrunedFile(file: JsonObject): file is JsonObject & PrunedFile {
  const by = file.by
  return (
    Object.keys(file).sort().join() === fields.join() &&
    isPrunedHead(file) &&
    typeof file.time === 'string' &&
    isObject(by) &&
    Object.keys(by).join() === 'writer,seq' &&
    typeof by.writer === 'string' &&
    isCount(by.seq)
  )
}

/** What a prune entry says. */
export type PruneSaid = Omit<PrunedFile, 'by'>

/** Whether an entry and a file say the same. */
export function isSamePrune(one: PruneSaid, other: PruneSaid): boolean {
  return (
    one.time === other.time &&
    one.writer === other.writer &&
    one.key === other.key &&
    one.through === other.through &&
    one.entries === other.entries &&
    one.head === other.head &&
    one.subtrees.join() === other.subtrees.join()
  )
}
