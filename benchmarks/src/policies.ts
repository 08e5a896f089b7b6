import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs'
import { type PolicyCall, parsePolicy } from '@toolgate/rule'
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin'

/** A way to decide on calls, for as many rules as it was made with. */
export interface Decider {
  readonly name: string
  /** Whether the call is allowed. */
  decide(call: BenchmarkCall): boolean
}

export interface BenchmarkCall extends PolicyCall {
  readonly action: string
  readonly principal: string
  readonly arguments: { readonly amount: number }
  readonly atMs: number
}

/** One rule, in the terms that all contenders have: an amount from and to, and minutes of the day in UTC. */
interface BenchmarkRule {
  readonly effect: 'allow' | 'deny'
  readonly action: string
  readonly min: number
  readonly max: number
  readonly from: string
  readonly to: string
}

const always = { from: '00:00', to: '24:00' }
const any = { min: 0, max: 1_000_000 }

/** Ten rules that the calls are about; what is more than these is about other actions, as in a large policy. */
function rulesOf(count: number): BenchmarkRule[] {
  const rules: BenchmarkRule[] = [
    { effect: 'allow', action: 'read:customer_data', ...any, ...always },
    { effect: 'allow', action: 'read:order_data', ...any, ...always },
    { effect: 'allow', action: 'write:refund', min: 0, max: 100, ...always },
    { effect: 'deny', action: 'write:refund', min: 101, max: 1_000_000, ...always },
    { effect: 'allow', action: 'write:email', ...any, from: '09:00', to: '18:00' },
    { effect: 'deny', action: 'execute:computer_use', ...any, ...always },
    { effect: 'allow', action: 'write:order', min: 0, max: 500, from: '06:00', to: '22:00' },
    { effect: 'deny', action: 'write:order', min: 400, max: 450, ...always },
    { effect: 'allow', action: 'write:credit', min: 10, max: 20, ...always },
    { effect: 'deny', action: 'write:credit', ...any, from: '00:00', to: '06:00' },
  ]
  for (let index = rules.length; index < count; index++) {
    rules.push({
      effect: index % 2 === 0 ? 'allow' : 'deny',
      action: `write:other_${index}`,
      min: 0,
      max: index,
      ...always,
    })
  }
  return rules
}

const at = (time: string) => Date.parse(`2026-03-02T${time}:00Z`)

/** Allowed and refused in turn, by all kinds of rules and by none. */
export const calls: readonly BenchmarkCall[] = [
  { action: 'read:customer_data', principal: 'agent:1', arguments: { amount: 0 }, atMs: at('12:00') },
  { action: 'write:refund', principal: 'agent:1', arguments: { amount: 100 }, atMs: at('12:00') },
  { action: 'write:refund', principal: 'agent:1', arguments: { amount: 4_000 }, atMs: at('12:00') },
  { action: 'write:email', principal: 'agent:2', arguments: { amount: 0 }, atMs: at('12:00') },
  { action: 'write:email', principal: 'agent:2', arguments: { amount: 0 }, atMs: at('20:00') },
  { action: 'write:order', principal: 'agent:2', arguments: { amount: 420 }, atMs: at('12:00') },
  { action: 'write:credit', principal: 'agent:3', arguments: { amount: 15 }, atMs: at('12:00') },
  { action: 'write:unknown', principal: 'agent:3', arguments: { amount: 15 }, atMs: at('12:00') },
]

export async function decidersOf(count: number): Promise<Decider[]> {
  const rules = rulesOf(count)
  const deciders = [closures(rules), toolgate(rules), await casbin(rules), cedar(rules, `rules-${count}`)]
  const [first, ...others] = deciders.map(({ decide }) => calls.map(decide).join())
  if (others.some((decisions) => decisions !== first)) throw new Error('the contenders decide differently')
  return deciders
}

function toolgate(rules: readonly BenchmarkRule[]): Decider {
  const document = {
    name: 'benchmark',
    rules: rules.map(({ effect, action, min, max, from, to }) => ({
      effect,
      actions: [action],
      conditions: {
        'arguments.amount': { min, max },
        ...((from !== always.from || to !== always.to) && { time_range: `${from}-${to}` }),
      },
    })),
  }
  const policy = parsePolicy(JSON.stringify(document))
  return { name: 'toolgate', decide: (call) => policy.decide(call).effect === 'allow' }
}

/** What one would write by hand for these rules alone: functions by action, and nothing else. */
function closures(rules: readonly BenchmarkRule[]): Decider {
  const byAction = Map.groupBy(
    rules.map((rule) => ({ ...rule, from: minuteOf(rule.from), to: minuteOf(rule.to) })),
    ({ action }) => action,
  )
  const compiled = new Map(
    [...byAction].map(([action, all]) => {
      const tests = all.map(({ effect, min, max, from, to }) => ({
        effect,
        holds: (amount: number, minute: number) => amount >= min && amount <= max && minute >= from && minute < to,
      }))
      const denies = tests.filter(({ effect }) => effect === 'deny')
      const allows = tests.filter(({ effect }) => effect === 'allow')
      return [action, { denies, allows }] as const
    }),
  )
  return {
    name: 'closures by hand',
    decide: ({ action, arguments: { amount }, atMs }) => {
      const those = compiled.get(action)
      if (those === undefined || typeof amount !== 'number') return false
      const minute = Math.floor(atMs / 60_000) % 1_440
      for (const { holds } of those.denies) if (holds(amount, minute)) return false
      for (const { holds } of those.allows) if (holds(amount, minute)) return true
      return false
    },
  }
}

async function casbin(rules: readonly BenchmarkRule[]): Promise<Decider> {
  const model = newModelFromString(`
[request_definition]
r = act, amount, minute

[policy_definition]
p = act, min, max, from, to, eft

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.act == p.act && r.amount >= p.min && r.amount <= p.max && r.minute >= p.from && r.minute < p.to
`)
  const lines = rules.map(
    ({ effect, action, min, max, from, to }) =>
      `p, ${action}, ${min}, ${max}, ${minuteOf(from)}, ${minuteOf(to)}, ${effect}`,
  )
  const enforcer = await newEnforcer(model, new StringAdapter(lines.join('\n')))
  return {
    name: 'casbin, sync',
    decide: ({ action, arguments: { amount }, atMs }) =>
      enforcer.enforceSync(action, amount, Math.floor(atMs / 60_000) % 1_440),
  }
}

function cedar(rules: readonly BenchmarkRule[], id: string): Decider {
  const staticPolicies = rules
    .map(({ effect, action, min, max, from, to }) => {
      const head = `${effect === 'allow' ? 'permit' : 'forbid'}(principal, action == Action::"${action}", resource)`
      const amount = `context.amount >= ${min} && context.amount <= ${max}`
      return `${head} when { ${amount} && context.minute >= ${minuteOf(from)} && context.minute < ${minuteOf(to)} };`
    })
    .join('\n')
  const parsed = preparsePolicySet(id, { staticPolicies })
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors))
  const resource = { type: 'Tool', id: 'tool' }
  return {
    name: 'cedar-wasm, stateful',
    decide: ({ action, principal, arguments: { amount }, atMs }) => {
      const answer = statefulIsAuthorized({
        principal: { type: 'Agent', id: principal },
        action: { type: 'Action', id: action },
        resource,
        context: { amount, minute: Math.floor(atMs / 60_000) % 1_440 },
        preparsedPolicySetId: id,
        entities: [],
      })
      return answer.type === 'success' && answer.response.decision === 'allow'
    },
  }
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}
