import { readFile, truncate } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { PolicyFolder, supportPolicy, toolsFile } from './policy-files.ts'

const mailPolicy = `name: mail
mode: shadow
rules: [{ effect: deny, actions: write:email }]
defaultEffect: allow
`

const brokenPolicy = `name: broken
rules:
  - effect: permit
    actions: [read:*]
  - id: refunds
    effect: allow
    actions: write:refund
\u0020   conditions: { amount_maks: 100 }
`

describe('validate', () => {
  test('lists the documents that can be used', async () => {
    await using folder = await PolicyFolder.of({ 'p/support.yaml': supportPolicy, 'p/mail.yml': mailPolicy })
    await folder.write('p/support.test.yaml', 'cases: later')
    const { code, stdout, stderr } = await folder.run('validate @p')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "✓ valid  2 documents, 5 rules

      DOCUMENT  VERSION  RULES  MODE     DEFAULT  DIGEST        FILE
      mail                   1  shadow   allow    66ba644bb0ef  p/mail.yml
      support   1.0          4  enforce  deny     dd39079775c1  p/support.yaml
      "
    `)
  })

  test('shows every problem of all documents, each with its line and a mark under its column', async () => {
    await using folder = await PolicyFolder.of({ 'broken.yaml': brokenPolicy, 'also.yaml': 'name: also' })
    const { code, stdout, stderr } = await folder.run('validate @broken.yaml @also.yaml')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "✗ not valid  3 problems in 2 documents

      broken.yaml:3:13
        rules[0].effect is \`"permit"\`; expected allow, deny, require_approval or redact; did you mean
        \`allow\`?
        3 │   - effect: permit
          │             ^

      broken.yaml:8:19
        rules[1].conditions.amount_maks is unknown; expected all, any, not, amount_max, amount_min,
        time_range, weekdays, called, calls, spent or a path such as \`arguments.amount_maks\`, which begins
        with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category
        or metadata; did you mean \`amount_max\`?
        8 │     conditions: { amount_maks: 100 }
          │                   ^

      also.yaml:1:1
        the document has no \`rules\`; expected one, such as \`rules: [{ effect: allow, actions: "read:*" }]\`
        1 │ name: also
          │ ^
      "
    `)
  })

  test('shows the part of a long line that is meant, with nothing in it that acts on a terminal', async () => {
    const reason = `"${'x'.repeat(150)}\u202e"`
    const text = `name: a\nrules:\n  - { effect: allow, reason: ${reason}, actoins: 'read:*' }\n`
    await using folder = await PolicyFolder.of({ 'a.yaml': text })
    const { stdout } = await folder.run('validate @a.yaml', { columns: 60 })
    const [line = '', mark = ''] = stdout.split('\n').filter((each) => each.includes('│'))
    expect(line).toContain('x\\u202e", actoins: ')
    expect(line.indexOf('actoins')).toBe(mark.indexOf('^'))
    expect(line.length).toBeLessThanOrEqual(60)
  })

  test('shows fifty problems, and says how many more there are', async () => {
    const rules = Array.from({ length: 60 }, () => '  - { effect: permit, actions: read }').join('\n')
    await using folder = await PolicyFolder.of({ 'a.yaml': `name: a\nrules:\n${rules}\n` })
    const { stdout } = await folder.run('validate @a.yaml')
    expect(stdout).toContain('✗ not valid  60 problems in 1 document\n')
    expect(stdout.match(/^a\.yaml:/gm)).toHaveLength(50)
    expect(stdout).toMatch(/\nand 10 more: --json has them\n$/)
  })

  test('says that there may be more problems than were read', async () => {
    const rules = Array.from({ length: 1_100 }, () => '  - { effect: permit, actions: read }').join('\n')
    await using folder = await PolicyFolder.of({ 'a.yaml': `name: a\nrules:\n${rules}\n` })
    const { stdout } = await folder.run('validate @a.yaml')
    expect(stdout).toContain('✗ not valid  1,000 problems in 1 document, and perhaps more\n')
    const json = await folder.run('validate @a.yaml --json')
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, isComplete: false })
  })

  test('is one JSON object too', async () => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy, 'broken.yaml': brokenPolicy })
    const valid = await folder.run('validate @support.yaml --json')
    expect(JSON.parse(valid.stdout)).toEqual({
      valid: true,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      documents: [
        {
          name: 'support',
          version: '1.0',
          mode: 'enforce',
          defaultEffect: 'deny',
          rules: 4,
          digest: expect.stringMatching(/^[0-9a-f]{64}$/),
          file: 'support.yaml',
        },
      ],
    })
    const broken = await folder.run('validate @broken.yaml --json')
    expect(broken.code).toBe(1)
    expect(JSON.parse(broken.stdout)).toMatchObject({
      valid: false,
      isComplete: true,
      problems: [
        { file: 'broken.yaml', line: 3, column: 13, message: expect.stringContaining('"permit"') },
        { file: 'broken.yaml', line: 8, column: 19 },
      ],
    })
  })

  test('says that a path leads nowhere, and the code is 2', async () => {
    await using folder = await PolicyFolder.of({ 'empty/readme.md': '' })
    expect(await folder.run('validate @gone.yaml')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'toolgate policy validate: the policy can not be read from `gone.yaml`: there is no such file or directory\n',
    })
    const { code, stderr } = await folder.run('validate @empty')
    expect(code).toBe(2)
    expect(stderr).toContain('expected files, or folders with .yaml, .yml or .json files')
  })
})

