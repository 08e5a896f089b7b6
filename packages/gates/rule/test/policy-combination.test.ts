import { type PolicyCall, parsePolicy } from '@toolgate/rule'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

type Effect = 'allow' | 'deny' | 'require_approval' | 'redact'
type Truth = 'true' | 'false' | 'unknown'

interface PlainRule {
  readonly effect: Effect
  readonly truth: Truth
}

interface PlainDocument {
  readonly applies: Truth
  readonly defaultEffect: 'allow' | 'deny' | 'require_approval'
  readonly rules: readonly PlainRule[]
}

/** The call has `amount: 1`: a rule on it is known, and one on what the call does not have is not. */
const call: PolicyCall = { action: 'write:thing', principal: 'agent:1', arguments: { amount: 1, text: 'plain' } }
const conditions = {
  true: { 'arguments.amount': { max: 10 } },
  false: { 'arguments.amount': { min: 10 } },
  unknown: { 'arguments.missing': { max: 10 } },
}
const appliesTo = {
  true: { principals: ['agent:*'] },
  false: { principals: ['human:*'] },
  unknown: { trustTiers: ['trusted'] },
}

function textOf({ applies, defaultEffect, rules }: PlainDocument, index: number) {
  const document = {
    name: `document ${index}`,
    appliesTo: appliesTo[applies],
    defaultEffect,
    rules: [
      // A document needs a rule: this one is about another action.
      { effect: 'allow', actions: ['read:other'] },
      ...rules.map(({ effect, truth }) => ({
        effect,
        actions: ['write:*'],
        conditions: conditions[truth],
        ...(effect === 'redact' && { redact: { email: 'mask' } }),
      })),
    ],
  }
  return { file: `${index}.json`, text: JSON.stringify(document) }
}

const effectOf = (documents: readonly PlainDocument[]) => parsePolicy(documents.map(textOf)).decide(call).effect

/** The law, in plain words: the strictest that counts. */
function expected(documents: readonly PlainDocument[]): string {
  const both = (one: Truth, other: Truth): Truth => {
    if (one === 'false' || other === 'false') return 'false'
    return one === 'unknown' || other === 'unknown' ? 'unknown' : 'true'
  }
  const rules = documents.flatMap(({ applies, rules }) =>
    rules.map(({ effect, truth }) => ({ effect, truth: both(applies, truth) })),
  )
  const has = (effect: Effect, ...truths: Truth[]) =>
    rules.some((rule) => rule.effect === effect && truths.includes(rule.truth))
  if (has('deny', 'true', 'unknown')) return 'deny'
  if (has('require_approval', 'true', 'unknown')) return 'require_approval'
  if (has('allow', 'true')) return 'allow'
  const defaults = (effect: string, ...truths: Truth[]) =>
    documents.some(({ applies, defaultEffect }) => defaultEffect === effect && truths.includes(applies))
  if (defaults('deny', 'true', 'unknown')) return 'deny'
  if (defaults('require_approval', 'true', 'unknown')) return 'require_approval'
  return defaults('allow', 'true') ? 'allow' : 'deny'
}

const truth = fc.constantFrom<Truth>('true', 'false', 'unknown')
const rule = fc.record<PlainRule>({
  effect: fc.constantFrom<Effect>('allow', 'deny', 'require_approval', 'redact'),
  truth,
})
const document = fc.record<PlainDocument>({
  applies: truth,
  defaultEffect: fc.constantFrom('allow', 'deny', 'require_approval'),
  rules: fc.array(rule, { maxLength: 5 }),
})
const documents = fc.array(document, { minLength: 1, maxLength: 4 })

