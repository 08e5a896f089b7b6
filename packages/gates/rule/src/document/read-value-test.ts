import type { Literal, ValueTest } from './condition.ts'
import { fieldsOf } from './fields.ts'
import { listOperators, type ValueOperator } from './names.ts'
import { boundReaders } from './read-bound.ts'
import { globs, hostGlobs, networks, regularExpression } from './read-pattern.ts'
import { as, decimal, listOf, type Reader, scalar, textScalar, truthValue, wholeNumber } from './readers.ts'

/** What one operator says. Bounds of a length are several tests. */
type Tests = readonly ValueTest[]

function testsOf(literal: Reader<Literal>): Reader<Tests> {
  const ofOne = operatorReaders(literal)
  const mapping = operators([...Object.entries(ofOne), ...itemReaders(ofOne)])
  return (value, problems) => {
    const reader = value.kind === 'scalar' ? ofOne.equals : value.kind === 'list' ? ofOne.in : mapping
    return reader(value, problems)
  }
}

type Readers = Readonly<Record<ValueOperator, Reader<Tests>>>

function itemReaders(ofOne: Readers): readonly (readonly [string, Reader<Tests>])[] {
  const items = operators(Object.entries(ofOne))
  return listOperators.map((operator) => [operator, as(items, (tests) => [{ operator, tests }])])
}

/** A mapping of operators, each with what its reader takes. */
function operators(entries: readonly (readonly [string, Reader<Tests>])[]): Reader<Tests> {
  const readers = new Map(entries)
  const names = [...readers.keys()]
  return (value, problems) => fieldsOf(value, names, problems)?.readEach(readers).flat()
}

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
    glob: as(globs('*@example.com'), (patterns) => [{ operator: 'glob', patterns }]),
    matches: as(regularExpression, (pattern) => [{ operator: 'matches', pattern }]),
    host: as(hostGlobs, (patterns) => [{ operator: 'host', patterns }]),
    cidr: as(networks, (read) => [{ operator: 'cidr', networks: read }]),
    exists: as(truthValue, (expected) => [{ operator: 'exists', expected }]),
    contains: as(literal, (read) => [{ operator: 'contains', literal: read }]),
  }
}

/** The tests of a value: a scalar that it equals, a list of scalars that it is in, or a mapping of operators. */
export const anyValueTests: Reader<Tests> = testsOf(scalar)

/** The same for what is always text in a call, so that a number or a truth value can not be in it. */
export const textValueTests: Reader<Tests> = testsOf(textScalar)

/** The tests of tags, which are always a list of text: a tag that is there, a list of which one is, or operators. */
export const tagTests: Reader<Tests> = (value, problems) => {
  const ofOne = operatorReaders(textScalar)
  const { length, exists, contains } = ofOne
  const mapping = operators([...Object.entries({ length, exists, contains }), ...itemReaders(ofOne)])
  const anyOf = as(ofOne.in, (tests): Tests => [{ operator: 'some', tests }])
  const reader = value.kind === 'scalar' ? contains : value.kind === 'list' ? anyOf : mapping
  return reader(value, problems)
}
