import fc from 'fast-check'
import {
  type Allow,
  type AnyGate,
  budgetGate,
  type Gate,
  GatedToolRunner,
  memoryQuotaStore,
  rateGate,
  ruleGate,
  type ToolCall,
} from 'toolgate'
import { expect, test } from 'vitest'

/** One tool's policy, and the oracle's plain record of what was taken under it. */
interface Plan {
  readonly maxCalls: number
  readonly windowMs: number
  readonly cooldownMs: number | undefined
  readonly maxInFlight: number
  readonly maxCents: number
  readonly budgetWindowMs: number | undefined
  readonly isEstimated: boolean
  /** The gates in this order, and whether another stands between them, so that the store is asked twice. */
  readonly isBudgetFirst: boolean
  readonly isApart: boolean
  readonly hasCallIds: boolean
}

interface Taken {
  readonly atMs: number
  cents: number
  /** Whether the call still counts under the rate limit: it ran, or may still run. */
  counts: boolean
  isOpen: boolean
}

/** How much longer than its window a charge may count: one of the 59 slices of the window. */
const slackOf = (windowMs: number) => windowMs / 59

/** Adds up what counts, from the first call on, and says whether one more call fits. */
function fits(plan: Plan, taken: readonly Taken[], nowMs: number, cents: number, isLenient: boolean): boolean {
  const calls = (windowMs: number) => taken.filter(({ atMs, counts }) => counts && atMs + windowMs > nowMs).length
  const budgetMs = plan.budgetWindowMs ?? Number.POSITIVE_INFINITY
  const countedMs = budgetMs + (isLenient && Number.isFinite(budgetMs) ? slackOf(budgetMs) : 0)
  const spent = taken.filter(({ atMs }) => atMs + countedMs > nowMs).reduce((sum, charge) => sum + charge.cents, 0)
  return (
    calls(plan.windowMs) < plan.maxCalls &&
    (plan.cooldownMs === undefined || calls(plan.cooldownMs) === 0) &&
    taken.filter(({ isOpen }) => isOpen).length < plan.maxInFlight &&
    spent + cents <= plan.maxCents
  )
}

const plan: fc.Arbitrary<Plan> = fc.record({
  maxCalls: fc.integer({ min: 1, max: 5 }),
  windowMs: fc.integer({ min: 1, max: 500 }),
  cooldownMs: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  maxInFlight: fc.integer({ min: 1, max: 3 }),
  maxCents: fc.integer({ min: 0, max: 60 }),
  budgetWindowMs: fc.option(fc.integer({ min: 100, max: 1_000 }), { nil: undefined }),
  isEstimated: fc.boolean(),
  isBudgetFirst: fc.boolean(),
  isApart: fc.boolean(),
  hasCallIds: fc.boolean(),
})

const end = fc.constantFrom<'return' | 'throw' | 'abort'>('return', 'throw', 'abort')
const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      principal: fc.constantFrom('a', 'b'),
      // Sometimes what is no amount.
      cents: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 15 }) },
        fc.constantFrom(-1, 1e-12, Number.NaN),
      ),
      rule: fc.constantFrom<'pass' | 'refuse' | 'wait'>('pass', 'pass', 'refuse', 'wait'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('decide' as const), which: fc.nat(), pass: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(),
      how: end,
      cents: fc.integer({ min: 0, max: 20 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 120 }) }) },
)

/** Lets everything that can go on go on. */
const settled = () => new Promise(setImmediate)
const amount = (cents: number) => (cents / 100).toFixed(2)
const isAmount = (cents: number) => Number.isInteger(cents) && cents >= 0

/** A gate that lets everything pass, and keeps its neighbours apart. */
const between: Gate<'between', true, Allow> = {
  name: 'between',
  compile: () => ({ check: () => ({ kind: 'allow' }) }),
}

