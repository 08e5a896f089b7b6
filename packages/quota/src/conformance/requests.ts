import assert from 'node:assert/strict'
import { type Admitted, QuotaRequestError } from '../store.ts'
import {
  admitted,
  amount,
  type ConformanceCase,
  calls,
  conforms,
  forever,
  inFlight,
  refused,
  rolling,
  settle,
  take,
  used,
} from './case.ts'

export const requestCases: ConformanceCase[] = [
  conforms('[R4] takes all claims or none, and names the first that does not fit', async ({ store }) => {
    await take(store, calls(1, 1_000, 1, 'full'))
    const claims = [
      calls(9, 1_000, 1, 'a'),
      calls(1, 1_000, 1, 'full'),
      amount(0, 1, forever, false, 'b'),
      inFlight(9, 'c'),
    ]
    assert.equal((await refused(store.acquire({ claims }))).refused, 1)
    for (const claim of claims) assert.equal(await used(store, claim), claim.key === 'full' ? 1 : 0)
  }),
  conforms('[R4] two claims on one quota in one request count both', async ({ store }) => {
    await refused(store.acquire({ claims: [calls(1, 1_000), calls(1, 1_000)] }))
    assert.equal(await used(store, calls(1, 1_000)), 0)
    await admitted(store.acquire({ claims: [calls(2, 1_000), calls(2, 1_000)] }))
    assert.equal(await used(store, calls(2, 1_000)), 2)
  }),
  conforms('[R3] the wait is that of the claim that takes longest', async (subject) => {
    const { store } = subject
    const claims = [calls(1, 1_000, 1, 'short'), amount(1, 1, rolling(59_000), false, 'long')]
    await admitted(store.acquire({ claims }))
    const verdict = await refused(store.acquire({ claims }))
    assert.equal(verdict.refused, 0)
    assert.equal(verdict.retryAfterMs, 59_000)
    assert.equal(verdict.ownRetryAfterMs, 1_000)
    await subject.advance(59_000)
    await admitted(store.acquire({ claims }))
  }),
  conforms('a call id seen again before its call is settled takes nothing more', async ({ store }) => {
    const request = { claims: [calls(2, 1_000, 1, 'r'), amount(9, 3, forever, true, 'b')], id: 'call_1' }
    const first = await admitted(store.acquire(request))
    const again = await admitted(store.acquire(request))
    assert.deepEqual(again.reports, first.reports)
    assert.deepEqual([first.isRepeated, again.isRepeated], [false, true])
    await settle(store, again, 'keep', { units: 2 })
    assert.equal(await settle(store, first, 'keep', { units: 2 }), undefined)
    assert.equal(await used(store, calls(2, 1_000, 1, 'r')), 1)
    assert.equal(await used(store, amount(9, 0, forever, false, 'b')), 2)
  }),
  conforms('a call id seen again with another limit is settled under that one', async ({ store }) => {
    await admitted(store.acquire({ claims: [calls(2, 1_000)], id: 'call_1' }))
    const again = await admitted(store.acquire({ claims: [calls(3, 1_000)], id: 'call_1' }))
    const reports = await settle(store, again, 'keep')
    assert.deepEqual([reports?.[0]?.limit, reports?.[0]?.used], [3, 1])
  }),
  conforms('a call id seen again after its call was settled is a new call', async ({ store }) => {
    const request = { claims: [calls(5, 1_000)], id: 'call_1' }
    await settle(store, await admitted(store.acquire(request)), 'keep')
    await admitted(store.acquire(request))
    assert.equal(await used(store, calls(5, 1_000)), 2)
  }),
  conforms('a call id is remembered until its lease ends', async (subject) => {
    const { store } = subject
    const request = { claims: [calls(5, 60_000)], id: 'call_1', leaseMs: 1_000 }
    await admitted(store.acquire(request))
    await subject.advance(999)
    await admitted(store.acquire(request))
    assert.equal(await used(store, calls(5, 60_000)), 1)
    await subject.advance(1)
    await admitted(store.acquire(request))
    assert.equal(await used(store, calls(5, 60_000)), 2)
  }),
  conforms('[B2] settling a call after its lease leaves a later call with its id alone', async (subject) => {
    const { store } = subject
    const request = { claims: [amount(100, 10, forever, true)], id: 'call_1', leaseMs: 1_000 }
    const late = await admitted(store.acquire(request))
    await subject.advance(1_000)
    await admitted(store.acquire(request))
    await settle(store, late, { units: 4 })
    await admitted(store.acquire(request))
    assert.equal(await used(store, amount(100, 0, forever)), 14)
  }),
  conforms('a call id in use for other claims is an error, and takes nothing', async ({ store }) => {
    await admitted(store.acquire({ claims: [amount(100, 1, forever)], id: 'call_1' }))
    await assert.rejects(
      async () => store.acquire({ claims: [amount(100, 50, forever)], id: 'call_1' }),
      QuotaRequestError,
    )
    assert.equal(await used(store, amount(100, 0, forever)), 1)
  }),
  conforms('a call id in use for a charge is no id for a hold, and takes nothing', async ({ store }) => {
    await admitted(store.acquire({ claims: [amount(100, 30, forever)], id: 'call_1' }))
    await assert.rejects(
      async () => store.acquire({ claims: [amount(100, 30, forever, true)], id: 'call_1' }),
      QuotaRequestError,
    )
    assert.equal(await used(store, amount(100, 0, forever)), 30)
  }),
  conforms('[B4] refuses units and limits that are no whole numbers, and takes nothing', async ({ store }) => {
    for (const bad of [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, 2 ** 53]) {
      const good = amount(10, 1, forever, false, 'good')
      await assert.rejects(async () => store.acquire({ claims: [good, amount(10, bad, forever)] }), QuotaRequestError)
      await assert.rejects(async () => store.acquire({ claims: [good, calls(bad, 1_000)] }), QuotaRequestError)
      assert.equal(await used(store, good), 0)
      const [hold] = (await take(store, amount(100, 1, forever, true, `of ${bad}`))) as [Admitted]
      await assert.rejects(async () => settle(store, hold, { units: bad }), QuotaRequestError)
      await settle(store, hold, 'release')
    }
  }),
  conforms('refuses a settlement that does not fit the claims, and changes nothing', async ({ store }) => {
    const hold = await admitted(store.acquire({ claims: [calls(5, 1_000, 1, 'c'), amount(9, 3, forever, true, 'a')] }))
    await assert.rejects(async () => settle(store, hold, 'release'), QuotaRequestError)
    await assert.rejects(async () => settle(store, hold, { units: 1 }, 'release'), QuotaRequestError)
    assert.equal(await used(store, calls(5, 1_000, 1, 'c')), 1)
    assert.equal(await used(store, amount(9, 0, forever, false, 'a')), 3)
  }),
  conforms('peek says what acquire would, with what is held, and takes nothing', async (subject) => {
    const { store } = subject
    await take(store, amount(100, 30, forever, true))
    await take(store, amount(100, 20, forever))
    const claim = amount(100, 50, forever)
    const report = {
      quota: 'amount',
      key: claim.key,
      limit: 100,
      used: 50,
      remaining: 50,
      resetAfterMs: undefined,
      held: 30,
    }
    assert.deepEqual(await store.peek([claim]), { admitted: true, reports: [report] })
    const verdict = await store.peek([{ ...claim, units: 81 }])
    assert.ok(!verdict.admitted && verdict.refused === 0 && verdict.isFinal)
    await take(store, claim)
  }),
]
