import {
  type Admitted,
  type Claim,
  memoryQuotaStore,
  QuotaRequestError,
  type QuotaStore,
  type Settlement,
} from '@toolgate/quota'
import { redisQuotaStore } from '@toolgate/redis'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { useAnyServer } from './any-server.ts'

const newPlace = useAnyServer()

const units = fc.integer({ min: 0, max: 6 })
const limit = fc.integer({ min: 0, max: 12 })
const quota = 'q'
const rolling = { kind: 'rolling', windowMs: 590 } as const
const day = { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' } as const
const forever = { kind: 'forever' } as const

const claim: fc.Arbitrary<Claim> = fc.oneof(
  fc.record({
    kind: fc.constant('calls' as const),
    quota: fc.constant(quota),
    key: fc.constantFrom('c1', 'c2'),
    limit,
    units,
    windowMs: fc.constant(100),
  }),
  // Most calls count for one, and then the log is kept another way.
  fc.record({
    kind: fc.constant('calls' as const),
    quota: fc.constant(quota),
    key: fc.constant('c3'),
    limit,
    units: fc.constant(1),
    windowMs: fc.constant(150),
  }),
  fc.record({
    kind: fc.constant('calls' as const),
    quota: fc.constant(quota),
    key: fc.constant('c4'),
    limit,
    units,
    windowMs: fc.constant(undefined),
  }),
  fc.record({
    kind: fc.constant('inFlight' as const),
    quota: fc.constant(quota),
    key: fc.constant('f1'),
    limit,
    units: fc.integer({ min: 0, max: 2 }),
  }),
  ...(
    [
      ['a1', rolling],
      ['a2', rolling],
      ['a3', forever],
      ['a4', day],
    ] as const
  ).map(([key, window]) =>
    fc.record({
      kind: fc.constant('amount' as const),
      quota: fc.constant(quota),
      key: fc.constant(key),
      limit,
      units,
      window: fc.constant(window),
      held: fc.boolean(),
    }),
  ),
)
const settlement: fc.Arbitrary<Settlement> = fc.oneof(
  fc.constant('keep' as const),
  fc.constant('release' as const),
  units.map((settled) => ({ units: settled })),
)
const claims = fc.array(claim, { minLength: 1, maxLength: 4 })
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('acquire' as const),
      claims,
      leaseMs: fc.integer({ min: 1, max: 400 }),
      id: fc.option(fc.constantFrom('id1', 'id2'), { nil: undefined, freq: 5 }),
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
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 130 }) },
        { weight: 1, arbitrary: fc.constantFrom(590, 600, 50_000_000) },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('peek' as const), claims }) },
)

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** One store and what it has admitted, so that two can be led through the same steps. */
class Player {
  readonly store: QuotaStore
  readonly admitted: Admitted[] = []

  constructor(store: QuotaStore) {
    this.store = store
  }

  async play(now: Step): Promise<unknown> {
    try {
      return await this.#play(now)
    } catch (error) {
      if (error instanceof QuotaRequestError) return 'a request that can not be meant'
      throw error
    }
  }

  async #play(now: Step): Promise<unknown> {
    if (now.do === 'peek') return this.store.peek(now.claims)
    if (now.do === 'acquire') {
      const verdict = await this.store.acquire(now)
      if (!verdict.admitted) return verdict
      this.admitted.push(verdict)
      const { hold, ...said } = verdict
      return { ...said, mustSettle: hold.mustSettle }
    }
    if (now.do === 'advance' || this.admitted.length === 0) return undefined
    const { hold } = this.admitted[now.which % this.admitted.length] as Admitted
    const how = hold.claims.map(({ kind }, index): Settlement => {
      const wanted = now.how[index] as Settlement
      return typeof wanted === 'object' && kind !== 'amount' ? 'keep' : wanted
    })
    return this.store.settle(hold, how)
  }
}

test('[R1] [R2] [R3] [R4] [B1] [B2] [B3] whatever is asked, settled, repeated, forgotten and waited for, Redis says what the memory store says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
      let nowMs = Date.UTC(2026, 2, 28, 22, 59, 59, 700)
      const clock = () => nowMs
      await using redis = redisQuotaStore({ ...newPlace(), clock })
      const [expected, actual] = [new Player(memoryQuotaStore({ clock })), new Player(redis)]
      for (const now of steps) {
        if (now.do === 'advance') nowMs += now.ms
        expect(await actual.play(now)).toEqual(await expected.play(now))
      }
    }),
    { numRuns: 400 },
  )
}, 120_000)
