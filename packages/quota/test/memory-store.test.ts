import { PolicyError } from '@toolgate/core'
import { type CallsClaim, memoryQuotaStore, QuotaCapacityError, QuotaRequestError } from '@toolgate/quota'
import { describe, expect, test } from 'vitest'

function calls(key: string, limit = 10, windowMs: number | undefined = 1_000): CallsClaim {
  return { kind: 'calls', quota: 'maxCalls', key, limit, units: 1, windowMs }
}

function storeWithClock(maxKeys?: number) {
  let nowMs = 0
  const store = memoryQuotaStore({ clock: () => nowMs, ...(maxKeys !== undefined && { maxKeys }) })
  return { store, moveTo: (ms: number) => (nowMs = ms) }
}

describe('reclaiming', () => {
  test('forgets expired quotas while others are used, a few at each call', () => {
    const { store, moveTo } = storeWithClock()
    for (let index = 0; index < 1_000; index++) store.acquire({ claims: [calls(`key ${index}`)] })
    expect(store.size).toBe(1_000)
    moveTo(1_000)
    for (let index = 0; index < 334; index++) store.acquire({ claims: [calls('other', 1_000)] })
    expect(store.size).toBe(1)
  })

  test('keeps a quota that has been used since it was made', () => {
    const { store, moveTo } = storeWithClock()
    store.acquire({ claims: [calls('busy', 2)] })
    moveTo(900)
    store.acquire({ claims: [calls('busy', 2)] })
    moveTo(1_000)
    store.acquire({ claims: [calls('other')] })
    expect(store.acquire({ claims: [calls('busy', 2)] }).admitted).toBe(true)
    expect(store.acquire({ claims: [calls('busy', 2)] }).admitted).toBe(false)
    moveTo(2_000)
    store.acquire({ claims: [calls('other')] })
    expect(store.size).toBe(1)
  })

  test('forgets what is in flight, and what was never spent, as soon as it is given back', () => {
    const { store } = storeWithClock()
    const claims = [
      { kind: 'inFlight', quota: 'maxInFlight', key: 'a', limit: 1, units: 1 },
      { kind: 'amount', quota: 'maxSpend', key: 'b', limit: 9, units: 9, window: { kind: 'forever' }, held: true },
    ] as const
    const verdict = store.acquire({ claims })
    expect(store.size).toBe(2)
    if (verdict.admitted) store.settle(verdict.hold, ['keep', 'release'])
    expect(store.size).toBe(0)
  })

  test('a call id and its lease leave nothing behind', () => {
    const { store, moveTo } = storeWithClock()
    for (let index = 0; index < 100; index++) {
      const verdict = store.acquire({ claims: [calls('a', 1_000)], id: `call ${index}`, leaseMs: 100 + (index % 3) })
      if (verdict.admitted && index % 2 === 0) store.settle(verdict.hold, ['keep'])
    }
    moveTo(1_000)
    const again = store.acquire({ claims: [calls('b')], id: 'call 1' })
    expect(again.admitted).toBe(true)
    expect(store.size).toBe(1)
  })
})

test('[B1] keeps a rolling amount in slices, each counted whole until its last charge has left the window', () => {
  const { store, moveTo } = storeWithClock()
  const window = { kind: 'rolling', windowMs: 59_000 } as const
  const charge = { kind: 'amount', quota: 'maxSpend', key: 'a', limit: 100, units: 1, window, held: false } as const
  const used = () => store.peek([charge]).reports[0]?.used
  for (const atMs of [0, 999, 1_000]) {
    moveTo(atMs)
    store.acquire({ claims: [charge] })
  }
  moveTo(59_998)
  expect(used()).toBe(3)
  moveTo(59_999)
  expect(used()).toBe(1)
  moveTo(60_000)
  expect(used()).toBe(0)
})

