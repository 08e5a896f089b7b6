import { join } from 'node:path'
import type { JournalFinding, JournalReport, JournalVerdict, WriterReport } from '@toolgate/audit'
import type { Output, Style } from '../command-line/output.ts'
import { writeProse } from '../command-line/prose.ts'
import { formatBytes, formatCount, formatCountOf, formatDuration } from '../command-line/quantities.ts'
import { safeText } from '../command-line/safe-text.ts'
import { type Cell, type Column, writeTable } from '../command-line/table.ts'

const mostWriters = 50

/** A report for people: the verdict first, then what was found, the writers, and what to do next. */
export async function writeReport(output: Output, report: JournalReport, directory: string): Promise<void> {
  await writeVerdict(output, report)
  await writeFindings(output, report, directory)
  await output.line()
  await writeWriters(output, report.writers)
  await writeNext(output, report, directory)
}

const looks: Readonly<Record<JournalVerdict, { readonly mark: string; readonly style: Style }>> = {
  intact: { mark: '✓', style: ['bold', 'green'] },
  pruned: { mark: '✓', style: ['bold', 'green'] },
  unanchored: { mark: '!', style: ['bold', 'yellow'] },
  torn: { mark: '!', style: ['bold', 'yellow'] },
  tampered: { mark: '✗', style: ['bold', 'red'] },
}

async function writeVerdict(output: Output, report: JournalReport): Promise<void> {
  const { mark, style } = looks[report.verdict]
  await output.line(output.style(style, `${mark} ${report.verdict}`))
  await writeProse(output, sentence(report), '  ')
  const { entries, writers, bytes, durationMs } = report
  const extent = `${formatCountOf(entries, 'entry', 'entries')} of ${formatCountOf(writers.length, 'writer')}`
  await output.line(
    output.style('dim', `  ${extent}, ${formatBytes(bytes)}, verified in ${formatDuration(durationMs)}`),
  )
}

function sentence({ verdict, findings, moreFindings, entries, writers }: JournalReport): string {
  const pruned = sum(writers, (writer) => writer.pruned)
  const after = entries - sum(writers, (writer) => writer.anchored)
  const newer = after > 0 ? ` The last ${formatCountOf(after, 'entry', 'entries')} came after them.` : ''
  switch (verdict) {
    case 'intact':
      return `Everything that the checkpoints kept elsewhere are about is there, and unchanged.${newer}`
    case 'pruned':
      return `Everything is there and unchanged, but for ${formatCountOf(pruned, 'older entry', 'older entries')} that the journal itself records as pruned.${newer}`
    case 'unanchored':
      return 'What is there is consistent. But no checkpoint kept elsewhere covers every writer, so a tail or a whole writer could be missing, or all of it written anew.'
    case 'torn':
      return 'A writer ended without closing, and none after it has recorded what it left. A crash looks like this, and so does a tail that was cut off. The next process that opens the journal records it.'
    case 'tampered': {
      const count = findings.filter(({ severity }) => severity === 'tampered').length + moreFindings
      return `Something was changed, put in or taken out: ${formatCountOf(count, 'finding')}.`
    }
    default:
      return verdict satisfies never
  }
}

const findingLooks: Readonly<Record<JournalFinding['severity'], { readonly mark: string; readonly style: Style }>> = {
  tampered: { mark: '✗', style: 'red' },
  torn: { mark: '!', style: 'yellow' },
  note: { mark: '·', style: 'dim' },
}

async function writeFindings(
  output: Output,
  { findings, moreFindings }: JournalReport,
  directory: string,
): Promise<void> {
  for (const finding of findings) {
    const { mark, style } = findingLooks[finding.severity]
    await output.line()
    await output.line(`${output.style(style, `${mark} ${finding.code}`)}${placeOf(finding)}`)
    // The place stands in the line above.
    await writeProse(output, safeText(finding.message.replace(/^writer [^:]*: /, '')), '  ')
    const { file, offset } = finding
    const at = offset === undefined ? '' : `, from byte ${offset}`
    if (file !== undefined) await output.line(output.style('dim', `  ${safeText(join(directory, file))}${at}`))
  }
  if (moreFindings > 0) await output.line(`\n  and ${formatCount(moreFindings)} more`)
}

function placeOf({ writer, segment, seq }: JournalFinding): string {
  const parts = [
    writer === undefined ? [] : `writer ${safeText(writer)}`,
    segment === undefined ? [] : `segment ${segment}`,
    seq === undefined ? [] : `entry ${seq}`,
  ]
  return parts.flat().reduce((place, part) => `${place}  ${part}`, '')
}

const states: Readonly<Record<WriterReport['state'], Style>> = { closed: 'green', running: 'blue', ended: 'yellow' }

async function writeWriters(output: Output, writers: readonly WriterReport[]): Promise<void> {
  const hasPruned = writers.some(({ pruned }) => pruned > 0)
  const columns: Column[] = [
    { title: 'WRITER' },
    { title: 'STATE' },
    { title: 'ENTRIES', side: 'right' },
    ...(hasPruned ? [{ title: 'PRUNED', side: 'right' } as const] : []),
    { title: 'SIGNED', side: 'right' },
    { title: 'ANCHORED', side: 'right' },
    { title: 'UNKNOWN', side: 'right' },
  ]
  const rows = writers
    .slice(-mostWriters)
    .map((writer): Cell[] => [
      safeText(writer.writer),
      { text: writer.state, style: states[writer.state] },
      formatCount(writer.entries),
      ...(hasPruned ? [formatCount(writer.pruned)] : []),
      covered(writer.signed, writer),
      covered(writer.anchored, writer),
      writer.unknown === 0 ? '0' : { text: formatCount(writer.unknown), style: 'magenta' },
    ])
  await writeTable(output, columns, rows)
  const older = writers.length - mostWriters
  if (older > 0) await output.line(`and ${formatCountOf(older, 'older writer')}: --json has them all`)
}

function covered(count: number, { entries }: WriterReport): Cell {
  return { text: formatCount(count), style: count >= entries ? 'green' : 'yellow' }
}

async function writeNext(output: Output, report: JournalReport, directory: string): Promise<void> {
  const place = quote(directory)
  const unknown = sum(report.writers, (writer) => writer.unknown)
  if (unknown > 0) {
    await output.line()
    await writeProse(
      output,
      `Nobody knows how ${formatCountOf(unknown, 'call')} ended: the process was gone before it could be recorded. To see which:`,
    )
    await output.line(`  toolgate audit query ${place} --outcome unknown`)
  }
  // What is signed and not kept elsewhere yet.
  const isAllKept = report.writers.every(({ signed, anchored }) => signed <= anchored)
  if (report.verdict === 'tampered' || isAllKept) return
  await output.line()
  await writeProse(
    output,
    'Keep the latest checkpoints and the key where nobody who can write to this journal can change them, and verify with both:',
  )
  await output.line(`  toolgate audit checkpoint ${place} --checkpoint kept.notes >> kept.notes`)
  await output.line(`  toolgate audit verify ${place} --checkpoint kept.notes${keyOf(report.writers)}`)
}

/** The key that the journal names. Where it names several, which of them to trust is not for it to say. */
function keyOf(writers: readonly WriterReport[]): string {
  const keys = [...new Set(writers.flatMap(({ key }) => key ?? []))]
  const [key] = keys
  return key === undefined || keys.length > 1 ? ' --key …' : ` --key ${quote(key)}`
}

/** A word as a shell takes it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${safeText(word).replaceAll("'", "'\\''")}'`
}

function sum<Item>(items: readonly Item[], amountOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0)
}
