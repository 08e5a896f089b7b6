import assert from 'node:assert/strict'
import type { Admitted } from '../store.ts'
import { admitted, type ConformanceCase, conforms, inFlight, refused, settle, take } from './case.ts'

export const inFlightCases: ConformanceCase[] = [
  conforms('a call is in flight until it is settled, however it ended', async ({ store }) => {
    const [kept, released] = (await take(store, inFlight(2), 2)) as [Admitted, Admitted]
    await refused(store.acquire({ claims: [inFlight(2)] }))
    await settle(store, kept, 'keep')
    await settle(store, released, 'release')
    await take(store, inFlight(2), 2)
  }),
  conforms('[B3] a call that nobody settles is in flight until its lease ends, and not longer', async (subject) => {
    const { store } = subject
    await admitted(store.acquire({ claims: [inFlight(1)], leaseMs: 5_000 }))
    await subject.advance(4_999)
    await refused(store.acquire({ claims: [inFlight(1)] }))
    await subject.advance(1)
    await take(store, inFlight(1))
  }),
  conforms('settling a call after its lease does not free another one', async (subject) => {
    const { store } = subject
    const late = await admitted(store.acquire({ claims: [inFlight(1)], leaseMs: 1_000 }))
    await subject.advance(1_000)
    await take(store, inFlight(1))
    await settle(store, late, 'keep')
    await refused(store.acquire({ claims: [inFlight(1)] }))
  }),
  conforms('no wait is known to help while calls are in flight, and it is not useless either', async ({ store }) => {
    await take(store, inFlight(1))
    const verdict = await refused(store.acquire({ claims: [inFlight(1)] }))
    assert.equal(verdict.retryAfterMs, undefined)
    assert.equal(verdict.isFinal, false)
  }),
]
