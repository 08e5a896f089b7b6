import { type Admitted, type Claim, memoryQuotaStore, type Settlement, sliceMs } from '@toolgate/quota'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/**
 * The plain oracle: every charge there was, kept for ever, and added up anew for every question. It knows nothing of
 * rings, heaps or slices.
 */
class Oracle {
  readonly charges: { key: string; atMs: number; units: number; leaseEndMs: number }[] = []

  used(claim: Claim, nowMs: number, windowMs: number): number {
    const counted = this.charges.filter((charge) => {
      return charge.key === claim.key && charge.atMs + windowMs > nowMs && charge.leaseEndMs > nowMs
    })
    return counted.reduce((sum, { units }) => sum + units, 0)
  }
}

function windowOf(claim: Claim): number {
  if (claim.kind === 'calls') return claim.windowMs ?? Number.POSITIVE_INFINITY
  if (claim.kind === 'inFlight' || claim.window.kind !== 'rolling') return Number.POSITIVE_INFINITY
  return claim.window.windowMs
}

/** How much longer than its window a charge may count at most. */
function slackOf(claim: Claim): number {
  return claim.kind === 'amount' && claim.window.kind === 'rolling' ? sliceMs(claim.window.windowMs) : 0
}

const units = fc.integer({ min: 0, max: 6 })
const limit = fc.integer({ min: 0, max: 12 })
const claim: fc.Arbitrary<Claim> = fc.oneof(
  fc.record({
    kind: fc.constant('calls' as const),
    quota: fc.constant('c'),
    key: fc.constantFrom('c1', 'c2'),
    limit,
    units,
    windowMs: fc.constant(100),
  }),
  fc.record({
    kind: fc.constant('calls' as const),
    quota: fc.constant('c'),
    key: fc.constant('c3'),
    limit,
    units,
    windowMs: fc.constant(undefined),
  }),
  fc.record({
    kind: fc.constant('inFlight' as const),
    quota: fc.constant('f'),
    key: fc.constant('f1'),
    limit,
    units: fc.constant(1),
  }),
  fc.record({
    kind: fc.constant('amount' as const),
    quota: fc.constant('a'),
    key: fc.constantFrom('a1', 'a2'),
    limit,
    units,
    window: fc.constant({ kind: 'rolling' as const, windowMs: 590 }),
    held: fc.boolean(),
  }),
)
const settlement: fc.Arbitrary<Settlement> = fc.oneof(
  fc.constant('keep' as const),
  fc.constant('release' as const),
  units.map((settled) => ({ units: settled })),
)
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('acquire' as const),
      claims: fc.array(claim, { minLength: 1, maxLength: 4 }),
      leaseMs: fc.integer({ min: 1, max: 400 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which: fc.nat(),
      how: fc.array(settlement, { minLength: 4, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 130 }) }) },
)

test('[R1] [R2] [R4] [B1] [B2] [B3] whatever is asked, settled, forgotten and waited for, the sums are those of a plain log', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let nowMs = 1_000_000
      const store = memoryQuotaStore({ clock: () => nowMs })
      const oracle = new Oracle()
      const holds: { verdict: Admitted; charges: Oracle['charges']; settled: boolean }[] = []

      for (const now of steps) {
        if (now.do === 'advance') {
          nowMs += now.ms
        } else if (now.do === 'acquire') {
          const fits = (slack: number) => {
            return now.claims.every((asked, index) => {
              const before = now.claims.slice(0, index).filter(({ key }) => key === asked.key)
              const inUse = oracle.used(asked, nowMs, windowOf(asked) + slack * slackOf(asked))
              return inUse + before.reduce((sum, earlier) => sum + earlier.units, 0) + asked.units <= asked.limit
            })
          }
          const verdict = store.acquire(now)
          if (verdict.admitted) {
            expect(fits(0)).toBe(true)
            const charges = now.claims.map((asked) => {
              const isHeld = asked.kind === 'inFlight' || (asked.kind === 'amount' && asked.held)
              const leaseEndMs = isHeld ? nowMs + now.leaseMs : Number.POSITIVE_INFINITY
              return { key: asked.key, atMs: nowMs, units: asked.units, leaseEndMs }
            })
            oracle.charges.push(...charges)
            holds.push({ verdict, charges, settled: false })
          } else {
            expect(fits(1)).toBe(false)
          }
        } else if (holds.length > 0) {
          const chosen = holds[now.which % holds.length] as (typeof holds)[number]
          const { claims } = chosen.verdict.hold
          const how = claims.map((asked, index): Settlement => {
            const wanted = now.how[index] as Settlement
            return typeof wanted === 'object' && asked.kind !== 'amount' ? 'keep' : wanted
          })
          expect(store.settle(chosen.verdict.hold, how) === undefined).toBe(chosen.settled)
          if (chosen.settled) continue
          chosen.settled = true
          chosen.charges.forEach((charge, index) => {
            const wanted = how[index] as Settlement
            if (claims[index]?.kind === 'inFlight' || wanted === 'release') charge.units = 0
            else if (wanted !== 'keep') charge.units = wanted.units
            charge.leaseEndMs = Number.POSITIVE_INFINITY
          })
        }
        for (const { verdict } of holds) {
          for (const asked of verdict.hold.claims) {
            const { used } = store.peek([{ ...asked, units: 0 }]).reports[0] as { used: number }
            expect(used).toBeGreaterThanOrEqual(oracle.used(asked, nowMs, windowOf(asked)))
            expect(used).toBeLessThanOrEqual(oracle.used(asked, nowMs, windowOf(asked) + slackOf(asked)))
          }
        }
      }
    }),
    { numRuns: 2_000 },
  )
}, 60_000)

test('[R3] for any traffic, a refused call passes after its wait and not a millisecond sooner', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(claim, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 60 }))),
      fc.array(claim, { minLength: 1, maxLength: 3 }),
      (traffic, claims) => {
        let nowMs = 1_000_000
        const store = memoryQuotaStore({ clock: () => nowMs })
        for (const [earlier, ms] of traffic) {
          store.acquire({ claims: earlier, leaseMs: 1_000_000 })
          nowMs += ms
        }
        const refused = store.peek(claims)
        if (refused.admitted || refused.retryAfterMs === undefined) return
        const startMs = nowMs
        nowMs = startMs + refused.retryAfterMs - 1
        expect(store.peek(claims).admitted).toBe(false)
        nowMs = startMs + refused.retryAfterMs
        expect(store.peek(claims).admitted).toBe(true)
      },
    ),
    { numRuns: 2_000 },
  )
}, 60_000)
