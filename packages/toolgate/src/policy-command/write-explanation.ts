import type { ExplainedCondition, ExplainedDocument, ExplainedRule, Explanation, RuleEffect } from '@toolgate/rule'
import type { Output, Style } from '../command-line/output.ts'
import { writeProse } from '../command-line/prose.ts'
import { formatCount, formatCountOf } from '../command-line/quantities.ts'
import { clip, pad, safeText, widthOf } from '../command-line/safe-text.ts'
import { decisiveText, documentText, nameText, placeText, sentenceText, valueText } from './names.ts'

type Truth = ExplainedRule['truth']

export const effectLooks: Readonly<Record<RuleEffect, { readonly mark: string; readonly style: Style }>> = {
  allow: { mark: '✓', style: 'green' },
  redact: { mark: '✓', style: 'cyan' },
  require_approval: { mark: '!', style: 'yellow' },
  deny: { mark: '✗', style: 'red' },
}

/** An explanation for people: the verdict, then each document with its rules and conditions, then what follows. */
export async function writeExplanation(output: Output, explanation: Explanation): Promise<void> {
  await writeVerdict(output, explanation)
  for (const document of explanation.documents) await writeDocument(output, document)
  await writeArguments(output, explanation)
  if (explanation.message === undefined) return
  await output.line()
  await output.line(output.style('bold', 'The caller is told'))
  await writeProse(output, sentenceText(explanation.message), '  ')
}

async function writeVerdict(output: Output, { verdict, documents }: Explanation): Promise<void> {
  const { effect, action, decidedBy, isUnknown, shadow } = verdict
  const { mark, style } = effectLooks[effect]
  const head = output.style('bold', output.style(style, `${mark} ${effect}`))
  await output.line(`${head}  ${nameText(action)}`)
  await output.line(`  ${decisiveText(decidedBy)}`)
  const reason = documents.flatMap(({ rules }) => rules).find((rule) => rule.isDecisive)?.rule.reason
  if (reason !== undefined) await writeProse(output, sentenceText(reason), '  ')
  if (isUnknown) await output.line(output.style('yellow', '  It can not be told whether it applies, so it counts.'))
  if (shadow !== undefined) {
    const by = decisiveText(shadow.decidedBy)
    await output.line(output.style('cyan', `  With the documents in shadow mode it would be ${shadow.effect}, ${by}`))
  }
}

const mostRuleWidth = 32
/** As a verdict names it. */
const defaultRule = 'defaultEffect'

async function writeDocument(output: Output, explained: ExplainedDocument): Promise<void> {
  const { document, applies, criteria, rules, isDecisive } = explained
  const shadow = document.mode === 'shadow' ? output.style('cyan', '  shadow mode') : ''
  await output.line()
  await output.line(
    `${output.style('bold', documentText(document))}  ${output.style('dim', safeText(document.file))}${shadow}`,
  )
  for (const { text, truth, found } of criteria) await writeFinding(output, '  ', { text, truth, found })
  if (applies === false) {
    await output.line(output.style('dim', '  It is not about this call, so its rules are not asked.'))
    return
  }
  const ids = rules.map(({ rule }) => widthOf(safeText(rule.id)))
  const widths = {
    effect: Math.max(document.defaultEffect.length, ...rules.map(({ rule }) => rule.effect.length)),
    id: Math.min(mostRuleWidth, Math.max(defaultRule.length, ...ids)),
  }
  if (criteria.length > 0) await output.line()
  for (const rule of rules) await writeRule(output, rule, widths)
  const last = `  · ${pad(document.defaultEffect, widths.effect)}  ${pad(defaultRule, widths.id)}`
  await output.line(
    `${last}${output.style('dim', `  ${placeText(document.defaultPlace)}`)}${decision(output, isDecisive)}`,
  )
  const others = document.rules.length - rules.length
  if (others > 0) await output.line(output.style('dim', `  and ${formatCountOf(others, 'rule')} for other actions`))
}

interface Widths {
  readonly effect: number
  readonly id: number
}

