import { Erasures } from './erasures.ts'
import { type FindingCode, Findings } from './findings.ts'
import type { Source } from './mentions.ts'
import type { PruneSaid } from './pruned.ts'
import type { WriterFacts } from './writer-facts.ts'

/** What an entry says that was pruned. */
interface RecordedPrune {
  readonly said: PruneSaid
  readonly source: Source
}

/** What everybody who takes part in the verification of one journal shares. */
export interface Verification {
  readonly directory: string
  /** The journal's name. */
  readonly journal: string
  readonly findings: Findings
  readonly erasures: Erasures
  /** What prune entries say, by the writer that was pruned. */
  readonly prunes: Map<string, RecordedPrune[]>
  readonly facts: Map<string, WriterFacts>
  readonly onBytes: (bytes: number) => void
  readonly signal: AbortSignal | undefined
}

export function newVerification(
  directory: string,
  journal: string,
  { onBytes, signal }: Pick<Verification, 'onBytes' | 'signal'>,
): Verification {
  const [findings, erasures] = [new Findings(), new Erasures()]
  return { directory, journal, findings, erasures, prunes: new Map(), facts: new Map(), onBytes, signal }
}

export interface FindingPlace {
  readonly writer: string
  readonly segment?: number
  readonly seq?: number
  readonly offset?: number
  /** The name of a file of the writer; that of the segment by default. */
  readonly name?: string
}

export type Tell = (
  severity: 'tampered' | 'torn' | 'note',
  code: FindingCode,
  place: FindingPlace,
  message: string,
) => void

/** Adds findings, with the names of their files. */
export function tellOf({ findings }: Verification): Tell {
  return (severity, code, { writer, name, ...place }, message) => {
    const file = name ?? (place.segment === undefined ? undefined : segmentName(place.segment))
    const path = file === undefined ? {} : { file: `${writer}/${file}` }
    findings.add({ severity, code, message, writer, ...place, ...path })
  }
}

export function segmentName(segment: number): string {
  return `${String(segment).padStart(6, '0')}.jsonl`
}

export function valuesName(segment: number): string {
  return `${String(segment).padStart(6, '0')}.values.jsonl`
}
