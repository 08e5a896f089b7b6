import { performance } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import { PolicyDocumentError } from '../src/document/problem.ts'
import { readDocument } from '../src/document/read-document.ts'
import { type BrokenDocument, beforeRules, inConditions, lines } from './documents/broken.ts'
import { brokenConditions } from './documents/broken-conditions.ts'
import { brokenHidden } from './documents/broken-hidden.ts'
import { brokenLimits } from './documents/broken-limits.ts'
import { brokenRules } from './documents/broken-rules.ts'
import { brokenStructure } from './documents/broken-structure.ts'
import { brokenText } from './documents/broken-text.ts'
import { brokenValues } from './documents/broken-values.ts'

function errorOf(text: string): unknown {
  try {
    return readDocument(text, { file: 'policy.yaml', timeZone: 'UTC' })
  } catch (error) {
    return error
  }
}

const sorts: ReadonlyMap<string, readonly BrokenDocument[]> = new Map([
  ['text that can not be parsed', brokenText],
  ['the structure of a document', brokenStructure],
  ['rules', brokenRules],
  ['conditions', brokenConditions],
  ['tests of values', brokenValues],
  ['what is not seen', brokenHidden],
  ['limits', brokenLimits],
])

describe.each([...sorts])('%s', (_sort, documents) => {
  test.each(documents)('$title', ({ text, message }) => {
    const error = errorOf(text)
    expect(error).toBeInstanceOf(PolicyDocumentError)
    expect(error).toHaveProperty('message', message)
  })
})

describe('the error', () => {
  test('has every problem with its place, in the order of the text', () => {
    const error = errorOf(lines('rules:', '  - effect: permit', '    actions: read:*', 'mode: shadow', 'name: true'))
    expect(error).toHaveProperty('problems', [
      {
        file: 'policy.yaml',
        line: 2,
        column: 13,
        message:
          'rules[0].effect is `"permit"`; expected allow, deny, require_approval or redact; did you mean `allow`?',
      },
      {
        file: 'policy.yaml',
        line: 5,
        column: 7,
        message:
          'name is `true`; expected a name, such as `support`; without quotes this is a truth value and no text: put it in quotes',
      },
    ])
  })

  test('lists twenty problems, and says how many more there are', () => {
    const conditions = Array.from({ length: 25 }, (_, index) => `arguments.a${index}:`)
    const error = errorOf(inConditions(...conditions))
    expect(error).toHaveProperty('problems.length', 25)
    const listed = String(error).split('\n')
    expect(listed).toHaveLength(21)
    expect(listed.at(-1)).toBe('and 5 more')
  })

  test('has a thousand problems at most, of a file that is no policy at all', () => {
    const error = errorOf(lines(...Array.from({ length: 50_000 }, (_, index) => `line${index}: text`)))
    expect(error).toHaveProperty('problems.length', 1_000)
  })

  test('says that there may be more where reading stopped, and only there', () => {
    const stopped = errorOf(lines(...Array.from({ length: 1_000 }, (_, index) => `line${index}: text`)))
    expect(stopped).toHaveProperty('isComplete', false)
    expect(String(stopped).split('\n').slice(-2)).toEqual(['and 980 more', 'reading stopped there; there may be more'])
    const whole = errorOf(lines(...Array.from({ length: 990 }, (_, index) => `line${index}: text`)))
    expect(whole).toHaveProperty('isComplete', true)
    expect(String(whole).split('\n').at(-1)).toBe('and 972 more')
  })

  test('shows every character that can not be seen', () => {
    expect(String(errorOf(beforeRules('mode: "\u202e\u00a0\u001b"')))).toContain('`"\\u202e\\u00a0\\u001b"`')
  })

  test('counts lines and columns as editors do', () => {
    const windows = 'name: support\r\nrules: [{ effect: permit, actions: read:* }]\r\n'
    expect(String(errorOf(windows))).toContain('policy.yaml:2:19: rules[0].effect')
    const withByteOrderMark = '\uFEFFname: support\nmode: on\nrules: [{ effect: permit, actions: a }]\n'
    expect(String(errorOf(withByteOrderMark))).toContain('policy.yaml:2:7: mode')
    expect(String(errorOf('\uFEFFnames: support\n'))).toContain('policy.yaml:1:1: names')
    const tabs = '{\n\t"name": "support",\n\t"rules": [{\t"effect": "permit", "actions": "a" }]\n}\n'
    expect(String(errorOf(tabs))).toContain('policy.yaml:3:24: rules[0].effect')
    const wide = '{ name: "😀é", mode: on, rules: [{ effect: allow, actions: a }] }'
    expect(String(errorOf(wide))).toContain('policy.yaml:1:22: mode')
  })
})

test('the worst texts are refused in seconds', () => {
  const worst = ['[', ']', '{a: ', '- ', '"', '? ', '!a ', '&a ', '*a ', '%\n', '---\n', 'a: \n', '\t- a\n']
  for (const part of worst) {
    const startMs = performance.now()
    expect(errorOf(part.repeat(100_000 / part.length)), part).toBeInstanceOf(PolicyDocumentError)
    expect(performance.now() - startMs, part).toBeLessThan(10_000)
  }
})
