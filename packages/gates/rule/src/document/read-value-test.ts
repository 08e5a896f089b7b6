import { oneOf } from '@toolgate/core'
import { builtInCategories } from '../condition/category.ts'
import type { Literal, ValueTest } from './condition.ts'
import { fieldsOf, type UnknownFieldHint } from './fields.ts'
import type { Entry, Located } from './located.ts'
import { listOperators, suggestion, type ValueOperator, valueOperators } from './names.ts'
import type { Problems } from './problems.ts'
import { boundReaders } from './read-bound.ts'
import { hostGlobs, networks, regularExpression, valueGlobs } from './read-pattern.ts'
import { as, decimal, listOf, type Reader, scalar, textScalar, truthValue, wholeNumber } from './readers.ts'

/** What one operator says. Bounds of a length are several tests. */
type Tests = readonly ValueTest[]

function testsOf(ofOne: Readers): (hint?: UnknownFieldHint) => Reader<Tests> {
  const mapping = operators([...Object.entries(ofOne), ...itemReaders(ofOne)])
  return (hint) => (value, problems) => {
    if (value.kind === 'mapping') return mapping(value, problems, hint)
    return value.kind === 'scalar' ? ofOne.equals(value, problems) : ofOne.in(value, problems)
  }
}

type Readers = Readonly<Record<ValueOperator, Reader<Tests>>>

function itemReaders(ofOne: Readers): readonly (readonly [string, Reader<Tests>])[] {
  const items = operators(Object.entries(ofOne))
  return listOperators.map((operator) => [operator, as(items, (tests) => [{ operator, tests }])])
}

/** A mapping of operators, each with what its reader takes. */
function operators(entries: readonly (readonly [string, Reader<Tests>])[]): HintedReader {
  const readers = new Map(entries)
  const names = [...readers.keys()]
  return (value, problems, hint) => fieldsOf(value, names, problems, hint)?.readEach(readers).flat()
}

type HintedReader = (value: Located, problems: Problems, hint?: UnknownFieldHint) => Tests | undefined

const length: Reader<Tests> = (value, problems) => {
  const readers = boundReaders(wholeNumber)
  const bounds =
    value.kind === 'mapping'
      ? fieldsOf(value, [...readers.keys()], problems)?.readEach(readers)
      : as(wholeNumber, (limit) => [{ operator: 'equals' as const, limit }])(value, problems)
  return bounds?.map((bound) => ({ operator: 'length', bound }))
}

/** The operators over one value, in the order in which errors list them. */
function operatorReaders(literal: Reader<Literal>): Readers {
  const limit = (operator: 'min' | 'max' | 'above' | 'below') =>
    as(decimal, (read): Tests => [{ operator, limit: read }])
  const literals = listOf(literal, 'a list of values, such as [EUR, USD]')
  return {
    equals: as(literal, (read) => [{ operator: 'equals', literal: read }]),
    in: as(literals, (read) => [{ operator: 'in', literals: read }]),
    min: limit('min'),
    max: limit('max'),
    above: limit('above'),
    below: limit('below'),
    length,
    glob: as(valueGlobs, (patterns) => [{ operator: 'glob', patterns }]),
    matches: as(regularExpression, (pattern) => [{ operator: 'matches', pattern }]),
    host: as(hostGlobs, (patterns) => [{ operator: 'host', patterns }]),
    cidr: as(networks, (read) => [{ operator: 'cidr', networks: read }]),
    isAddress: as(truthValue, (expected) => [{ operator: 'isAddress', expected }]),
    exists: as(truthValue, (expected) => [{ operator: 'exists', expected }]),
    contains: as(literal, (read) => [{ operator: 'contains', literal: read }]),
  }
}

/**
 * The tests of a value: a scalar that it equals, a list of scalars that it is in, or a mapping of operators. The hint is
 * for what is none of the operators.
 */
export const anyValueTests: (hint: UnknownFieldHint) => Reader<Tests> = testsOf(operatorReaders(scalar))

/** The same for what is always text in a call, so that a number or a truth value can not be in it. */
export const textValueTests: Reader<Tests> = testsOf(operatorReaders(textScalar))()

/** The same for a category: one that no call can have is misspelt. What it is like may still be anything. */
export function categoryTests(names: readonly string[]): Reader<Tests> {
  const known = new Set(names)
  const name: Reader<Literal> = (value, problems) => {
    const literal = textScalar(value, problems)
    if (literal?.type !== 'string' || known.has(literal.value)) return literal
    const expectation = `a category of this document, or ${oneOf(builtInNames)}`
    return problems.expected(value, `${expectation}${suggestion(literal.value, names.slice(0, mostSuggested))}`)
  }
  const { contains } = operatorReaders(textScalar)
  return testsOf({ ...operatorReaders(name), contains })()
}

const builtInNames = builtInCategories.map(({ name }) => name)

/** Comparing a name with any number of others would take long. */
const mostSuggested = 100

/** The tests of tags, which are always a list of text: a tag that is there, a list of which one is, or operators. */
export const tagTests: Reader<Tests> = (value, problems) => {
  const ofOne = operatorReaders(textScalar)
  const { length, exists, contains } = ofOne
  const mapping = operators([...Object.entries({ length, exists, contains }), ...itemReaders(ofOne)])
  if (value.kind === 'mapping') return mapping(value, problems, tagHint)
  if (value.kind === 'scalar') return contains(value, problems)
  return as(ofOne.in, (tests): Tests => [{ operator: 'some', tests }])(value, problems)
}

function tagHint({ key }: Entry): string {
  const isOfOne = valueOperators.some((operator) => operator === key)
  return isOfOne ? '; a test of single tags stands under `some` or `every`' : ''
}
