import { parsePolicy } from '@toolgate/rule'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codes, findings, lint, policy } from './lint-policy.ts'

const rule = (effect: string, conditions: string) =>
  policy([`{ effect: ${effect}, actions: read, conditions: { ${conditions} } }`, '{ effect: allow, actions: read }'])

/** What is found of a code, of conditions that begin at column 48 or 49. */
const found = (code: string, text: string) => lint(text).filter((line) => line.includes(` ${code}: `))

describe('a glob or a regular expression that is compared as it is', () => {
  const mend = (conditions: string) =>
    findings([rule('deny', conditions)])
      .filter(({ code }) => code === 'glob-in-equals')
      .map(({ message }) => /write (.*), with a backslash before what is meant as it is$/.exec(message)?.[1])

  test('is reported where it stands, with what to write', () => {
    expect(found('glob-in-equals', rule('deny', 'principal: "agent:*"'))).toEqual([
      '3:48 glob-in-equals: `principal equals agent:*` of rule 1 compares with this very text, in which no character stands for others; write `{ glob: "agent:*" }`, with a backslash before what is meant as it is',
    ])
  })

  test.each([
    ['principal: "*"', '`{ glob: "*" }`'],
    ['arguments.to: [kim@example.com, "*@evil.test"]', '`{ glob: "*@evil.test" }`'],
    ['tags: "a*"', '`{ some: { glob: "a*" } }`'],
    ['tags: [b, "a*"]', '`{ some: { glob: "a*" } }`'],
    ['tags: { every: { equals: "a*" } }', '`{ glob: "a*" }`'],
    ['arguments.to: { contains: "*@x" }', '`{ some: { glob: "*@x" } }` of a list, or `{ glob: "*@x" }` of text'],
    ['arguments.to: { every: { in: ["*@x"] } }', '`{ glob: "*@x" }`'],
    ['any: [{ not: { tenant: "t*" } }]', '`{ glob: "t*" }`'],
    ['principal: "^agent$"', '`{ matches: "^agent$" }`'],
    ['arguments.id: "/^a/"', '`{ matches: "^a" }`'],
    ['arguments.id: "/a.*b/gi"', '`{ matches: "(?i)a.*b" }`'],
    ['arguments.id: "/[0-9]+/"', '`{ matches: "[0-9]+" }`'],
    ['arguments.path: "/tmp/*/"', '`{ glob: "/tmp/*/" }`'],
  ])('is reported once for each condition: %s', (conditions, expected) => {
    expect(mend(conditions)).toEqual([expected])
  })

  test.each([
    'principal: agent',
    'principal: { glob: "agent:*" }',
    'arguments.id: { matches: "^a$" }',
    'arguments.path: /usr/local/',
    'arguments.path: { contains: "/app/[id]/" }',
    'arguments.version: ^1.2.3',
    'arguments.price: { contains: $ }',
    'arguments.n: [1, true, null]',
    'called: "read:*"',
  ])('is nothing else: %s', (conditions) => {
    expect(mend(conditions)).toEqual([])
  })
})

describe('an allow by a regular expression that is found anywhere', () => {
  test('is reported where it stands', () => {
    expect(found('unanchored-allow', rule('allow', 'arguments.to: { matches: "@example[.]com$" }'))).toEqual([
      '3:49 unanchored-allow: rule 1 allows whatever stands around what `arguments.to matches @example[.]com$` finds; begin the expression with `^` and end it with `$`, as in `^(?:…)$`, so that it says what the whole text is',
    ])
  })

  test('is told to be anchored at the ends of the text where `^` and `$` are those of lines', () => {
    expect(found('unanchored-allow', rule('allow', 'arguments.to: { matches: "(?m)^a$" }'))).toEqual([
      expect.stringContaining(' begin the expression with `\\A` and end it with `\\z`, as in `\\A(?:…)\\z`, '),
    ])
  })

  test.each([
    ['it stands under `every`', 'allow', 'arguments.to: { every: { matches: "@example" } }', 1],
    ['it stands under `any`', 'allow', 'any: [{ arguments.to: { matches: "^a" } }, { principal: a }]', 1],
    ['it stands under `not` twice', 'allow', 'not: { not: { arguments.to: { matches: "a$" } } }', 1],
    ['it stands under `not`', 'allow', 'not: { arguments.to: { matches: "@evil" } }', 0],
    ['the rule denies', 'deny', 'arguments.to: { matches: "@evil" }', 0],
    ['the rule wants approval', 'require_approval', 'arguments.to: { matches: "@evil" }', 0],
    ['it is anchored', 'allow', 'arguments.to: { matches: "(?i)^a$" }', 0],
  ])('is looked for where %s', (_, effect, conditions, count) => {
    expect(found('unanchored-allow', rule(effect, conditions))).toHaveLength(count)
  })
})