async function writeRule(output: Output, explained: ExplainedRule, widths: Widths): Promise<void> {
  const { rule, truth, isDecisive, condition } = explained
  const { style } = effectLooks[rule.effect]
  const effect = pad(rule.effect, widths.effect)
  const id = pad(clip(safeText(rule.id), widths.id), widths.id)
  const place = output.style('dim', placeText(rule.place))
  const line = `  ${markOf(output, truth)} ${output.style(style, effect)}  ${isDecisive ? output.style('bold', id) : id}  ${place}`
  await output.line(`${line}${isDecisive ? decision(output, true) : remark(output, explained)}`)
  if (condition !== undefined) await writeCondition(output, condition, '    ', true)
}

function decision(output: Output, isDecisive: boolean): string {
  return isDecisive ? output.style('bold', '  ← decides') : ''
}

/** What an unknown truth comes to is not seen from the mark. */
function remark(output: Output, { rule, truth, counts }: ExplainedRule): string {
  if (truth !== 'unknown') return ''
  return output.style(
    'yellow',
    counts ? '  counts, since it may apply' : `  does not ${rule.effect}, since it may not apply`,
  )
}

async function writeCondition(
  output: Output,
  { text, truth, found, parts }: ExplainedCondition,
  margin: string,
  isLast: boolean,
): Promise<void> {
  const branch = output.style('dim', `${margin}${isLast ? '└' : '├'} `)
  const isGroup = parts.length > 0
  await writeFinding(output, branch, { text, truth, ...(!isGroup && { found }) }, margin.length + 2)
  for (const [index, part] of parts.entries()) {
    await writeCondition(output, part, `${margin}${isLast ? ' ' : '│'} `, index === parts.length - 1)
  }
}

interface Finding {
  readonly text: string
  readonly truth: Truth
  readonly found?: unknown
}

const widestLine = 120
/** Those of a condition are cut already; what a document says of whom it is about can be of any length. */
const mostFindingText = 200
const leastFoundWidth = 16

/** A condition and the value that it looked at; the value takes what is left of the line. */
async function writeFinding(
  output: Output,
  start: string,
  finding: Finding,
  startWidth: number = start.length,
): Promise<void> {
  const text = clip(safeText(finding.text), mostFindingText)
  const line = `${start}${markOf(output, finding.truth)} ${text}`
  if (!Object.hasOwn(finding, 'found')) return output.line(line)
  const room = Math.min(output.columns ?? widestLine, widestLine) - startWidth - widthOf(text) - '    found '.length
  const found = valueText(finding.found, output.columns === undefined ? undefined : Math.max(leastFoundWidth, room))
  await output.line(`${line}${output.style('dim', '  found ')}${found}`)
}

function markOf(output: Output, truth: Truth): string {
  if (truth === 'unknown') return output.style('yellow', '?')
  return truth ? output.style('green', '✓') : output.style('dim', '✗')
}

const mostFound = 20
const mostPathWidth = 60

/** What was found in the arguments, and the arguments where something was done about it. */
async function writeArguments(output: Output, { verdict, arguments: args }: Explanation): Promise<void> {
  const { found = [], effect } = verdict
  if (found.length === 0) return
  await output.line()
  await output.line(output.style('bold', 'Found in the arguments'))
  const shown = found.slice(0, mostFound).map(({ kind, path, action }) => {
    return { kind, action, path: clip(safeText(path), mostPathWidth) }
  })
  const kindWidth = Math.max(...shown.map(({ kind }) => kind.length))
  const pathWidth = Math.max(...shown.map(({ path }) => widthOf(path)))
  for (const { kind, path, action } of shown) {
    await output.line(`  ${pad(kind, kindWidth)}  ${pad(path, pathWidth)}  ${output.style('cyan', action)}`)
  }
  if (found.length > mostFound) await output.line(`  and ${formatCount(found.length - mostFound)} more`)
  if (effect !== 'redact') return
  await output.line()
  await output.line(output.style('bold', 'The tool gets'))
  await output.line(`  ${valueText(args, widestArguments(output))}`)
}

function widestArguments({ columns }: Output): number | undefined {
  return columns === undefined ? undefined : columns - 2
}