describe('lint', () => {
  test('says that there is nothing', async () => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy })
    expect(await folder.run('lint @support.yaml')).toEqual({
      code: 0,
      stdout: '✓ nothing found  1 document, 4 rules\n',
      stderr: '',
    })
  })

  test('shows what is probably not meant where it stands, and the code is 1', async () => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy, 'agent.tools.yaml': toolsFile })
    const { code, stdout } = await folder.run('lint @support.yaml --tools @agent.tools.yaml')
    expect(code).toBe(1)
    expect(stdout).toMatchInlineSnapshot(`
      "! 1 finding  1 document, 4 rules

      tool-without-rule  support.yaml:15:1
        the tool \`search\` can never be called: no rule allows its action \`search\`, and the default effect
        is deny; add a rule that allows it
        15 │ defaultEffect: deny
           │ ^
      "
    `)
  })

  test('is one JSON object too', async () => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy, 'agent.tools.yaml': toolsFile })
    const { stdout } = await folder.run('lint @support.yaml --tools @agent.tools.yaml --json')
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        {
          code: 'tool-without-rule',
          message: expect.stringContaining('`search`'),
          file: 'support.yaml',
          line: expect.any(Number),
          column: expect.any(Number),
        },
      ],
    })
  })

  test.each([
    [
      'lint @broken.yaml',
      'toolgate policy lint: ✗ not valid  2 problems in 1 file\n\nbroken.yaml:3:13\n  rules[0].effect is',
    ],
    ['lint @broken.yaml', '\n  3 │   - effect: permit\n    │             ^\n'],
    ['lint @support.yaml --tools @gone.yaml', 'the tools can not be read from `gone.yaml`: there is no such file'],
    ['lint @support.yaml --tools @support.yaml', '\nsupport.yaml:1:1\n  name is unknown; expected tools'],
  ])('%s: what can not be used is said, and the code is 2', async (line, message) => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy, 'broken.yaml': brokenPolicy })
    const { code, stdout, stderr } = await folder.run(line)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  test('does not read a file of tools that is too large', async () => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy, 'huge.yaml': '' })
    await truncate(folder.in('huge.yaml'), 600 * 1024 * 1024)
    const { code, stderr } = await folder.run('lint @support.yaml --tools @huge.yaml')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'toolgate policy lint: the tools can not be read from `huge.yaml`: it has 629145600 bytes; expected at most 1048576\n',
    })
  })

  test('changes nothing', async () => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy })
    await folder.run('lint @support.yaml')
    expect(await readFile(folder.in('support.yaml'), 'utf8')).toBe(supportPolicy)
  })
})
