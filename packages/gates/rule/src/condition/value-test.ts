import type { Bound, Literal, ValueTest } from '../document/condition.ts'
import { compileBound } from './bound.ts'
import { conjunction, type Test } from './combine.ts'
import { compileGlobs, type TextTest } from './glob.ts'
import { compileHostPatterns, hostOf } from './host.ts'
import { lengthOf } from './length.ts'
import { itemsOf } from './list.ts'
import { equalsAnyLiteral, equalsLiteral } from './literal.ts'
import { type Address, isWithin, parseAddress, parseNetwork } from './network.ts'
import { compileRegularExpression } from './regular-expression.ts'
import { not } from './truth.ts'

/**
 * Compiles a test of a value. Of a value that is missing, `undefined`, everything is unknown but whether it exists.
 * The test throws what looking at the value throws, such as a getter.
 * @throws Error for a limit, a pattern or a network that can not be used.
 */
export function compileValueTest(test: ValueTest): Test<unknown> {
  if (test.operator === 'exists') return (value) => (value !== undefined) === test.expected
  const holds = compilePresent(test)
  // The most frequent tests need no other question: a value that is missing is no number.
  if (isBound(test)) return holds
  return (value) => (value === undefined ? 'unknown' : holds(value))
}

function isBound({ operator }: ValueTest): boolean {
  return operator === 'min' || operator === 'max' || operator === 'above' || operator === 'below'
}

function compilePresent(test: Exclude<ValueTest, { readonly operator: 'exists' }>): Test<unknown> {
  switch (test.operator) {
    case 'equals':
      return equalsLiteral(test.literal)
    case 'in':
      return equalsAnyLiteral(test.literals)
    case 'min':
    case 'max':
    case 'above':
    case 'below':
      return compileBound(test)
    case 'length':
      return compileLength(test.bound)
    case 'glob':
      return ofText(compileGlobs(test.patterns))
    case 'matches': {
      const matches = compileRegularExpression(test.pattern)
      return (value) => (typeof value === 'string' ? matches(value) : 'unknown')
    }
    case 'host':
      return compileHost(test.patterns)
    case 'cidr':
      return compileNetworks(test.networks)
    case 'isAddress':
      return compileIsAddress(test.expected)
    case 'contains':
      return compileContains(test.literal)
    case 'every':
      return everyItem(conjunction(test.tests.map(compileValueTest)))
    case 'some':
      return someItem(conjunction(test.tests.map(compileValueTest)))
  }
}

function ofText(test: TextTest): Test<unknown> {
  return (value) => (typeof value === 'string' ? test(value) : 'unknown')
}

function compileLength(bound: Bound): Test<unknown> {
  const keepsTo = compileBound(bound)
  return (value) => {
    const length = lengthOf(value)
    return length === undefined ? 'unknown' : keepsTo(length)
  }
}

function compileHost(patterns: readonly string[]): Test<unknown> {
  const matches = compileHostPatterns(patterns)
  return (value) => {
    const host = hostOf(value)
    return host === undefined ? 'unknown' : matches(host)
  }
}

/** The name of a host is unknown: nobody has resolved it here, and it may resolve to anything when the tool does. */
function compileNetworks(texts: readonly string[]): Test<unknown> {
  const networks = texts.map((text) => {
    const network = parseNetwork(text)
    if (network === undefined) throw new RangeError(`\`${text}\` is no network; expected one such as 10.0.0.0/8`)
    return network
  })
  return (value) => {
    const address = addressOf(value)
    return address === undefined ? 'unknown' : networks.some((network) => isWithin(address, network))
  }
}

function compileIsAddress(expected: boolean): Test<unknown> {
  return (value) => {
    if (addressOf(value) !== undefined) return expected
    return hostOf(value) === undefined ? 'unknown' : !expected
  }
}

function addressOf(value: unknown): Address | undefined {
  const address = typeof value === 'string' ? parseAddress(value) : undefined
  if (address !== undefined) return address
  const host = hostOf(value)
  return host === undefined ? undefined : parseAddress(host)
}

function compileContains(literal: Literal): Test<unknown> {
  const hasItem = someItem(equalsLiteral(literal))
  return (value) => {
    if (typeof value !== 'string') return hasItem(value)
    return literal.type === 'string' ? value.includes(literal.value) : 'unknown'
  }
}

function someItem(holds: Test<unknown>): Test<unknown> {
  return (value) => {
    const items = itemsOf(value)
    if (items === undefined) return 'unknown'
    let isUnknown = false
    // By index, as a hole in a list is an item that is missing.
    for (let index = 0; index < items.length; index++) {
      const truth = holds(items[index])
      if (truth === true) return true
      if (truth === 'unknown') isUnknown = true
    }
    return isUnknown ? 'unknown' : false
  }
}

/** Every item passes exactly where it is not so that some item does not. */
function everyItem(holds: Test<unknown>): Test<unknown> {
  const someFails = someItem((item) => not(holds(item)))
  return (value) => not(someFails(value))
}
