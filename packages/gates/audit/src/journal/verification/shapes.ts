import type { AbandonedTail, EraseEntry, FoundWriter, PrunedHead, SegmentEntry, WriterProcess } from '../format/line.ts'
import { MerkleTree } from '../format/merkle.ts'

/** Whether what stands in a file has the shape that it should have. Anything may stand in a file that was tampered with. */

export type JsonObject = Readonly<Record<string, unknown>>

/** `undefined` for a text that is no JSON object. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isHash(value: unknown): value is string {
  return isText(value) && /^[0-9a-f]{64}$/.test(value)
}

function isOptional<Type>(value: unknown, is: (value: unknown) => value is Type): value is Type | undefined {
  return value === undefined || is(value)
}

function isListOf<Type>(is: (value: unknown) => value is Type): (value: unknown) => value is Type[] {
  return (value): value is Type[] => Array.isArray(value) && value.every(is)
}

export function isSegmentEntry(entry: JsonObject): entry is JsonObject & SegmentEntry {
  return (
    entry.kind === 'segment' &&
    isCount(entry.format) &&
    isText(entry.journal) &&
    isText(entry.writer) &&
    isCount(entry.segment) &&
    isText(entry.key) &&
    isProcess(entry.process) &&
    isOptional(entry.after, isAbandonedTail) &&
    isOptional(entry.inFlight, isListOf(isCount)) &&
    isOptional(entry.found, isListOf(isFoundWriter))
  )
}

function isProcess(value: unknown): value is WriterProcess {
  return isObject(value) && isText(value.host) && isCount(value.pid) && isOptional(value.started, isText)
}

function isAbandonedTail(value: unknown): value is AbandonedTail {
  return (
    isObject(value) &&
    isCount(value.segment) &&
    isCount(value.bytes) &&
    isCount(value.abandonedBytes) &&
    isHash(value.abandonedSha256) &&
    isText(value.reason)
  )
}

function isFoundWriter(value: unknown): value is FoundWriter {
  return (
    isObject(value) &&
    isText(value.writer) &&
    isCount(value.entries) &&
    isOptional(value.head, isHash) &&
    isOptional(value.root, isHash) &&
    (value.state === 'closed' || value.state === 'running' || value.state === 'ended') &&
    isOptional(value.torn, isTorn)
  )
}

function isTorn(value: unknown): value is NonNullable<FoundWriter['torn']> {
  return isObject(value) && isCount(value.segment) && isCount(value.bytes) && isHash(value.sha256)
}

export function isErasure(entry: JsonObject): entry is JsonObject & EraseEntry {
  return isText(entry.writer) && isCount(entry.entry) && isText(entry.digest)
}

export function isPrunedHead(value: JsonObject): value is JsonObject & PrunedHead {
  return (
    isText(value.writer) &&
    isText(value.key) &&
    isCount(value.through) &&
    isCount(value.entries) &&
    isHash(value.head) &&
    isListOf(isHash)(value.subtrees) &&
    isTreeOf(value.entries, value.subtrees)
  )
}

function isTreeOf(size: number, subtrees: readonly string[]): boolean {
  try {
    return new MerkleTree(size, subtrees).size === size
  } catch {
    return false
  }
}
