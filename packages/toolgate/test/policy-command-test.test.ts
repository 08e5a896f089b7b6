import { symlink, truncate } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { PolicyFolder, supportPolicy, toolsFile } from './policy-files.ts'

const passing = `tools: agent.tools.yaml
cases:
  - { name: customers are read, call: { tool: lookup }, expect: allow }
  - { name: a refund of 100 is made, call: { tool: refund, arguments: { amount: 100 } }, expect: allow }
  - name: one of 101 is not
    call: { tool: refund, arguments: { amount: 101 } }
    expect: { effect: deny, rule: large-refunds }
`

const failing = `policy: support.yaml
cases:
  - name: a refund of 500 needs a person
    call: { action: write:refund, arguments: { amount: 500, to: "\\x1b[2J" } }
    expect: { effect: require_approval, rule: large-refund, reason: ask, arguments: { amount: 100 } }
  - { name: mail is sent, call: { action: write:email }, expect: allow }
`

const mailCases = `policy: support.yaml
cases: [{ name: mail is sent, call: { action: write:email }, expect: allow }]
`

const files = { 'support.yaml': supportPolicy, 'agent.tools.yaml': toolsFile, 'support.test.yaml': passing }

describe('test', () => {
  test('says that all cases passed, and which rules no case comes to', async () => {
    await using folder = await PolicyFolder.of(files)
    const { code, stdout, stderr } = await folder.run('test @support.test.yaml')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "✓ support.test.yaml  3 cases

      ✓ 3 cases passed
        coverage 3 of 4 rules, 75.0 %

      No case comes to
        allow  mail  support.yaml:14:5
      "
    `)
  })

  test('shows what was expected of a case that failed, what came of it and why', async () => {
    await using folder = await PolicyFolder.of({
      ...files,
      'more/refunds.test.yaml': failing.replace('support', '../support'),
    })
    const { code, stdout } = await folder.run(['test', '@'])
    expect(code).toBe(1)
    expect(stdout).toMatchInlineSnapshot(`
      "✗ more/refunds.test.yaml  1 of 2 cases failed
      ✓ support.test.yaml  3 cases

        a refund of 500 needs a person
        more/refunds.test.yaml:3:5
          effect    expected require_approval, got deny
          rule      expected large-refund, got large-refunds
                    there is no rule \`large-refund\`; did you mean \`large-refunds\`?
          reason    expected "ask"
                    got      "a manager has to make refunds above 100"
          arguments expected {"amount":100}
                    got      {"amount":500,"to":"\\u001b[2J"}
          decided   by large-refunds of support 1.0, support.yaml:9

      ✗ 1 of 5 cases failed
        coverage 4 of 4 rules, 100.0 %
      "
    `)
  })

  test('finds the cases of folders, but not in those of packages and hidden ones', async () => {
    await using folder = await PolicyFolder.of({
      ...files,
      'a/b/support.yml': supportPolicy,
      'a/b/support.test.yml': passing.replace('agent', '../../agent'),
      'node_modules/x/x.test.yaml': 'no cases',
      '.hidden/x.test.yaml': 'no cases',
      'a/notes.yaml': 'no cases',
    })
    const { code, stdout } = await folder.run(['test', '@'])
    expect(code).toBe(0)
    expect(stdout.match(/^✓ .*$/gm)).toEqual([
      '✓ a/b/support.test.yml  3 cases',
      '✓ support.test.yaml  3 cases',
      '✓ 6 cases passed',
    ])
  })

  test.each([
    ['75', 0, '  coverage 3 of 4 rules, 75.0 %'],
    ['75.1%', 1, '✗ coverage 3 of 4 rules, 75.0 %; at least 75.1 % is asked for'],
  ])('--min-coverage %s ends with %d', async (least, expected, line) => {
    await using folder = await PolicyFolder.of(files)
    const { code, stdout } = await folder.run(`test @support.test.yaml --min-coverage ${least}`)
    expect(code).toBe(expected)
    expect(stdout).toContain(line)
  })

  test('counts the cases of all files for the rules of one document', async () => {
    await using folder = await PolicyFolder.of({
      ...files,
      'mail.test.yaml': mailCases,
    })
    const { stdout } = await folder.run(['test', '@', '--min-coverage', '100', '--json'])
    const { passed, coverage } = JSON.parse(stdout)
    expect({ passed, coverage }).toMatchObject({
      passed: 4,
      coverage: {
        percent: 100,
        rules: 4,
        covered: 4,
        byRule: [
          { rule: 'reads', cases: 1 },
          { rule: 'small-refunds' },
          { rule: 'large-refunds' },
          { rule: 'mail', cases: 1 },
        ],
      },
    })
  })

  test('takes a file for the same one however its path is written', async () => {
    await using folder = await PolicyFolder.of({
      ...files,
      'mail.test.yaml': mailCases.replace('support.yaml', './more/../support.yaml'),
    })
    const absolute = `policy: ${folder.in('support.yaml')}\ncases: [{ name: a, call: { action: read:x }, expect: allow }]`
    await folder.write('more/reads.test.yaml', absolute)
    const words = ['test', '@support.test.yaml', '@./support.test.yaml', '@', '@more', '--json']
    const { files: read, coverage } = JSON.parse((await folder.run(words)).stdout)
    expect(read).toHaveLength(3)
    expect(coverage).toMatchObject({ rules: 4, covered: 4, percent: 100 })
  })

  test('counts rules without an id that are made from one alias each for itself', async () => {
    const rules = 'rules:\n  - &deny { effect: deny, actions: a }\n  - *deny\n  - { effect: allow, actions: b }\n'
    await using folder = await PolicyFolder.of({
      'twice.yaml': `name: twice\n${rules}`,
      'twice.test.yaml': 'cases: [{ name: a, call: { action: a }, expect: deny }]',
    })
    const { stdout } = await folder.run('test @twice.test.yaml')
    expect(stdout).toContain('coverage 1 of 3 rules, 33.3 %')
    expect(stdout).toContain('No case comes to\n  deny   rule 2')
  })

  test('says of a failed case what could not be evaluated, and why', async () => {
    const once =
      'name: once\nrules: [{ id: again, effect: deny, actions: a, conditions: { called: b } }]\ndefaultEffect: allow'
    const cases = [
      '{ name: without a run, call: { action: a }, expect: allow }',
      '{ name: without before, call: { action: a, run: r }, expect: allow }',
    ]
    await using folder = await PolicyFolder.of({ 'once.yaml': once })
    await folder.write('once.test.yaml', `cases:\n  - ${cases.join('\n  - ')}\n`)
    const { code, stdout } = await folder.run('test @once.test.yaml')
    expect(code).toBe(1)
    const text = stdout.replaceAll(/\s+/g, ' ')
    expect(text).toContain('it counts, since `called b` could not be evaluated: the call names no `run`')
    expect(text).toContain('could not be evaluated: nothing is known of what was called before')
  })

  test('says of a file of cases that is not there that it is one, and of a huge one that it is too large', async () => {
    await using folder = await PolicyFolder.of({ 'huge.test.yaml': '' })
    await symlink('nowhere', folder.in('gone.test.yaml'))
    await truncate(folder.in('huge.test.yaml'), 600 * 1024 * 1024)
    expect(await folder.run(['test', '@'])).toMatchObject({
      code: 2,
      stderr:
        'toolgate policy test: the cases can not be read from `gone.test.yaml`: there is no such file or directory\n',
    })
    const huge = await folder.run('test @huge.test.yaml')
    expect(huge.code).toBe(2)
    expect(huge.stderr).toContain('huge.test.yaml:1:1\n  the document has 629145600 bytes; expected at most 1048576')
  })

  test('names the directory that is no file of cases', async () => {
    await using folder = await PolicyFolder.of({ 'folder/readme.md': '' })
    await symlink('folder', folder.in('x.test.yaml'))
    const { code, stderr } = await folder.run(['test', '@'])
    expect(code).toBe(2)
    expect(stderr).toContain('the cases can not be read from `x.test.yaml`: it is a directory')
  })

  test('is one JSON object too', async () => {
    await using folder = await PolicyFolder.of({ ...files, 'refunds.test.yaml': failing })
    const { code, stdout } = await folder.run(['test', '@refunds.test.yaml', '--json'])
    expect(code).toBe(1)
    expect(stdout).not.toContain('\x1b')
    expect(JSON.parse(stdout)).toMatchObject({
      passed: 1,
      failed: 1,
      files: [
        {
          file: 'refunds.test.yaml',
          passed: 1,
          failed: 1,
          results: [
            {
              name: 'a refund of 500 needs a person',
              place: { file: 'refunds.test.yaml', line: 3, column: 5 },
              passed: false,
              verdict: { effect: 'deny', decidedBy: { rule: 'large-refunds' } },
              reason: 'a manager has to make refunds above 100',
              mismatches: [
                { field: 'effect', expected: 'require_approval', found: 'deny' },
                { field: 'rule', expected: 'large-refund', found: 'large-refunds' },
                { field: 'reason' },
                { field: 'arguments', found: { amount: 500 } },
              ],
            },
            { name: 'mail is sent', passed: true, mismatches: [] },
          ],
        },
      ],
    })
  })

  test.each([
    ['no cases at all', 'test @empty', 'toolgate policy test: there are no cases: no file is named as they are'],
    ['a path that leads nowhere', 'test @gone', 'the cases can not be read from `gone`: there is no such file'],
    [
      'cases that can not be read',
      'test @bad.test.yaml',
      '\nbad.test.yaml:1:1\n  cass is unknown; expected policy, timeZone',
    ],
    ['cases of a bad policy', 'test @bad-policy.test.yaml', '\nbad-policy.yaml:1:1\n  the document has no `rules`'],
    [
      'a percentage that is none',
      'test @ --min-coverage 101',
      '`--min-coverage` is `101`; expected a percentage of 0 to',
    ],
    ['an empty path', 'test ', 'PATH is missing'],
  ])('%s are said, and the code is 2', async (_, line, message) => {
    await using folder = await PolicyFolder.of({
      'empty/readme.md': '',
      'bad.test.yaml': 'cass: []',
      'bad-policy.yaml': 'name: a',
      'bad-policy.test.yaml': 'cases: [{ name: a, call: { action: b }, expect: allow }]',
    })
    const { code, stdout, stderr } = await folder.run(line)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  test('ends with 130 when it is interrupted', async () => {
    await using folder = await PolicyFolder.of(files)
    const { code } = await folder.run('test @support.test.yaml', { signal: AbortSignal.abort() })
    expect(code).toBe(130)
  })
})
