import type { JournalCall } from '@toolgate/audit'
import type { PolicyVerdict } from '@toolgate/rule'
import type { Output } from '../command-line/output.ts'
import { writeProse } from '../command-line/prose.ts'
import { formatCount, formatCountOf, formatTime } from '../command-line/quantities.ts'
import { clip, safeJson, safeText } from '../command-line/safe-text.ts'
import type { ChangeGroup, Comparison, Difference } from './comparison.ts'
import { decisiveText, sizeOf } from './names.ts'
import type { Gap } from './recorded-call.ts'
import { effectLooks } from './write-explanation.ts'

/** A comparison for people: how much would change, each change with examples, and what the journal can not tell. */
export async function writeDifference(output: Output, difference: Difference): Promise<void> {
  const { old, new: candidate, comparison } = difference
  await writeHead(output, comparison)
  await output.line(output.style('dim', `  old  ${sizeOf(old)}, ${old.digest.slice(0, shortDigest)}`))
  await output.line(output.style('dim', `  new  ${sizeOf(candidate)}, ${candidate.digest.slice(0, shortDigest)}`))
  const groups = comparison.groups()
  for (const group of groups.slice(0, mostShown)) await writeGroup(output, group)
  const hidden = comparison.changed - groups.slice(0, mostShown).reduce((sum, { calls }) => sum + calls, 0)
  if (hidden > 0) await output.line(`\nand ${formatCountOf(hidden, 'call')} in other ways: --json has them`)
  await writeGaps(output, comparison)
  await writeNotes(output, difference)
}

const shortDigest = 12
const mostShown = 30

async function writeHead(output: Output, { compared, changed, byAnotherRule, first, last }: Comparison): Promise<void> {
  const calls = formatCountOf(compared, 'call')
  if (changed > 0) {
    const share = `${formatCount(changed)} of ${calls}`
    await output.line(output.style(['bold', 'yellow'], `! ${share} would be decided otherwise`))
  } else if (compared > 0) {
    await output.line(output.style(['bold', 'green'], `✓ ${calls} would be decided the same`))
  } else {
    await output.line(output.style(['bold', 'yellow'], '! no call could be compared'))
  }
  if (first !== undefined && last !== undefined) {
    await output.line(`  from ${timeText(first)} to ${timeText(last)} (UTC)`)
  }
  if (byAnotherRule > 0) {
    await output.line(`  ${formatCountOf(byAnotherRule, 'call')} would be decided the same by another rule`)
  }
}

async function writeGroup(output: Output, { old, new: candidate, calls, examples }: ChangeGroup): Promise<void> {
  await output.line()
  const change = `${effectText(output, old)} → ${effectText(output, candidate)}`
  await output.line(`${change}  ${output.style('bold', formatCountOf(calls, 'call'))}`)
  await output.line(`  old  ${decisiveText(old.decidedBy)}`)
  await output.line(`  new  ${decisiveText(candidate.decidedBy)}`)
  for (const example of examples) await output.line(output.style('dim', `       ${exampleText(output, example)}`))
  const more = calls - examples.length
  if (more > 0) await output.line(output.style('dim', `       and ${formatCount(more)} more`))
}

function effectText(output: Output, { effect }: PolicyVerdict): string {
  return output.style(effectLooks[effect].style, effect)
}

const indent = 7

function exampleText({ columns }: Output, { time, tool, principal, callId }: JournalCall): string {
  const text = [timeText(time), fieldText(tool), fieldText(principal), fieldText(callId)].join('  ')
  return columns === undefined ? text : clip(text, columns - indent)
}

function timeText(time: unknown): string {
  return formatTime(fieldText(time))
}

/** A field of an entry as safe text, whatever stands in it. */
function fieldText(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? safeText(value) : safeJson(value)
}

const gapTexts: Readonly<Record<Gap, string>> = {
  digestOnly: 'only the digest of the arguments is recorded',
  notRecorded: 'the arguments are not recorded, since rules that redact could not look into them',
  hiddenArguments: 'a rule asks for arguments that are left out of the record, or replaced in it',
  decidedOtherwise: 'the record says another decision, and has not the arguments that it was made on',
  intentPruned: 'the entry that says who made it was pruned',
  neverAsked: 'no gate was asked: there is no such tool, the arguments do not fit it, or the caller gave up',
  unreadable: 'the time can not be read',
}

async function writeGaps(output: Output, { gaps }: Comparison): Promise<void> {
  const there = (Object.keys(gapTexts) as Gap[]).filter((gap) => gaps[gap] > 0)
  if (there.length === 0) return
  const all = there.reduce((sum, gap) => sum + gaps[gap], 0)
  await output.line()
  await output.line(output.style('bold', `${formatCountOf(all, 'call')} not compared`))
  for (const gap of there) await writeItem(output, `${formatCountOf(gaps[gap], 'call')}: ${gapTexts[gap]}`)
}

const mostNames = 5

async function writeNotes(output: Output, difference: Difference): Promise<void> {
  await output.line()
  await output.line(output.style('bold', 'What the journal does not tell'))
  await writeItem(
    output,
    'the metadata of calls, so what asks for it, for trust tiers or for tags that callers give is decided without',
  )
  for (const [count, note] of notesOf(difference)) {
    if (count > 0) await writeItem(output, `${formatCountOf(count, 'call')}: ${note}`)
  }
}

function notesOf({ comparison, late, uncounted }: Difference): readonly (readonly [number, string])[] {
  const { flaws, toolNames, otherThanRecorded } = comparison
  const names = [...toolNames].slice(0, mostNames).map((name) => `\`${safeText(name)}\``)
  const tools = `${names.join(', ')}${toolNames.size > mostNames ? ' and others' : ''}`
  return [
    [otherThanRecorded, 'the same old document decided otherwise then, so something mattered that is not recorded'],
    [
      flaws.namedAfterTool,
      `the action of the tool is not known (${tools}), so its name is taken; --tools FILE says it`,
    ],
    [
      flaws.declaredOtherwise,
      'the file of --tools says another action or other tags than the record, and is taken but for what the same old document decided then',
    ],
    [flaws.redacted, 'values of the arguments are left out of the record, and no rule asks for them'],
    [flaws.sanitised, 'arguments are recorded as a gate replaced them, and no rule asks for what was replaced'],
    [late, 'took so long that the order of the run is not exact'],
    [uncounted, 'of more runs at a time than are remembered, so later calls of these runs do not see them'],
  ]
}

function writeItem(output: Output, text: string): Promise<void> {
  return writeProse(output, text, '    ', '  · ')
}
