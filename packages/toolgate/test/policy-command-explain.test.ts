import { truncate } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { PolicyFolder, supportPolicy } from './policy-files.ts'

const conditionsPolicy = `name: desk
version: "2"
appliesTo: { trustTiers: [verified] }
rules:
  - id: office-hours
    effect: allow
    actions: "write:*"
    conditions:
      any:
        - time_range: "09:00-18:00"
        - all:
            - arguments.urgent: true
            - not: { called: "read:customer_data" }
  - id: leaks
    effect: deny
    actions: write:email
    conditions: { arguments.to: { host: "*.evil.example" } }
  - { id: reviewed, effect: require_approval, actions: write:contract, reason: a lawyer reads it }
defaultEffect: deny
`

const redactingPolicy = `name: redacting
rules:
  - { id: mail, effect: allow, actions: write:email }
  - { id: cards, effect: redact, actions: write:email, redact: { payment_card: mask } }
`

const laterPolicy = `name: later
mode: shadow
rules: [{ id: no-mail, effect: deny, actions: write:email }]
defaultEffect: allow
`

const verified = ['--metadata', '{"trustTier":"verified"}']

describe('explain', () => {
  test('shows the rule that decides, and what each condition found', async () => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy })
    const words = ['explain', '@support.yaml', '--action', 'write:refund', '--arguments', '{"amount":500}']
    const { code, stdout, stderr } = await folder.run(words)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "✗ deny  write:refund
        by large-refunds of support 1.0, support.yaml:9
        a manager has to make refunds above 100

      support 1.0  support.yaml
        ✗ allow  small-refunds  support.yaml:5:5
          └ ✗ arguments.amount max 100  found 500
        ✓ deny   large-refunds  support.yaml:9:5  ← decides
          └ ✓ arguments.amount above 100  found 500
        · deny   defaultEffect  support.yaml:15:1
        and 2 rules for other actions

      The caller is told
        denied by rule \`large-refunds\` (line 9) of policy \`support\`: a manager has to make refunds above
        100; the same call will be refused again, so change it or do without it
      "
    `)
  })

  test('shows conditions in conditions as a tree, and what can not be told', async () => {
    await using folder = await PolicyFolder.of({ 'desk.yaml': conditionsPolicy })
    const words = ['explain', '@desk.yaml', '--action', 'write:email', '--at', '2026-11-21T20:00Z', ...verified]
    const { stdout } = await folder.run([...words, '--arguments', '{"urgent":true}'])
    expect(stdout).toMatchInlineSnapshot(`
      "✗ deny  write:email
        by leaks of desk 2, desk.yaml:14
        It can not be told whether it applies, so it counts.

      desk 2  desk.yaml
        ✓ trustTiers: verified  found "verified"

        ? allow  office-hours   desk.yaml:5:5  does not allow, since it may not apply
          └ ? any
            ├ ✗ time_range 09:00-18:00 UTC  found "20:00"
            └ ? all
              ├ ✓ arguments.urgent equals true  found true
              └ ? not
                └ ? called read:customer_data  found nothing
        ? deny   leaks          desk.yaml:14:5  ← decides
          └ ? arguments.to host *.evil.example  found nothing
        · deny   defaultEffect  desk.yaml:19:1
        and 1 rule for other actions

      The caller is told
        denied by rule \`leaks\` (line 14) of policy \`desk\` (it counts, since \`arguments.to host
        *.evil.example\` could not be evaluated: it is missing); the same call will be refused again, so
        change it or do without it
      "
    `)
  })

  test('says that a document is not about the call', async () => {
    await using folder = await PolicyFolder.of({ 'desk.yaml': conditionsPolicy })
    const metadata = ['--metadata', '{"trustTier":"new"}']
    const { stdout } = await folder.run(['explain', '@desk.yaml', '--tool', 'write:contract', ...metadata])
    expect(stdout).toMatchInlineSnapshot(`
      "✗ deny  write:contract
        by nothing: no document is about the call

      desk 2  desk.yaml
        ✗ trustTiers: verified  found "new"
        It is not about this call, so its rules are not asked.

      The caller is told
        no policy document is about \`write:contract\` here, so nothing allows it; the same call will be
        refused again, so change it or do without it
      "
    `)
  })

  test('shows what was found in the arguments, what the tool gets, and what shadow mode would make of it', async () => {
    await using folder = await PolicyFolder.of({ 'redacting.yaml': redactingPolicy, 'later.yaml': laterPolicy })
    const call = 'action: write:email\narguments: { to: kim@example.com, body: card 4111 1111 1111 1111 }\n'
    await folder.write('call.yaml', call)
    const { stdout } = await folder.run('explain @redacting.yaml @later.yaml --call @call.yaml')
    expect(stdout).toMatchInlineSnapshot(`
      "✓ redact  write:email
        by mail of redacting, redacting.yaml:3
        With the documents in shadow mode it would be deny, by no-mail of later, later.yaml:3

      redacting  redacting.yaml
        ✓ allow   mail           redacting.yaml:3:5  ← decides
        ✓ redact  cards          redacting.yaml:4:5
        · deny    defaultEffect  redacting.yaml:1:1

      later  later.yaml  shadow mode
        ✓ deny   no-mail        later.yaml:3:9
        · allow  defaultEffect  later.yaml:4:1

      Found in the arguments
        payment_card  arguments.body  mask

      The tool gets
        {"to":"kim@example.com","body":"card ****1111"}
      "
    `)
  })

  test('takes no more columns than a terminal has, whatever the call holds', async () => {
    await using folder = await PolicyFolder.of({ 'desk.yaml': conditionsPolicy })
    const to = JSON.stringify({ to: `https://${'a'.repeat(200)}.example/\x1b[2J\n` })
    const words = ['explain', '@desk.yaml', '--action', 'write:email', '--arguments', to, ...verified]
    const { stdout } = await folder.run(words, { columns: 80 })
    expect(stdout).not.toContain('\x1b')
    const lines = stdout.split('\n').filter((line) => line.includes('found'))
    expect(Math.max(...lines.map((line) => line.length))).toBe(80)
  })

  test('knows what was called before only where it is told', async () => {
    await using folder = await PolicyFolder.of({ 'desk.yaml': conditionsPolicy })
    const words = ['explain', '@desk.yaml', '--action', 'write:note', '--at', '2026-11-21T20:00Z', ...verified]
    const effectOf = async (...more: string[]) => {
      const { stdout } = await folder.run([...words, '--arguments', '{"urgent":true}', ...more, '--json'])
      return JSON.parse(stdout).verdict.effect
    }
    expect(await effectOf()).toBe('deny')
    expect(await effectOf('--before', 'read:weather')).toBe('allow')
    expect(await effectOf('--before', 'read:weather', '--before', 'read:customer_data')).toBe('deny')
  })

  test('takes the time for one of the zone that is given', async () => {
    await using folder = await PolicyFolder.of({ 'desk.yaml': conditionsPolicy })
    const words = [
      'explain',
      '@desk.yaml',
      '--action',
      'write:note',
      '--at',
      '2026-01-05T08:30Z',
      ...verified,
      '--json',
    ]
    expect(JSON.parse((await folder.run(words)).stdout).verdict.effect).toBe('deny')
    const berlin = await folder.run([...words, '--time-zone', 'Europe/Berlin'])
    expect(JSON.parse(berlin.stdout).verdict.effect).toBe('allow')
  })

  test('is one JSON object too', async () => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy })
    const words = ['explain', '@support.yaml', '--action', 'write:refund', '--arguments', '{"amount":50}', '--json']
    const { stdout } = await folder.run(words)
    expect(JSON.parse(stdout)).toEqual({
      verdict: expect.objectContaining({ effect: 'allow', action: 'write:refund' }),
      arguments: { amount: 50 },
      documents: [
        {
          name: 'support',
          version: '1.0',
          mode: 'enforce',
          file: 'support.yaml',
          digest: expect.any(String),
          defaultEffect: 'deny',
          applies: true,
          isDecisive: false,
          criteria: [],
          rules: [
            {
              id: 'small-refunds',
              effect: 'allow',
              place: { file: 'support.yaml', line: 5, column: 5 },
              truth: true,
              counts: true,
              isDecisive: true,
              condition: {
                text: 'arguments.amount max 100',
                truth: true,
                found: 50,
                place: { file: 'support.yaml', line: 8, column: 19 },
                parts: [],
              },
            },
            expect.objectContaining({ id: 'large-refunds', truth: false, counts: false, isDecisive: false }),
          ],
        },
      ],
    })
  })

  test('knows the action and the tags of a tool from a file', async () => {
    const tagged = `${supportPolicy}appliesTo: { tags: [money] }\n`
    const tools = 'tools: { pay_out: { action: write:refund, tags: [money] }, untagged: { tags: [] } }'
    const call = 'tool: pay_out\narguments: { amount: 50 }'
    await using folder = await PolicyFolder.of({ 'support.yaml': tagged, 'a.tools.yaml': tools, 'call.yaml': call })
    const explained = async (...more: string[]) => {
      const { stdout } = await folder.run(['explain', '@support.yaml', '--tools', '@a.tools.yaml', '--json', ...more])
      return JSON.parse(stdout).verdict
    }
    const allowed = { effect: 'allow', action: 'write:refund', decidedBy: { rule: 'small-refunds' } }
    expect(await explained('--tool', 'pay_out', '--arguments', '{"amount":50}')).toMatchObject(allowed)
    expect(await explained('--call', folder.in('call.yaml'))).toMatchObject(allowed)
    // What is said of the call itself wins.
    expect(await explained('--tool', 'pay_out', '--tag', 'x')).toMatchObject({ effect: 'deny' })
    expect(await explained('--tool', 'pay_out', '--action', 'read:x')).toMatchObject({ action: 'read:x' })
    const wrong = await folder.run('explain @support.yaml --tools @a.tools.yaml --tool pay_ot')
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain(
      '`--tool` is `pay_ot`; expected one of those in --tools, or `--action`; did you mean `pay_out`?',
    )
  })

  test('shows names and what a document is about in bounds, however long they are', async () => {
    const long = 'x'.repeat(300_000)
    const text = `name: ${long}\nappliesTo: { tags: ["${long}"] }\nrules: [{ id: ${long}, effect: deny, actions: "*" }]`
    await using folder = await PolicyFolder.of({ 'long.yaml': text })
    const { stdout } = await folder.run('explain @long.yaml --action a --tag x')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(2_100)
    expect(stdout.length).toBeLessThan(5_000)
  })

  test('does not read a call that is too large', async () => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy, 'huge.yaml': '' })
    await truncate(folder.in('huge.yaml'), 600 * 1024 * 1024)
    const { code, stderr } = await folder.run('explain @support.yaml --call @huge.yaml')
    expect(code).toBe(2)
    expect(stderr).toContain('the call can not be read from `huge.yaml`: it has 629145600 bytes')
  })

  test.each([
    [[], 'there is no call; expected `--action`, such as write:refund, `--tool` or `--call`'],
    [['--call', '@call.yaml', '--tag', 'x'], '`--call` is the whole call; give it, or `--tag`, not both'],
    [['--action', 'a', '--arguments', '{amount:1}'], '`--arguments` is `{amount:1}`; expected JSON, such as'],
    [['--action', 'a', '--metadata', '[]'], '`--metadata` is `[]`; expected an object in JSON'],
    [['--action', 'a', '--at', 'noon'], '`--at` is `noon`; expected a time'],
    [['--action', 'a', '--time-zone', 'Berlin'], 'policy.timeZone is `"Berlin"`; expected the IANA name'],
    [['--call', '@call.yaml'], '\ncall.yaml:1:1\n  acton is unknown; expected tool, action'],
    [['--call', '@gone.yaml'], 'the call can not be read from `gone.yaml`'],
  ])('%j is refused, and the code is 2', async (words, message) => {
    await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy, 'call.yaml': 'acton: a' })
    const { code, stdout, stderr } = await folder.run(['explain', '@support.yaml', ...words])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})
