import assert from 'node:assert/strict'
import type { AmountClaim, AmountWindow, CallsClaim, Claim, InFlightClaim } from '../claim.ts'
import type { Admitted, ClaimReport, QuotaStore, Refused, Settlement, Verdict } from '../store.ts'

/** A store under test, empty, with a hand on its clock. */
export interface ConformanceSubject {
  readonly store: QuotaStore
  /** The store's time now, in milliseconds since the epoch. */
  now(): number | Promise<number>
  /** Moves the store's clock on; a promise that it returns is awaited. */
  advance(ms: number): unknown
}

/** One thing that every quota store must do. `run` rejects when the store does not. */
export interface ConformanceCase {
  readonly title: string
  run(create: () => ConformanceSubject | Promise<ConformanceSubject>): Promise<void>
}

const key = 'default/quota/principal=agent:1'

export function calls(limit: number, windowMs: number | undefined, units: number = 1, of: string = key): CallsClaim {
  return { kind: 'calls', quota: 'calls', key: of, limit, units, windowMs }
}

export function inFlight(limit: number, of: string = key): InFlightClaim {
  return { kind: 'inFlight', quota: 'inFlight', key: of, limit, units: 1 }
}

export function amount(
  limit: number,
  units: number,
  window: AmountWindow,
  held: boolean = false,
  of: string = key,
): AmountClaim {
  return { kind: 'amount', quota: 'amount', key: of, limit, units, window, held }
}

export const forever: AmountWindow = { kind: 'forever' }

export function rolling(windowMs: number): AmountWindow {
  return { kind: 'rolling', windowMs }
}

export async function admitted(verdict: Verdict | Promise<Verdict>): Promise<Admitted> {
  const answer = await verdict
  assert.ok(answer.admitted, `expected the claims to be admitted: ${JSON.stringify(answer)}`)
  return answer
}

export async function refused(verdict: Verdict | Promise<Verdict>): Promise<Refused> {
  const answer = await verdict
  assert.ok(!answer.admitted, 'expected the claims to be refused')
  return answer
}

/** Takes the same claim several times. */
export async function take(store: QuotaStore, claim: Claim, times: number = 1): Promise<Admitted[]> {
  const verdicts: Admitted[] = []
  for (let time = 0; time < times; time++) verdicts.push(await admitted(store.acquire({ claims: [claim] })))
  return verdicts
}

export async function used(store: QuotaStore, claim: Claim): Promise<number> {
  const { reports } = await store.peek([claim])
  return (reports[0] as ClaimReport).used
}

export function settle(
  store: QuotaStore,
  verdict: Admitted,
  ...settlements: Settlement[]
): ReturnType<QuotaStore['settle']> {
  return store.settle(verdict.hold, settlements)
}

type Run = (subject: ConformanceSubject) => Promise<void>

export function conforms(title: string, run: Run): ConformanceCase {
  return { title, run: async (create) => run(await create()) }
}
