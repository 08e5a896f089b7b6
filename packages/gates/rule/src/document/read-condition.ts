import { oneOf } from '@toolgate/core'
import type { Bound, Condition, ValueTest } from './condition.ts'
import { fieldsOf, mappingOf } from './fields.ts'
import type { Entry, Located } from './located.ts'
import { boundOperators, type ConditionName, conditionNames, suggestion } from './names.ts'
import { type Path, pathRoots } from './path.ts'
import type { Problems } from './problems.ts'
import { boundReaders } from './read-bound.ts'
import { parseExactPath, rootOf, withoutBrackets } from './read-path.ts'
import { actionGlobs } from './read-pattern.ts'
import { timeRange, weekdays } from './read-time.ts'
import { anyValueTests, categoryTests, tagTests, textValueTests } from './read-value-test.ts'
import { decimal, listOf, type Reader, wholeNumber } from './readers.ts'

/** How deep `all`, `any` and `not` may stand in each other: a call that evaluates them uses the stack for each. */
const mostLevels = 32

/** What conditions depend on of the document around them. */
export interface Surroundings {
  /** For conditions that name none. */
  readonly timeZone: string
  /** The names of all categories that a call can have. */
  readonly categories: readonly string[]
}

interface Context {
  readonly problems: Problems
  readonly timeZone: string
  readonly ofCategory: Reader<readonly ValueTest[]>
  readonly level: number
}

/** Bounds, and several operators on one path, are several conditions. */
type EntryReader = (entry: Entry, context: Context) => readonly Condition[] | undefined

/** Reads `conditions`: all of them must hold. */
export function conditions({ timeZone, categories }: Surroundings): Reader<Condition> {
  const ofCategory = categoryTests(categories)
  return (value, problems) => {
    const expectation = `${mappingExpectation}; leave \`conditions\` out where there are none`
    return readMapping(value, { problems, timeZone, ofCategory, level: 0 }, expectation)
  }
}

const mappingExpectation = 'a mapping of conditions, such as `amount_max: 100`'

function readMapping(value: Located, context: Context, expectation = mappingExpectation): Condition | undefined {
  const { problems, level } = context
  if (level > mostLevels) return problems.about(value, `is nested more than ${mostLevels} levels deep`)
  if (value.kind === 'list') {
    return problems.expected(value, `${mappingExpectation}; a list stands under \`all\` or \`any\``)
  }
  const entries = mappingOf(value, expectation, problems)?.entries ?? new Map<string, Entry>()
  const read = Array.from(entries.values(), (entry) => readEntry(entry, context) ?? []).flat()
  const [first] = read
  return first === undefined || read.length === 1 ? first : { kind: 'all', conditions: read, place: first.place }
}

function readEntry(entry: Entry, context: Context): readonly Condition[] | undefined {
  const name = conditionNames.find((each) => each === entry.key)
  if (name !== undefined) return readers[name](entry, context)
  if (rootOf(entry.key) === undefined) return unknown(entry, context)
  const path = parseExactPath(entry.key)
  if ('fault' in path) return context.problems.about(entry, path.fault)
  const tests = testsOf(path, context)(entry.value, context.problems)
  return tests?.map((test) => valueCondition(entry, path, test))
}

function testsOf(path: Path, { ofCategory }: Context): Reader<readonly ValueTest[]> {
  switch (path.root) {
    case 'arguments':
    case 'metadata':
      return anyValueTests((entry) => partHint(path, entry))
    case 'tags':
      return tagTests
    case 'category':
      return ofCategory
    default:
      return textValueTests
  }
}

/** `arguments: { amount: { max: 5 } }` is written as a path, and so is a mapping anywhere below. */
function partHint({ text, keys }: Path, { key, value }: Entry): string {
  const isPart = keys.length === 0 || value.kind === 'mapping'
  return isPart && /^[\w-]+(?:\.[\w-]+)*$/.test(key) && text.length + key.length <= longestHint
    ? `; write it as \`${text}.${key}\``
    : ''
}

const longestHint = 200

function unknown(entry: Entry, { problems }: Context): undefined {
  const [, beginning = '', rest = entry.key] = /^([^.]*)(?:\.(.+))?$/s.exec(entry.key) ?? []
  const example = /^[\w.]{1,60}$/.test(rest) ? rest : 'to'
  const paths = `a path such as \`arguments.${example}\`, which begins with ${oneOf(pathRoots)}`
  const path = withoutBrackets(entry.key)
  const meant =
    path === undefined ? suggestion(beginning, [...conditionNames, ...pathRoots]) : `; write it as \`${path}\``
  return problems.about(entry, `is unknown; expected ${conditionNames.join(', ')} or ${paths}${meant}`)
}

const readers: Readonly<Record<ConditionName, EntryReader>> = {
  all: (entry, context) => readList('all', entry, context),
  any: (entry, context) => readList('any', entry, context),
  not: ({ place, value }, context) => {
    const condition = readMapping(value, inside(context))
    return condition && [{ kind: 'not', condition, place }]
  },
  amount_max: (entry, context) => readAmount('max', entry, context),
  amount_min: (entry, context) => readAmount('min', entry, context),
  time_range: ({ place, value }, { problems, timeZone }) => {
    const range = timeRange(timeZone)(value, problems)
    return range && [{ kind: 'time_range', ...range, place }]
  },
  weekdays: ({ place, value }, { problems, timeZone }) => {
    const days = weekdays(timeZone)(value, problems)
    return days && [{ kind: 'weekdays', ...days, place }]
  },
  called: ({ place, value }, { problems }) => {
    const actions = actionGlobs(value, problems)
    return actions && [{ kind: 'called', actions, place }]
  },
  calls: (entry, context) => readRun('calls', entry, context),
  spent: (entry, context) => readRun('spent', entry, context),
}

function inside(context: Context): Context {
  return { ...context, level: context.level + 1 }
}

function readList(kind: 'all' | 'any', { place, value }: Entry, context: Context): readonly Condition[] | undefined {
  const item: Reader<Condition> = (each) => readMapping(each, inside(context))
  const read = listOf(item, 'a list of at least one mapping of conditions')(value, context.problems)
  return read && [{ kind, conditions: read, place }]
}

/** The amount of a call is its argument of that name. */
const amount: Path = { text: 'arguments.amount', root: 'arguments', keys: ['amount'] }

function readAmount(operator: 'min' | 'max', entry: Entry, { problems }: Context): readonly Condition[] | undefined {
  const limit = decimal(entry.value, problems)
  return limit === undefined ? undefined : [valueCondition(entry, amount, { operator, limit })]
}

function valueCondition({ place }: Entry, path: Path, test: ValueTest): Condition {
  return { kind: 'value', path, test, place }
}

const everyAction = ['*']

/** What was called, or spent, so far: `{ of: refund:*, max: 3 }`. */
function readRun(kind: 'calls' | 'spent', entry: Entry, { problems }: Context): readonly Condition[] | undefined {
  const fields = fieldsOf(entry.value, ['of', ...boundOperators], problems)
  if (fields === undefined) return undefined
  const actions =
    kind === 'calls'
      ? fields.required('of', actionGlobs, 'of: refund:*')
      : (fields.read('of', actionGlobs) ?? everyAction)
  if (!boundOperators.some((operator) => fields.entry(operator))) {
    return fields.missing(boundOperators, 'max: 3')
  }
  const bounds: readonly Bound[] = fields.readEach(boundReaders(kind === 'calls' ? wholeNumber : decimal))
  return actions && bounds.map((bound) => ({ kind, actions, bound, place: entry.place }))
}
