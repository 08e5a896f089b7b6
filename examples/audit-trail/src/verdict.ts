import type { JournalReport } from 'toolgate'
import { check } from './screen.ts'
import type { Trail } from './trail.ts'

/** What a verification should come to, and what it should find where. */
export interface Expected {
  readonly verdict: JournalReport['verdict']
  readonly finding?: { readonly code: string; readonly writer: string; readonly entry: number }
  /** Whether the checkpoints that were kept elsewhere are at hand. They are by default. */
  readonly kept?: boolean
}

export async function checkVerdict(trail: Trail, { verdict, finding, kept = true }: Expected): Promise<void> {
  const report = await trail.verify(kept)
  check(report.verdict === verdict, `verify says: ${report.verdict}`)
  if (finding === undefined) return
  const { code, writer, entry } = finding
  const found = report.findings.find((one) => one.code === code)
  if (found === undefined) return check(false, `it did not find ${code}`)
  const isSo = found.writer === writer && found.segment === 1 && found.seq === entry
  check(isSo, `it found: ${code}, at entry ${found.seq} in segment ${found.segment} of ${trail.nameOf(found.writer)}`)
}