describe('rules and documents combine', () => {
  test('[U1] a deny beats an approval beats an allow beats the default; unknown stops, and never grants', () => {
    fc.assert(
      fc.property(documents, (all) => {
        expect(effectOf(all)).toBe(expected(all))
      }),
      { numRuns: 500 },
    )
  })

  test('[U1] adding a deny never turns a block into an allow', () => {
    fc.assert(
      fc.property(documents, truth, fc.nat(), fc.nat(), (all, denyTruth, which, where) => {
        fc.pre(effectOf(all) !== 'allow')
        const index = which % all.length
        const changed = all.map((each, position) => {
          if (position !== index) return each
          const rules = each.rules.toSpliced(where % (each.rules.length + 1), 0, { effect: 'deny', truth: denyTruth })
          return { ...each, rules }
        })
        expect(effectOf(changed)).not.toBe('allow')
      }),
      { numRuns: 300 },
    )
  })

  test('[U1] the order of rules and of documents never changes the effect', () => {
    const shuffled = documents.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        fc.infiniteStream(fc.nat()),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([all, reordered, keys]) => {
        const mixed = reordered.map((each) => ({
          ...each,
          rules: each.rules
            .map((one) => ({ one, key: keys.next().value as number }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ one }) => one),
        }))
        expect(effectOf(mixed)).toBe(effectOf(all))
      }),
      { numRuns: 300 },
    )
  })

  test('[U1] a deny that can not be evaluated never allows', () => {
    fc.assert(
      fc.property(documents, (all) => {
        const first = {
          applies: 'true',
          defaultEffect: 'allow',
          rules: [{ effect: 'deny', truth: 'unknown' }],
        } as const
        expect(effectOf([first, ...all])).toBe('deny')
      }),
    )
  })

  test('[U2] the same call and the same documents always give the same verdict', () => {
    fc.assert(
      fc.property(documents, (all) => {
        const [one, two] = [parsePolicy(all.map(textOf)), parsePolicy(all.map(textOf))]
        expect(one.decide(call)).toEqual(two.decide(call))
        expect(one.digest).toBe(two.digest)
      }),
    )
  })

  test('a redaction never grants by itself', () => {
    expect(effectOf([{ applies: 'true', defaultEffect: 'deny', rules: [{ effect: 'redact', truth: 'true' }] }])).toBe(
      'deny',
    )
  })

  test('no document about the call is a deny, whatever their defaults are', () => {
    expect(effectOf([{ applies: 'false', defaultEffect: 'allow', rules: [] }])).toBe('deny')
  })
})

test.each([
  ['support', ['support', 'mail'], 'deny'],
  ['support', ['mail'], 'allow'],
  ['[support, finance]', ['finance'], 'deny'],
  ['[support, finance]', [], 'allow'],
  ['{ some: { glob: fin* } }', ['finance'], 'deny'],
])('a condition `tags: %s` of a call with the tags %j: %s', (condition, tags, effect) => {
  const policy = parsePolicy(`
name: tags
rules:
  - { effect: deny, actions: '*', conditions: { tags: ${condition} } }
  - { effect: allow, actions: '*' }`)
  expect(policy.decide({ action: 'any', tags }).effect).toBe(effect)
  expect(policy.decide({ action: 'any', metadata: { tags } }).effect).toBe(effect)
})

describe('the verdict', () => {
  const policy = parsePolicy(`
name: mail
version: 2
rules:
  - id: to-us
    effect: allow
    actions: write:email
    conditions: { arguments.to: { glob: '*@example.com' } }
  - id: cards
    effect: redact
    actions: '*'
    redact: { payment_card: mask, api_key: block }
`)
  const mail = (text: string) => policy.explain({ action: 'write:email', arguments: { to: 'team@example.com', text } })

  test('of a call whose arguments hold nothing to redact is an allow', () => {
    expect(mail('hello').verdict).toMatchObject({ effect: 'allow', reasonCodes: ['to-us'] })
  })

  test('of one whose arguments were redacted says so, and what was found where, and never the value', () => {
    const { verdict, arguments: args } = mail('my card is 4111 1111 1111 1111')
    expect(verdict).toMatchObject({
      effect: 'redact',
      decidedBy: { rule: 'to-us', document: 'mail', version: '2' },
      reasonCodes: ['to-us', 'cards', 'found:payment_card'],
      found: [{ kind: 'payment_card', path: 'arguments.text', action: 'mask' }],
    })
    expect(args).toEqual({ to: 'team@example.com', text: 'my card is ****1111' })
    expect(JSON.stringify(verdict)).not.toContain('4111')
  })

  test('of one that holds what is blocked is a deny by the rule that blocks it', () => {
    const { verdict, message } = mail(`use ${'sk_live'}_${'4eC39HqLyjWDarjtT1zdp7dc'}`)
    expect(verdict).toMatchObject({ effect: 'deny', decidedBy: { rule: 'cards' } })
    expect(verdict.reasonCodes).toContain('found:api_key')
    expect(message).toContain(
      'denied by rule `cards` (line 9) of policy `mail`: the arguments hold api_key at `arguments.text`',
    )
  })
})

test('documents in shadow mode decide nothing, and what they would change is noted', () => {
  const enforced = { file: 'a.yaml', text: 'name: a\nrules:\n  - { effect: allow, actions: "*" }' }
  const shadow = {
    file: 'b.yaml',
    text: 'name: b\nmode: shadow\nrules:\n  - { id: no-mail, effect: deny, actions: "write:email" }',
  }
  const policy = parsePolicy([enforced, shadow])
  expect(policy.decide({ action: 'write:email' })).toMatchObject({
    effect: 'allow',
    shadow: { effect: 'deny', decidedBy: { document: 'b', rule: 'no-mail', line: 4 } },
  })
  expect(policy.decide({ action: 'read:mail' }).shadow).toBeUndefined()
})
