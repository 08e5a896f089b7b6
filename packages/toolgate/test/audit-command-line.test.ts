import { describe, expect, test } from 'vitest'
import { auditCommands } from '../src/audit-command/index.ts'
import { run } from './command-streams.ts'

describe('what is asked wrongly', () => {
  test.each([
    ['no command', '', 'the command is missing; expected audit or policy'],
    ['a command that is not there', 'audti', 'there is no command `audti`; did you mean `audit`?'],
    ['no command of a group', 'audit', 'the command of `toolgate audit` is missing; expected verify, checkpoint'],
    ['one with a slip', 'audit qeury', 'there is no command of `toolgate audit` `qeury`; did you mean `query`?'],
    ['one that is like none', 'audit zzzzzzz', 'there is no command of `toolgate audit` `zzzzzzz`; expected verify'],
    ['an option with a slip', 'audit query a --agnet=x', 'there is no option `--agnet`; did you mean `--agent`?'],
    [
      'the beginning of an option',
      'audit query a --dec=block',
      'there is no option `--dec`; did you mean `--decision`?',
    ],
    ['an option that is like none', 'audit query a --quux', 'there is no option `--quux`\n'],
    [
      'a value with a slip',
      'audit query a --decision blok',
      '`--decision` is `blok`; expected allow, block, replace or pend; did you mean `block`?',
    ],
    ['an option without its value', 'audit query a --tool', '`--tool` needs a value: TOOL'],
    [
      'an option for a value',
      'audit query a --tool --json',
      '`--tool` needs a value: TOOL; write `--tool=--json` if this is it',
    ],
    ['a value for a flag', 'audit query a --json=yes', '`--json` takes no value, and is given `yes`'],
    ['an option twice', 'audit query a --tool x --tool y', '`--tool` is given twice'],
    [
      'a number that is none',
      'audit query a --limit many',
      '`--limit` is `many`; expected a whole number of 1 or more, such as 11',
    ],
    ['a number that is too small', 'audit query a --limit 0', 'expected a whole number of 1 or more'],
    ['a time that is none', 'audit query a --from noon', '`--from` is `noon`; expected a time'],
    ['no directory', 'audit verify', 'DIRECTORY is missing'],
    ['one operand too many', 'audit verify a b', 'there is no place for `b`'],
    ['no format', 'audit export a', '--format is missing; expected csv or jsonl'],
  ])('%s is named, with the mend, and the code is 2', async (_, line, message) => {
    const { code, stdout, stderr } = await run(line.split(' ').filter((word) => word !== ''))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/See `toolgate[ a-z-]* --help`\.\n$/)
  })

  test('nothing of it acts on the terminal', async () => {
    const { stderr } = await run(['audit', 'query', 'a', '--\x1b[2J'])
    expect(stderr).toContain('there is no option `--\\x1b[2J`')
  })
})

describe('help', () => {
  test.each(auditCommands.commands.map((command) => [command.name, command] as const))(
    '`toolgate audit %s --help` says what it does, how, and gives an example',
    async (name, command) => {
      const { code, stdout } = await run(['audit', name, '--help'])
      expect(code).toBe(0)
      expect(stdout).toContain(`toolgate audit ${name}: ${command.summary}`)
      for (const option of Object.keys(command.options)) expect(stdout).toContain(`--${option}`)
      expect(stdout).toContain(`  toolgate audit ${name} `)
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    },
  )

  test.each([[['--help']], [['audit', '--help']], [['audit', 'help']], [['-h']]])(
    '%j lists commands',
    async (words) => {
      const { code, stdout } = await run(words)
      expect(code).toBe(0)
      expect(stdout).toContain('toolgate audit')
    },
  )

  test('--version prints it', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
  })
})

describe('what can not be read', () => {
  test('a directory that is not there is said, and the code is 2', async () => {
    const { code, stderr } = await run(['audit', 'verify', 'nowhere/audit'])
    expect(code).toBe(2)
    expect(stderr).toBe(
      'toolgate audit verify: the journal can not be read from `nowhere/audit`: there is no such file or directory\n',
    )
  })
})
