import { stat } from 'node:fs/promises'
import { anchoredEntries } from './anchors.ts'
import { concludeMissing, concludeValues, WriterConclusion } from './conclusion.ts'
import { quoted } from './findings.ts'
import { checkKept, decodeKept, decodeKeys, journalName } from './kept.ts'
import { JournalKeys } from './keys.ts'
import { readLateEntries } from './late-entries.ts'
import type { JournalReport, JournalVerdict, VerifyJournalOptions, WriterReport } from './report.ts'
import { type Survey, surveyJournal } from './survey.ts'
import { newVerification, type Verification } from './verification.ts'
import { WriterPass } from './writer-pass.ts'

/**
 * Verifies a journal: that nothing in it was changed, put in or taken out, as far as that can be told. It reads
 * everything once, needs memory for what was erased and for the segments, and none for the entries, and can be run
 * while processes write.
 * @throws Error for a directory that is not there or is no journal, TypeError for keys and checkpoints that are none.
 */
export async function verifyJournal(options: VerifyJournalOptions): Promise<JournalReport> {
  const startedAt = performance.now()
  const { directory, signal } = options
  const kept = decodeKept(options.checkpoints ?? [])
  const allowed = options.keys === undefined ? undefined : decodeKeys(options.keys)
  await checkDirectory(directory)
  const survey = await surveyJournal(directory, signal).catch(changedMeanwhile)
  if (survey.writers.length === 0 && kept.length === 0) {
    throw new Error(
      `${quoted(directory)} is no journal: expected a directory for each writer, such as 20261121T170102Z-8f3a61c09d2e`,
    )
  }
  const onBytes = progressOf(survey, options)
  const verification = newVerification(directory, journalName(survey, kept), { onBytes, signal })
  const keys = new JournalKeys(survey, allowed)
  const keptOf = checkKept(verification, { survey, kept, keys })
  for (const writer of survey.writers) {
    keys.check(verification, writer)
    const mentions = survey.mentions.of(writer.writer)
    const pass = new WriterPass(verification, {
      survey: writer,
      ...keys.of(writer),
      mentions,
      kept: keptOf(writer.writer),
    })
    verification.facts.set(writer.writer, await pass.run().catch(changedMeanwhile))
  }
  await readLateEntries(verification).catch(changedMeanwhile)
  const writers = await conclude(verification, survey)
  const { findings } = verification
  return {
    verdict: verdictOf(verification, writers),
    findings: findings.list(),
    moreFindings: findings.more,
    writers,
    entries: sum(writers, ({ entries }) => entries),
    bytes: sum(writers, ({ bytes }) => bytes),
    durationMs: performance.now() - startedAt,
  }
}

async function checkDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === 'ENOENT' ? 'is not there' : `can not be read: ${cause.message}`
    throw new Error(`the journal in ${quoted(directory)} ${what}`, { cause })
  })
  if (!found.isDirectory()) throw new Error(`${quoted(directory)} is no journal: expected a directory`)
}

/** Files that were there a moment ago are removed by pruning, as a rule. */
function changedMeanwhile(cause: NodeJS.ErrnoException): never {
  if (cause.code !== 'ENOENT') throw cause
  throw new Error(`a file was removed while the journal was verified, as by pruning; verify it again`, { cause })
}

function progressOf(survey: Survey, { onProgress }: VerifyJournalOptions): (bytes: number) => void {
  if (onProgress === undefined) return () => undefined
  const totalBytes = sum(
    survey.writers.flatMap(({ segments }) => segments),
    (segment) => segment.bytes,
  )
  let read = 0
  return (bytes) => {
    read += bytes
    onProgress({ bytes: read, totalBytes })
  }
}

/** What only shows when all writers are looked at together. */
async function conclude(verification: Verification, survey: Survey): Promise<WriterReport[]> {
  const conclusions = new Map<string, WriterConclusion>()
  for (const [writer, facts] of verification.facts) {
    const conclusion = new WriterConclusion(verification, facts)
    conclusions.set(writer, conclusion)
    await conclusion.conclude()
  }
  const mentioned = survey.mentions.writers.map((writer) => [writer, survey.mentions.of(writer)] as const)
  concludeMissing(verification, new Map(mentioned))
  concludeValues(verification, (writer) => conclusions.get(writer)?.state)
  const anchored = anchoredEntries(verification)
  return [...conclusions].map(([writer, conclusion]) => conclusion.report(anchored.get(writer) ?? 0))
}

function verdictOf({ findings }: Verification, writers: readonly WriterReport[]): JournalVerdict {
  if (findings.has('tampered')) return 'tampered'
  if (findings.has('torn')) return 'torn'
  // Of a writer that was pruned whole there is nothing left that could be missing.
  if (writers.some(({ entries, pruned, anchored }) => entries > pruned && anchored === 0)) return 'unanchored'
  return writers.some(({ pruned }) => pruned > 0) ? 'pruned' : 'intact'
}

function sum<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((total, item) => total + count(item), 0)
}
