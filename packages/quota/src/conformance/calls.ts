import assert from 'node:assert/strict'
import type { Admitted, ClaimReport } from '../store.ts'
import { type ConformanceCase, calls, conforms, refused, settle, take, used } from './case.ts'

export const callCases: ConformanceCase[] = [
  conforms('[R1] admits as many calls as the limit in a window, and refuses the next', async ({ store }) => {
    await take(store, calls(3, 1_000), 3)
    const verdict = await refused(store.acquire({ claims: [calls(3, 1_000)] }))
    assert.equal(verdict.refused, 0)
    assert.deepEqual(verdict.reports, [
      { quota: 'calls', key: calls(3, 1_000).key, limit: 3, used: 3, remaining: 0, resetAfterMs: 1_000 },
    ])
  }),
  conforms('[R1] frees a slot at exactly the end of its window, and not a millisecond before', async (subject) => {
    const { store } = subject
    await take(store, calls(1, 1_000))
    await subject.advance(999)
    await refused(store.acquire({ claims: [calls(1, 1_000)] }))
    await subject.advance(1)
    await take(store, calls(1, 1_000))
  }),
  conforms('[R1] holds no more than the limit in a window across the border of two', async (subject) => {
    const { store } = subject
    await subject.advance(900)
    await take(store, calls(10, 1_000), 10)
    for (let step = 0; step < 9; step++) {
      await subject.advance(100)
      await refused(store.acquire({ claims: [calls(10, 1_000)] }))
    }
    await subject.advance(100)
    await take(store, calls(10, 1_000), 10)
  }),
  conforms('[R1] lets exactly the limit pass of a hundred requests at the same time', async ({ store }) => {
    const requests = Array.from({ length: 100 }, async () => store.acquire({ claims: [calls(5, 1_000)] }))
    const verdicts = await Promise.all(requests)
    assert.equal(verdicts.filter((verdict) => verdict.admitted).length, 5)
  }),
  conforms('[R1] stays exact when the limit of a quota is lowered and raised', async (subject) => {
    const { store } = subject
    await take(store, calls(5, 1_000), 5)
    await refused(store.acquire({ claims: [calls(2, 1_000)] }))
    await subject.advance(1)
    await take(store, calls(8, 1_000), 3)
    await refused(store.acquire({ claims: [calls(8, 1_000)] }))
    await subject.advance(999)
    await take(store, calls(8, 1_000), 5)
    await refused(store.acquire({ claims: [calls(8, 1_000)] }))
  }),
  conforms('[R2] a refusal takes nothing and delays nothing', async (subject) => {
    const { store } = subject
    await take(store, calls(2, 1_000), 2)
    for (let step = 0; step < 20; step++) {
      await subject.advance(49)
      await refused(store.acquire({ claims: [calls(2, 1_000)] }))
    }
    assert.equal(await used(store, calls(2, 1_000)), 2)
    await subject.advance(20)
    await take(store, calls(2, 1_000), 2)
  }),
  conforms('[R3] a retry passes after retryAfterMs, and not a millisecond sooner', async (subject) => {
    const { store } = subject
    await take(store, calls(2, 1_000))
    await subject.advance(300)
    await take(store, calls(2, 1_000))
    await subject.advance(123)
    const { retryAfterMs } = await refused(store.acquire({ claims: [calls(2, 1_000)] }))
    assert.equal(retryAfterMs, 577)
    await subject.advance(576)
    assert.equal((await refused(store.acquire({ claims: [calls(2, 1_000)] }))).retryAfterMs, 1)
    await subject.advance(1)
    await take(store, calls(2, 1_000))
  }),
  conforms('[R3] a call that counts for several waits until all of them fit', async (subject) => {
    const { store } = subject
    for (let step = 0; step < 4; step++) {
      await take(store, calls(10, 1_000, 2))
      await subject.advance(100)
    }
    const { retryAfterMs } = await refused(store.acquire({ claims: [calls(10, 1_000, 5)] }))
    assert.equal(retryAfterMs, 700)
    await subject.advance(699)
    await refused(store.acquire({ claims: [calls(10, 1_000, 5)] }))
    await subject.advance(1)
    await take(store, calls(10, 1_000, 5))
  }),
  conforms('[R3] says that no wait helps a call that counts for more than the limit', async ({ store }) => {
    const verdict = await refused(store.acquire({ claims: [calls(3, 1_000, 4)] }))
    assert.equal(verdict.isFinal, true)
    assert.equal(verdict.retryAfterMs, undefined)
  }),
  conforms('calls without a window count for ever', async (subject) => {
    const { store } = subject
    await take(store, calls(2, undefined), 2)
    await subject.advance(1_000_000_000)
    const verdict = await refused(store.acquire({ claims: [calls(2, undefined)] }))
    assert.equal(verdict.isFinal, true)
    assert.equal(verdict.retryAfterMs, undefined)
    assert.equal((verdict.reports[0] as ClaimReport).resetAfterMs, undefined)
  }),
  conforms('[P2] a call that is given back leaves its slot, and the others theirs', async (subject) => {
    const { store } = subject
    const [first] = (await take(store, calls(3, 1_000))) as [Admitted]
    await subject.advance(100)
    const [second] = (await take(store, calls(3, 1_000))) as [Admitted]
    await subject.advance(100)
    await take(store, calls(3, 1_000))
    await settle(store, second, 'release')
    assert.equal(await used(store, calls(3, 1_000)), 2)
    await take(store, calls(3, 1_000))
    assert.equal((await refused(store.acquire({ claims: [calls(3, 1_000)] }))).retryAfterMs, 800)
    await settle(store, first, 'release')
    await take(store, calls(3, 1_000))
    assert.equal((await refused(store.acquire({ claims: [calls(3, 1_000)] }))).retryAfterMs, 1_000)
  }),
  conforms('[P2] giving back what has left the window changes nothing', async (subject) => {
    const { store } = subject
    const [old] = (await take(store, calls(2, 1_000))) as [Admitted]
    await subject.advance(1_000)
    await take(store, calls(2, 1_000))
    await settle(store, old, 'release')
    assert.equal(await used(store, calls(2, 1_000)), 1)
  }),
  conforms('a call that counts for nothing takes nothing', async ({ store }) => {
    await take(store, calls(1, 1_000, 0), 5)
    assert.equal(await used(store, calls(1, 1_000)), 0)
  }),
  conforms('quotas of different keys do not touch each other', async ({ store }) => {
    await take(store, calls(1, 1_000, 1, 'a/b'))
    await take(store, calls(1, 1_000, 1, 'a/c'))
    await refused(store.acquire({ claims: [calls(1, 1_000, 1, 'a/b')] }))
  }),
]
