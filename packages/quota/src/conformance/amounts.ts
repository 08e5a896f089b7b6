import assert from 'node:assert/strict'
import { calendarPeriod } from '../calendar.ts'
import type { Admitted, ClaimReport } from '../store.ts'
import {
  admitted,
  amount,
  type ConformanceCase,
  calls,
  conforms,
  forever,
  refused,
  rolling,
  settle,
  take,
  used,
} from './case.ts'

export const amountCases: ConformanceCase[] = [
  conforms('[B1] a hundred charges of a hundredth fit, and the next does not', async ({ store }) => {
    await take(store, amount(1_000_000_000, 10_000_000, rolling(3_600_000)), 100)
    await refused(store.acquire({ claims: [amount(1_000_000_000, 10_000_000, rolling(3_600_000))] }))
    await refused(store.acquire({ claims: [amount(1_000_000_000, 1, rolling(3_600_000))] }))
  }),
  conforms('[B1] counts to the last unit at the largest amounts', async ({ store }) => {
    const most = Number.MAX_SAFE_INTEGER
    await take(store, amount(most, most - 1, forever))
    await refused(store.acquire({ claims: [amount(most, 2, forever)] }))
    await take(store, amount(most, 1, forever))
    await refused(store.acquire({ claims: [amount(most, 1, forever)] }))
  }),
  conforms('[R3] waits exactly at the largest amounts', async (subject) => {
    const { store } = subject
    const limit = 4_503_599_627_370_495
    const claim = amount(limit, limit, rolling(59_000))
    await take(store, amount(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 991, rolling(59_000)))
    const verdict = await refused(store.acquire({ claims: [claim] }))
    assert.deepEqual([verdict.isFinal, verdict.retryAfterMs], [false, 59_000])
    await subject.advance(59_000)
    await take(store, claim)
  }),
  conforms('[B1] a charge leaves a rolling window when the window has passed, and not before', async (subject) => {
    const { store } = subject
    const claim = amount(5, 5, rolling(60_000))
    await take(store, claim)
    await subject.advance(59_999)
    assert.equal((await refused(store.acquire({ claims: [claim] }))).retryAfterMs, 1)
    await subject.advance(1)
    await take(store, claim)
  }),
  conforms(
    '[B1] a rolling window never holds more than the limit, and frees itself within a slice',
    async (subject) => {
      const { store } = subject
      const windowMs = 59_000
      const sliceMs = windowMs / 59
      const charges: { atMs: number; units: number }[] = []
      for (let step = 0; step < 400; step++) {
        await subject.advance((step * 37) % 1_900)
        const nowMs = await subject.now()
        const units = 1 + (step % 7)
        const verdict = await store.acquire({ claims: [amount(100, units, rolling(windowMs))] })
        const within = (ms: number) => {
          return charges.filter(({ atMs }) => atMs > nowMs - ms).reduce((sum, charge) => sum + charge.units, 0)
        }
        if (verdict.admitted) {
          assert.ok(within(windowMs) + units <= 100, `${within(windowMs)} + ${units} at ${nowMs}`)
          charges.push({ atMs: nowMs, units })
        } else {
          assert.ok(within(windowMs + sliceMs) + units > 100, `refused ${units} at ${nowMs}`)
        }
      }
    },
  ),
  conforms('an amount without a window is never freed', async (subject) => {
    const { store } = subject
    await take(store, amount(10, 10, forever))
    await subject.advance(10_000_000_000)
    const verdict = await refused(store.acquire({ claims: [amount(10, 1, forever)] }))
    assert.equal(verdict.isFinal, true)
  }),
  conforms('a calendar budget is free again when the next day of its time zone begins', async (subject) => {
    const { store } = subject
    const claim = amount(10, 10, { kind: 'calendar', unit: 'day', timeZone: 'America/New_York' })
    await take(store, claim)
    const nowMs = await subject.now()
    const { endMs } = calendarPeriod(nowMs, 'day', 'America/New_York')
    assert.equal((await refused(store.acquire({ claims: [claim] }))).retryAfterMs, Math.ceil(endMs - nowMs))
    await subject.advance(endMs - nowMs - 1)
    await refused(store.acquire({ claims: [claim] }))
    await subject.advance(1)
    await take(store, claim)
  }),
  conforms('[B2] a hold is settled at what it came to', async ({ store }) => {
    const [less, same, none] = (await take(store, amount(100, 30, forever, true), 3)) as [Admitted, Admitted, Admitted]
    await refused(store.acquire({ claims: [amount(100, 30, forever, true)] }))
    await settle(store, less, { units: 5 })
    await settle(store, same, 'keep')
    await settle(store, none, 'release')
    assert.equal(await used(store, amount(100, 0, forever)), 35)
  }),
  conforms('[B2] settling twice changes nothing, and says so', async ({ store }) => {
    const [hold] = (await take(store, amount(100, 30, forever, true))) as [Admitted]
    assert.notEqual(await settle(store, hold, { units: 20 }), undefined)
    assert.equal(await settle(store, hold, 'release'), undefined)
    assert.equal(await settle(store, hold, { units: 90 }), undefined)
    assert.equal(await used(store, amount(100, 0, forever)), 20)
  }),
  conforms('[B2] what comes to more than its hold is booked in full, above the limit too', async ({ store }) => {
    const [hold] = (await take(store, amount(100, 90, forever, true))) as [Admitted]
    const [report] = (await settle(store, hold, { units: 120 })) as [ClaimReport]
    assert.equal(report.used, 120)
    assert.equal(report.remaining, 0)
    await refused(store.acquire({ claims: [amount(100, 1, forever)] }))
    await take(store, amount(121, 1, forever))
  }),
  conforms('[B2] what is given back does not outlive its charge', async (subject) => {
    const { store } = subject
    const [charge] = (await take(store, amount(10, 10, rolling(59_000), true))) as [Admitted]
    await subject.advance(58_000)
    await settle(store, charge, { units: 4 })
    await take(store, amount(10, 6, rolling(59_000)))
    await subject.advance(1_000)
    assert.equal(await used(store, amount(10, 0, rolling(59_000))), 6)
  }),
  conforms('[B2] settling a charge that has left its window gives nothing back to later ones', async (subject) => {
    const { store } = subject
    const old = await admitted(store.acquire({ claims: [amount(10, 10, rolling(59_000), true)], leaseMs: 1_000_000 }))
    await subject.advance(59_000)
    await take(store, amount(10, 7, rolling(59_000)))
    await settle(store, old, 'release')
    assert.equal(await used(store, amount(10, 0, rolling(59_000))), 7)
  }),
  conforms(
    'no wait is known to help while calls under way hold an amount, and it is not useless',
    async ({ store }) => {
      await take(store, amount(10, 4, forever))
      const [hold] = (await take(store, amount(10, 6, forever, true))) as [Admitted]
      const verdict = await refused(store.acquire({ claims: [amount(10, 6, forever)] }))
      assert.equal(verdict.retryAfterMs, undefined)
      assert.equal(verdict.isFinal, false)
      assert.equal((await refused(store.acquire({ claims: [amount(10, 7, forever)] }))).isFinal, true)
      const both = await refused(store.acquire({ claims: [calls(0, 1_000, 1, 'none'), amount(10, 6, forever)] }))
      assert.equal(both.isFinal, true)
      await settle(store, hold, 'release')
      await take(store, amount(10, 6, forever))
    },
  ),
  conforms('[R3] no wait is given where another claim waits for a call under way', async ({ store }) => {
    const claims = [calls(1, 1_000, 1, 'short'), amount(1, 1, rolling(59_000), true, 'long')]
    await admitted(store.acquire({ claims }))
    const verdict = await refused(store.acquire({ claims }))
    assert.equal(verdict.retryAfterMs, undefined)
    assert.equal(verdict.ownRetryAfterMs, 1_000)
    assert.equal(verdict.isFinal, false)
  }),
  conforms('[B3] a hold that nobody settles is free when its lease ends, and not before', async (subject) => {
    const { store } = subject
    const held = amount(10, 10, rolling(3_600_000), true)
    await admitted(store.acquire({ claims: [held], leaseMs: 5_000 }))
    await subject.advance(4_999)
    await refused(store.acquire({ claims: [held] }))
    await subject.advance(1)
    await take(store, held)
  }),
  conforms('[B3] what was spent is booked once, also when it is settled after its lease', async (subject) => {
    const { store } = subject
    const late = await admitted(store.acquire({ claims: [amount(10, 10, forever, true)], leaseMs: 1_000 }))
    await subject.advance(1_000)
    assert.equal(await used(store, amount(10, 0, forever)), 0)
    await settle(store, late, { units: 3 })
    await settle(store, late, { units: 3 })
    assert.equal(await used(store, amount(10, 0, forever)), 3)
  }),
  conforms('[B3] what is spent at once outlives any lease', async (subject) => {
    const { store } = subject
    await admitted(store.acquire({ claims: [amount(10, 10, forever)], leaseMs: 1_000 }))
    await subject.advance(1_000)
    await refused(store.acquire({ claims: [amount(10, 1, forever)] }))
  }),
]