describe('a deny by address', () => {
  test('is reported where it says nothing of names', () => {
    expect(found('names-in-cidr', rule('deny', 'arguments.url: { cidr: 10.0.0.0/8 }'))).toEqual([
      '3:48 names-in-cidr: rule 1 denies every host name as well: where a name leads is not looked up, so `arguments.url cidr 10.0.0.0/8` is unknown of it, and what is unknown counts; write `isAddress: true` beside it if names are to pass, or say with `host` which names are meant',
    ])
    expect(found('names-in-cidr', rule('require_approval', 'arguments.url: { cidr: 10.0.0.0/8 }'))).toEqual([
      expect.stringContaining('rule 1 wants approval of every host name as well: '),
    ])
  })

  test.each([
    [
      'one path is asked for twice',
      'any: [{ arguments.url: { cidr: 10.0.0.0/8 } }, { arguments.url: { cidr: "::1" } }]',
      1,
    ],
    ['two paths are asked for', 'arguments.a: { cidr: 10.0.0.0/8 }, arguments.b: { cidr: 10.0.0.0/8 }', 2],
    ['it is asked for items', 'arguments.urls: { some: { cidr: 10.0.0.0/8 } }', 1],
    ['another path has a test of names', 'arguments.a: { cidr: 10.0.0.0/8 }, arguments.b: { host: x.test }', 1],
    ['names are said to pass', 'arguments.url: { isAddress: true, cidr: 10.0.0.0/8 }', 0],
    ['items that are names are said to pass', 'arguments.urls: { some: { isAddress: true, cidr: 10.0.0.0/8 } }', 0],
    [
      'the names that pass are said',
      'any: [{ arguments.url: { cidr: 10.0.0.0/8 } }, { not: { arguments.url: { host: x.test } } }]',
      0,
    ],
    ['all but some addresses are meant', 'not: { arguments.url: { cidr: 10.0.0.0/8 } }', 0],
  ])('is found where %s', (_, conditions, count) => {
    expect(found('names-in-cidr', rule('deny', conditions))).toHaveLength(count)
  })

  test('is not reported of an allow, which is never given to what is unknown', () => {
    expect(codes(rule('allow', 'arguments.url: { cidr: 10.0.0.0/8 }'))).not.toContain('names-in-cidr')
  })

  test('that is reported denies every URL with a name, and none with `isAddress: true` beside it', () => {
    const network = fc.constantFrom('10.0.0.0/8', '::1/128', '127.0.0.1')
    fc.assert(
      fc.property(network, fc.webUrl(), fc.boolean(), (cidr, url, isList) => {
        const effectOf = (more: object) => {
          const asked = { cidr, ...more }
          const conditions = JSON.stringify({ 'arguments.url': isList ? { some: asked } : asked }).slice(1, -1)
          const text = rule('deny', conditions)
          const isReported = codes(text).includes('names-in-cidr')
          const call = { action: 'read', arguments: { url: isList ? [url] : url } }
          return [isReported, parsePolicy(text).decide(call).effect]
        }
        expect(effectOf({})).toEqual([true, 'deny'])
        expect(effectOf({ isAddress: true })).toEqual([false, 'allow'])
      }),
    )
  })
})

describe('documents that are all in shadow mode', () => {
  const trial = policy(['{ effect: allow, actions: a }'], 'defaultEffect: allow', 'mode: shadow')

  test('are reported once, at the first, since every call is denied', () => {
    expect(lint(trial)).toContain(
      '4:1 nothing-enforced: the only document is in shadow mode, so nothing is enforced and every call is denied, whatever the default effect; put a document beside it that is in force and allows what is to pass',
    )
    expect(findings([trial, trial]).filter(({ code }) => code === 'nothing-enforced')).toEqual([
      expect.objectContaining({
        file: '0.yaml',
        message: expect.stringMatching(/^all 2 documents are in shadow mode/),
      }),
    ])
    expect(parsePolicy(trial).decide({ action: 'a' }).effect).toBe('deny')
  })

  test('are not reported beside one that is in force', () => {
    const found = findings([trial, policy(['{ effect: allow, actions: b }'])])
    expect(found.map(({ code }) => code)).not.toContain('nothing-enforced')
  })
})