describe('the bound on keys', () => {
  test('[P4] a call that needs one quota more is an error that says so, and takes nothing', () => {
    const { store } = storeWithClock(2)
    store.acquire({ claims: [calls('a')] })
    expect(() => store.acquire({ claims: [calls('a'), calls('b'), calls('c')] })).toThrow(QuotaCapacityError)
    expect(store.peek([calls('a')]).reports[0]?.used).toBe(1)
    expect(store.acquire({ claims: [calls('b')] }).admitted).toBe(true)
    expect(() => store.acquire({ claims: [calls('c')] })).toThrow(/keeps 2 quotas of the 2 it may; raise its maxKeys/)
  })

  test('[R1] counts in no quota that it has just forgotten to make room', () => {
    const { store, moveTo } = storeWithClock(5)
    const take = (...keys: string[]) => keys.map((key) => store.acquire({ claims: [calls(key, 2)] }).admitted)
    take('a', 'b', 'c')
    moveTo(1)
    take('s')
    moveTo(2)
    take('z')
    moveTo(900)
    take('a', 'b', 'c')
    // `s` is empty by now and behind `a`, `b` and `c` in the queue: room for another quota is made by forgetting it.
    moveTo(1_500)
    expect(take('s', 's', 's')).toEqual([true, true, false])
  })

  test('[P2] makes room by forgetting quotas of which all was given back', () => {
    const { store } = storeWithClock(2)
    for (let index = 0; index < 1_000; index++) {
      const verdict = store.acquire({ claims: [calls(`key ${index}`)] })
      if (!verdict.admitted) expect.unreachable()
      store.settle(verdict.hold, ['release'])
    }
    const claims = [calls('a', 1), calls('b', 1)]
    expect([store.acquire({ claims }).admitted, store.acquire({ claims }).admitted]).toEqual([true, false])
    expect(() => store.acquire({ claims: [calls('c')] })).toThrow(QuotaCapacityError)
  })

  test('[R1] counts in a quota that is used again after all was given back', () => {
    const { store, moveTo } = storeWithClock(2)
    const verdict = store.acquire({ claims: [calls('a', 1)] })
    if (verdict.admitted) store.settle(verdict.hold, ['release'])
    store.acquire({ claims: [calls('a', 1)] })
    store.acquire({ claims: [calls('b', 1)] })
    expect(() => store.acquire({ claims: [calls('c')] })).toThrow(QuotaCapacityError)
    expect(store.acquire({ claims: [calls('a', 1)] }).admitted).toBe(false)
    moveTo(1_000)
    expect(store.acquire({ claims: [calls('c'), calls('a', 1)] }).admitted).toBe(true)
  })

  test('makes room by reclaiming all that has expired, however much that is', () => {
    const { store, moveTo } = storeWithClock(100)
    for (let index = 0; index < 100; index++)
      store.acquire({ claims: [calls(`key ${index}`, 10, index < 99 ? 10_000 : 1_000)] })
    moveTo(1_000)
    expect(store.acquire({ claims: [calls('one more')] }).admitted).toBe(true)
    const twice = [calls('twice'), calls('twice')]
    moveTo(2_000)
    expect(store.acquire({ claims: twice }).admitted).toBe(true)
  })

  test('makes room by reclaiming whatever has expired', () => {
    const { store, moveTo } = storeWithClock(100)
    for (let index = 0; index < 100; index++) store.acquire({ claims: [calls(`key ${index}`)] })
    moveTo(1_000)
    expect(store.acquire({ claims: Array.from({ length: 100 }, (_, index) => calls(`new ${index}`)) }).admitted).toBe(
      true,
    )
    expect(store.size).toBe(100)
  })

  test('a refusal, a dry run and a claim of no units make no quota', () => {
    const { store } = storeWithClock()
    store.acquire({ claims: [calls('a'), calls('b', 0)] })
    store.peek([calls('c')])
    store.acquire({ claims: [{ ...calls('d'), units: 0 }] })
    expect(store.size).toBe(0)
  })
})

describe('the clock', () => {
  test('never goes back, whatever it is told', () => {
    const { store, moveTo } = storeWithClock()
    moveTo(5_000)
    store.acquire({ claims: [calls('a', 1)] })
    moveTo(0)
    const verdict = store.acquire({ claims: [calls('a', 1)] })
    expect(verdict.admitted === false && verdict.retryAfterMs).toBe(1_000)
  })

  test('[R3] is exact with fractions of a millisecond too: the wait is rounded up', () => {
    const { store, moveTo } = storeWithClock()
    moveTo(0.25)
    store.acquire({ claims: [calls('a', 1)] })
    moveTo(0.75)
    const verdict = store.acquire({ claims: [calls('a', 1)] })
    expect(verdict.admitted === false && verdict.retryAfterMs).toBe(1_000)
    moveTo(1_000.2)
    expect(store.acquire({ claims: [calls('a', 1)] }).admitted).toBe(false)
    moveTo(1_000.25)
    expect(store.acquire({ claims: [calls('a', 1)] }).admitted).toBe(true)
  })
})

describe('bad input', () => {
  test('a key that names two different quotas is an error', () => {
    const { store } = storeWithClock()
    store.acquire({ claims: [calls('a')] })
    expect(() => store.acquire({ claims: [calls('a', 10, 2_000)] })).toThrow(QuotaRequestError)
    expect(() => store.peek([{ ...calls('a'), kind: 'inFlight' } as never])).toThrow('names two different quotas')
  })

  test('a hold of another store is an error', () => {
    const { store } = storeWithClock()
    expect(() => store.settle({ id: undefined, claims: [], mustSettle: false }, [])).toThrow(QuotaRequestError)
  })

  test('[B2] an amount that would overflow what can be counted is booked as far as it can be', () => {
    const { store } = storeWithClock()
    const most = Number.MAX_SAFE_INTEGER
    const amount = { kind: 'amount', quota: 'maxSpend', key: 'a', limit: most, window: { kind: 'forever' } } as const
    store.acquire({ claims: [{ ...amount, units: 10, held: false }] })
    const verdict = store.acquire({ claims: [{ ...amount, units: 1, held: true }] })
    if (!verdict.admitted) expect.unreachable()
    expect(store.settle(verdict.hold, [{ units: most }])).toMatchObject([{ used: most, remaining: 0 }])
  })

  test.each([
    [{ maxKeys: 0 }, 'memoryQuotaStore.maxKeys is `0`; expected a whole number of 1 or more'],
    [{ maxKey: 5 }, 'memoryQuotaStore.maxKey is `5`; expected no such field; there are '],
    [{ clock: 5 }, 'memoryQuotaStore.clock is `5`; expected a function'],
  ])('refuses the options %j', (options, message) => {
    expect(() => memoryQuotaStore(options as never)).toThrow(PolicyError)
    expect(() => memoryQuotaStore(options as never)).toThrow(message)
  })
})
