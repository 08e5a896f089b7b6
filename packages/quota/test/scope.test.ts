import { PolicyError, PolicyFields, type ToolCall, type ToolInfo } from '@toolgate/core'
import { type NamedScope, type Scope, scopedQuota } from '@toolgate/quota'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const tool: ToolInfo = {
  name: 'refund',
  description: undefined,
  input: undefined,
  inputJsonSchema: undefined,
  timeoutMs: undefined,
  runner: { name: 'default', shared: (factory) => factory() },
}

function callBy(caller: Partial<ToolCall>): ToolCall {
  return {
    id: '1',
    hasCallerId: false,
    tool: 'refund',
    arguments: {},
    principal: 'global',
    tenant: undefined,
    session: undefined,
    run: undefined,
    traceId: undefined,
    metadata: {},
    signal: new AbortController().signal,
    startedAtMs: 0,
    ...caller,
  }
}

function quota(per?: Scope | readonly Scope[], of = tool) {
  return scopedQuota(new PolicyFields({ per }, { tool: 'refund', path: 'rate', names: ['per'] }), of, 'calls:1000')
}

describe('the key of a quota', () => {
  test('is per tool and principal by default, and per tenant for the calls that have one', () => {
    expect(quota().key(callBy({ principal: 'agent:1' }))).toBe(
      'default/calls:1000/tool=refund/tenant=/principal=agent:1',
    )
    expect(quota().key(callBy({ principal: 'agent:1', tenant: 'acme' }))).toBe(
      'default/calls:1000/tool=refund/tenant=acme/principal=agent:1',
    )
  })

  test('is the same in whatever order the scopes are listed', () => {
    const call = callBy({ principal: 'a', session: 's', run: 'r' })
    expect(quota(['run', 'principal', 'session']).key(call)).toBe(quota(['session', 'run', 'principal']).key(call))
  })

  test('leaves out the tool where the quota is not kept per tool', () => {
    expect(quota('principal').key(callBy({ principal: 'a' }))).toBe('default/calls:1000/principal=a')
  })

  test('has the string of a function of the call', () => {
    const perTeam = quota((call) => String(call.metadata.team))
    expect(perTeam.key(callBy({ metadata: { team: 'support' } }))).toBe(
      'default/calls:1000/tool=refund/by:rate:0=support',
    )
    expect(perTeam.owner(callBy({ metadata: { team: 'support' } }))).toBe('tool `refund`, `support`')
  })

  test('has the string of a named scope, which tools share', () => {
    const scope = { name: 'team', of: (call: ToolCall) => String(call.metadata.team) }
    const call = callBy({ metadata: { team: 'a/b' } })
    expect(quota(scope).key(call)).toBe('default/calls:1000/of:team=a%2Fb')
    expect(quota(scope, { ...tool, name: 'other' }).key(call)).toBe(quota(scope).key(call))
    expect(quota({ ...scope, name: 'other' }).key(call)).not.toBe(quota(scope).key(call))
  })

  test('[R1] is never that of another scope: not of a function elsewhere, nor of no tenant', () => {
    const place = { tool: 'refund', names: ['per'] }
    const keyAt = (path: string, per?: Scope | Scope[], of = tool) => {
      return scopedQuota(new PolicyFields({ per }, { ...place, path }), of, 'calls:1000').key(callBy({}))
    }
    const same = () => 'x'
    const keys = [
      keyAt('rate', same),
      keyAt('rate.limits[0]', same),
      keyAt('rate.limits[1]', () => 'x'),
      keyAt('rate', same, { ...tool, name: 'other' }),
      keyAt('rate', { name: 'x', of: same }),
      keyAt('rate'),
      keyAt('rate', ['tool', 'principal']),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('is the same in whatever order named scopes are listed', () => {
    const scope = (name: string): NamedScope => ({ name, of: () => `of ${name}` })
    const [a, b] = [scope('a'), scope('b')]
    expect(quota([a, b]).key(callBy({}))).toBe(quota([b, a]).key(callBy({})))
    expect(() => quota([a, { ...a }])).toThrow('expected scopes of different names')
  })

  test('is the same for the same arguments, in whatever order their keys stand', () => {
    const { key } = quota(['args'])
    expect(key(callBy({ arguments: { a: 1, b: [2] } }))).toBe(key(callBy({ arguments: { b: [2], a: 1 } })))
    expect(key(callBy({ arguments: { a: 1 } }))).not.toBe(key(callBy({ arguments: { a: '1' } })))
  })

  test('[R1] is never shared by two callers, whatever their names are made of', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', ':', '/', '=', '%', '{', '}', '2', 'F', 'tenant'),
      minLength: 1,
    })
    const caller = fc.record({ tenant: fc.option(name, { nil: undefined }), principal: name })
    const { key } = quota()
    fc.assert(
      fc.property(caller, caller, (one, other) => {
        const areSame = one.tenant === other.tenant && one.principal === other.principal
        expect(key(callBy(one)) === key(callBy(other))).toBe(areSame)
      }),
      { numRuns: 5_000 },
    )
  })

  test('escapes the names of runners and tools too, and what marks a hash tag', () => {
    const { key } = quota(undefined, { ...tool, name: 'a/b', runner: { ...tool.runner, name: 'x{y}' } })
    expect(key(callBy({}))).toBe(
      'default/calls:1000/tool=refund/tenant=/principal=global'
        .replace('default', 'x%7By%7D')
        .replace('refund', 'a%2Fb'),
    )
  })

  test('stays right for more callers than are remembered', () => {
    const { key } = quota()
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 5_000; index++) {
        expect(key(callBy({ principal: `agent ${index}` }))).toBe(
          `default/calls:1000/tool=refund/tenant=/principal=agent ${index}`,
        )
      }
    }
  })
})

describe('[P4] a call that lacks what a quota is kept per can not be decided', () => {
  test.each([
    ['session', 'its quota is kept per session, and the call has none; make calls with a session'],
    ['run', 'its quota is kept per run, and the call has none; make calls with a run'],
    ['tenant', 'its quota is kept per tenant, and the call has none; make calls with a tenant'],
  ] as const)('%s', (scope, message) => {
    expect(() => quota([scope]).key(callBy({}))).toThrow(message)
  })

  test.each([[''], [undefined], [5]])('a function that returns %j', (returned) => {
    expect(() => quota(() => returned as string).key(callBy({}))).toThrow('expected a string that is not empty')
  })

  test('arguments that have no digest', () => {
    expect(() => quota(['args']).key(callBy({ arguments: { at: 1n } }))).toThrow('the value at `/at` is a bigint')
  })
})

test.each([
  [[]],
  ['agent'],
  [['principal', 'agent']],
  [['principal', 'principal']],
  [5],
  [null],
  [{ name: '' }],
  [{ name: 'a' }],
])('refuses per: %j', (per) => {
  expect(() => quota(per as never)).toThrow(PolicyError)
  expect(() => quota(per as never)).toThrow(
    'expected tool, tenant, principal, session, run, args, a function of a call, { name, of }, or a list of different ones',
  )
})