test('[R1] [R2] [R3] [R4] [B1] [B2] [B4] [P2] no calls, costs, clocks, failures and aborts break the sums of a plain oracle', async () => {
  await fc.assert(
    fc.asyncProperty(plan, fc.array(command, { minLength: 1, maxLength: 40 }), async (policy, commands) => {
      let nowMs = 1_000_000
      const store = memoryQuotaStore({ clock: () => nowMs })
      const budget = budgetGate({ store })
      const rate = rateGate({ store })
      const [first, last] = policy.isBudgetFirst ? [budget, rate] : [rate, budget]
      const gates = policy.isApart
        ? ([first, between, last, ruleGate()] as const)
        : ([first, last, ruleGate()] as const)
      const runner = new GatedToolRunner<readonly AnyGate[]>({ gates })
      let calls = 0
      const taken = { a: [] as Taken[], b: [] as Taken[] }
      const waiting: { entry: Taken; decide: (pass: boolean) => void }[] = []
      const running: { entry: Taken; how: (end: 'return' | 'throw' | 'abort', cents: number) => void }[] = []
      const entries = new WeakMap<object, Taken>()
      const open: Promise<void>[] = []

      const costOf = (call: ToolCall) => {
        const { cents } = call.arguments as { cents: number }
        return isAmount(cents) ? amount(cents) : cents
      }
      // Asked right after the quotas were taken: here the oracle takes note, and finds that it fitted.
      const observed = (call: ToolCall): boolean | Promise<boolean> => {
        const { cents, rule } = call.arguments as { cents: number; rule: string }
        const own = taken[call.principal as 'a' | 'b']
        expect(fits(policy, own, nowMs, cents, false)).toBe(true)
        const entry: Taken = { atMs: nowMs, cents, counts: true, isOpen: true }
        own.push(entry)
        entries.set(call.metadata, entry)
        if (rule === 'pass') return true
        const giveBack = () => Object.assign(entry, { cents: 0, counts: false, isOpen: false })
        if (rule === 'refuse') {
          giveBack()
          return false
        }
        const { promise, resolve } = Promise.withResolvers<boolean>()
        const decide = (pass: boolean) => {
          if (!pass) giveBack()
          resolve(pass)
        }
        waiting.push({ entry, decide })
        return promise
      }
      runner.register('tool', {
        execute: (_args: unknown, call: ToolCall) => {
          const entry = entries.get(call.metadata) as Taken
          const { promise, resolve, reject } = Promise.withResolvers<number>()
          const how = (ending: 'return' | 'throw' | 'abort', cents: number) => {
            entry.isOpen = false
            if (ending === 'return') {
              if (policy.isEstimated) entry.cents = cents
              resolve(cents)
            } else if (ending === 'throw') {
              entry.cents = 0
              reject(new Error('failed'))
            } else {
              ;(call.metadata.controller as AbortController).abort()
            }
          }
          running.push({ entry, how })
          return promise
        },
        rate: {
          maxCalls: policy.maxCalls,
          windowMs: policy.windowMs,
          maxInFlight: policy.maxInFlight,
          leaseMs: 1_000_000_000,
          per: 'principal',
          ...(policy.cooldownMs !== undefined && {
            limits: [{ cooldownMs: policy.cooldownMs, per: 'principal' as const }],
          }),
        },
        budget: {
          maxSpend: amount(policy.maxCents),
          per: 'principal',
          leaseMs: 1_000_000_000,
          estimate: costOf,
          ...(policy.isEstimated && { actual: (cents: number) => amount(cents) }),
          ...(policy.budgetWindowMs !== undefined && { windowMs: policy.budgetWindowMs }),
        },
        ...(policy.isApart && { between: true }),
        rule: { rules: [observed] },
      } as never)

      const call = async (principal: 'a' | 'b', cents: number, rule: string) => {
        const controller = new AbortController()
        const before = taken[principal].map((entry) => ({ ...entry }))
        const result = await runner.call(
          'tool',
          { cents, rule },
          {
            principal,
            signal: controller.signal,
            metadata: { controller },
            ...(policy.hasCallIds && { callId: `call_${++calls}` }),
          },
        )
        if (result.reason === 'unavailable') {
          expect(result.blockedBy).toBe('budget')
          expect(isAmount(cents)).toBe(false)
        } else if (result.blockedBy === 'rate' && !isAmount(cents)) {
          expect(fits(policy, before, nowMs, 0, true)).toBe(false)
        } else if (result.blockedBy === 'rate' || result.blockedBy === 'budget') {
          expect(result.reason).toBe('limit')
          expect(fits(policy, before, nowMs, cents, true)).toBe(false)
        } else {
          expect(result.blockedBy === undefined || result.blockedBy === 'rule').toBe(true)
        }
      }

      for (const step of commands) {
        if (step.do === 'advance') nowMs += step.ms
        else if (step.do === 'call') open.push(call(step.principal, step.cents, step.rule))
        else if (step.do === 'decide' && waiting.length > 0) {
          waiting.splice(step.which % waiting.length, 1)[0]?.decide(step.pass)
        } else if (step.do === 'end' && running.length > 0) {
          running.splice(step.which % running.length, 1)[0]?.how(step.how, step.cents)
        }
        await settled()
      }
      for (const { decide } of waiting) decide(true)
      await settled()
      for (const { how } of running) how('return', 1)
      await Promise.all(open)

      for (const principal of ['a', 'b'] as const) {
        const [usage] = await budget.usage({ tool: 'tool', principal })
        const sum = (windowMs: number) => {
          const counted = taken[principal].filter(({ atMs }) => atMs + windowMs > nowMs)
          return counted.reduce((cents, charge) => cents + charge.cents, 0)
        }
        const windowMs = policy.budgetWindowMs ?? Number.POSITIVE_INFINITY
        const spent = Number(usage?.spent) * 100
        expect(usage?.held).toBe('0.00')
        expect(spent).toBeGreaterThanOrEqual(sum(windowMs) - 1e-6)
        expect(spent).toBeLessThanOrEqual(sum(windowMs + slackOf(windowMs)) + 1e-6)

        const refused = await runner.check('tool', { cents: 1, rule: 'refuse' }, { principal })
        if (refused.blockedBy === 'rule' || refused.retryAfterMs === undefined) continue
        const startMs = nowMs
        nowMs = startMs + refused.retryAfterMs - 1
        expect((await runner.check('tool', { cents: 1, rule: 'refuse' }, { principal })).blockedBy).not.toBe('rule')
        nowMs = startMs + refused.retryAfterMs
        taken[principal].length = 0
        const { blockedBy } = await runner.check('tool', { cents: 1, rule: 'refuse' }, { principal })
        // Gates that are asked apart know of no wait but their own.
        if (policy.isApart) expect(blockedBy).not.toBe(refused.blockedBy)
        else expect(blockedBy).toBe('rule')
      }
    }),
    { numRuns: 3_000 },
  )
}, 120_000)
