import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Where everything of a journal stands. */

/** The id of a writer: when it began, to the second, and 48 random bits. Ids sort by time. */
export function newWriterId(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
  return `${time}-${randomBytes(6).toString('hex')}`
}

const writerId = /^\d{8}T\d{6}Z-[0-9a-f]{12}$/
const segmentName = /^(\d{6})\.jsonl$/

export const mostSegments = 999_999

export function isWriterId(text: string): boolean {
  return writerId.test(text)
}

/** When the writer began, in milliseconds, to the second. */
export function writerStartMs(writer: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(writer)?.map(Number) ?? []
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0)
}

export function segmentPath(directory: string, writer: string, segment: number): string {
  return join(directory, writer, `${String(segment).padStart(6, '0')}.jsonl`)
}

/** The values that can be erased, of one segment. */
export function valuesPath(directory: string, writer: string, segment: number): string {
  return join(directory, writer, `${String(segment).padStart(6, '0')}.values.jsonl`)
}

export function checkpointsPath(directory: string, writer: string): string {
  return join(directory, writer, 'checkpoints.jsonl')
}

/** What is left of segments that were pruned. */
export function prunedPath(directory: string, writer: string): string {
  return join(directory, writer, 'pruned.json')
}

/** The ids of a journal's writers, the oldest first. */
export async function listWriters(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const writers = entries.filter((entry) => entry.isDirectory() && isWriterId(entry.name))
  return writers.map(({ name }) => name).sort()
}

/** The numbers of a writer's segments that are there, in order. */
export async function listSegments(directory: string, writer: string): Promise<number[]> {
  const names = await readdir(join(directory, writer))
  return names
    .flatMap((name) => segmentName.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other)
}
