import { describe, expect, test } from 'vitest'
import { Given } from '../src/command-line/given.ts'
import { policyCommands } from '../src/policy-command/index.ts'
import { run } from './command-streams.ts'

describe('help', () => {
  test.each(policyCommands.commands.map((command) => [command.name, command] as const))(
    '`toolgate policy %s --help` says what it does, how, and gives examples',
    async (name, command) => {
      const { code, stdout } = await run(['policy', name, '--help'])
      expect(code).toBe(0)
      expect(stdout).toContain(`toolgate policy ${name}: ${command.summary}`)
      expect(stdout).toContain(`  toolgate policy ${name} ${command.usage.join(' ')} [options]`)
      for (const option of Object.keys(command.options)) expect(stdout).toContain(`--${option}`)
      const described = stdout.slice(0, stdout.indexOf('examples'))
      expect(Math.max(...described.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    },
  )

  test('of the group lists its commands', async () => {
    const { stdout } = await run(['policy', '--help'])
    expect(stdout.match(/toolgate policy [a-z]+/g)).toEqual(
      ['validate', 'lint', 'test', 'explain', 'diff'].map((name) => `toolgate policy ${name}`),
    )
  })
})

describe('a place for several operands', () => {
  const given = (usage: readonly string[], ...words: string[]) => new Given({ usage, options: {} }, words)

  test('takes one and all that follow', () => {
    expect(given(['PATH…'], 'a').operands('PATH')).toEqual(['a'])
    expect(given(['OUT', 'PATH…'], 'a', 'b', 'c').operands('PATH')).toEqual(['b', 'c'])
    expect(given(['PATH…'], 'a', 'b').operand('PATH')).toBe('a')
  })

  test('may be left empty where it stands in brackets', () => {
    expect(given(['[PATH…]']).operands('PATH')).toEqual([])
    expect(given(['[PATH…]']).hasOperand('PATH')).toBe(false)
    expect(given(['[PATH…]'], 'a', 'b').operands('PATH')).toEqual(['a', 'b'])
  })

  test.each([
    [['PATH…'], []],
    [['PATH…'], ['']],
    [['[PATH…]'], ['a', '']],
    [['[PATH…]'], ['']],
  ])('%j is not filled by %j', (usage, words) => {
    expect(() => given(usage, ...words)).toThrow('PATH is missing')
  })
})
