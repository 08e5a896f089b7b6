import { formatVersion } from '../format/line.ts'
import { quoted } from './findings.ts'
import { isSegmentEntry, type JsonObject } from './shapes.ts'

/** What the entry of a segment has to say, where it stands. */
export interface SegmentIdentity {
  readonly journal: string
  readonly writer: string
  readonly segment: number
  readonly key: string | undefined
}

export interface Misfit {
  readonly text: string
  /** Whether it says that the segment is another one. */
  readonly isIdentity: boolean
}

/** What a segment entry says that it can not say in its place. */
export function misfitsOf(entry: JsonObject, { journal, writer, segment, key }: SegmentIdentity): Misfit[] {
  if (!isSegmentEntry(entry)) return [{ text: 'it lacks what a segment entry says', isIdentity: false }]
  return [
    misfit('format', entry.format, formatVersion, false),
    misfit('journal', entry.journal, journal, true),
    misfit('writer', entry.writer, writer, true),
    misfit('segment', entry.segment, segment, true),
    misfit('key', entry.key, key, false),
  ].flat()
}

function misfit(name: string, found: unknown, expected: unknown, isIdentity: boolean): Misfit[] {
  return found === expected
    ? []
    : [{ text: `its ${name} is ${quoted(found)} instead of ${quoted(expected)}`, isIdentity }]
}
