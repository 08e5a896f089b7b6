import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How far a copy of one writer's entries has come. */
export interface CopyPlace {
  /** The `seq` of the next entry. */
  readonly seq: number
  readonly segment: number
  /** Where in the segment's file that entry begins, or will. */
  readonly offset: number
}

export const firstPlace: CopyPlace = { seq: 0, segment: 1, offset: 0 }

function placePath(directory: string, writer: string, name: string): string {
  return join(directory, writer, `copied-${name}.json`)
}

/** The place as it was saved; `undefined` where there is none, or none that can be read. */
export async function readPlace(directory: string, writer: string, name: string): Promise<CopyPlace | undefined> {
  try {
    const place: unknown = JSON.parse(await readFile(placePath(directory, writer, name), 'utf8'))
    return isPlace(place) ? place : undefined
  } catch {
    return undefined
  }
}

export function isPlace(value: unknown): value is CopyPlace {
  const { seq, segment, offset } = (value ?? {}) as Partial<Record<keyof CopyPlace, unknown>>
  return isCount(seq) && isCount(segment) && segment > 0 && isCount(offset)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/**
 * Replaces the place that was saved. It is not synced to the disk: to lose it only means that entries are handed on
 * again. Several processes may save the place of a writer that has ended, so each has a file of its own to rename.
 */
export async function savePlace(directory: string, writer: string, name: string, place: CopyPlace): Promise<void> {
  const path = placePath(directory, writer, name)
  const made = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(made, `${JSON.stringify(place)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(made, path)
  } catch (error) {
    await rm(made, { force: true }).catch(() => undefined)
    throw error
  }
}
