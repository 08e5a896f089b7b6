import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { auditGate, journal } from '@toolgate/audit'
import { GatedToolRunner } from '@toolgate/core'
import { parsePolicy, ruleGate } from '@toolgate/rule'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  journalStartMs,
  PolicyFolder,
  policyCalls,
  stricterPolicy,
  supportPolicy,
  toolsFile,
  writePolicyJournal,
} from './policy-files.ts'

let folder: PolicyFolder
beforeAll(async () => {
  folder = await PolicyFolder.of({
    'old.yaml': supportPolicy,
    'new.yaml': stricterPolicy,
    'agent.tools.yaml': toolsFile,
    'wider.yaml': supportPolicy.replace('amount_max: 100', 'amount_max: 1000').replace('above: 100', 'above: 1000'),
  })
  await writePolicyJournal(folder.in('audit'), parsePolicy([{ file: 'old.yaml', text: supportPolicy }]))
  await writePolicyJournal(folder.in('without'))
})
afterAll(() => folder[Symbol.asyncDispose]())

const diff = (...words: string[]) => folder.run(['diff', '@old.yaml', '@new.yaml', '--journal', ...words])

describe('diff', () => {
  test('shows which calls would be decided otherwise, by which rules, and what the journal does not tell', async () => {
    const { code, stdout, stderr } = await diff('@audit')
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "! 3 of 7 calls would be decided otherwise
        from 2026-11-21 17:01:02.000 to 2026-11-21 17:01:08.000 (UTC)
        1 call would be decided the same by another rule
        old  1 document, 4 rules, 5308ae7ed930
        new  1 document, 4 rules, d44b84bf029f

      allow → deny  2 calls
        old  by small-refunds of support 1.0, old.yaml:5
        new  by defaultEffect of support 1.1, new.yaml:15
             2026-11-21 17:01:06.000  refund  agent:billing  call_5
             2026-11-21 17:01:07.000  refund  agent:billing  call_6\\x1b[2J

      allow → deny  1 call
        old  by mail of support 1.0, old.yaml:14
        new  by exfiltration of support 1.1, new.yaml:9
             2026-11-21 17:01:03.000  mail  agent:billing  call_2

      2 calls not compared
        · 1 call: only the digest of the arguments is recorded
        · 1 call: no gate was asked: there is no such tool, the arguments do not fit it, or the caller
          gave up

      What the journal does not tell
        · the metadata of calls, so what asks for it, for trust tiers or for tags that callers give is
          decided without
        · 2 calls: values of the arguments are left out of the record, and no rule asks for them
      "
    `)
  })

  test('says that nothing would be decided otherwise, and the code is 0', async () => {
    const { code, stdout } = await folder.run('diff @old.yaml @old.yaml --journal @audit')
    expect(code).toBe(0)
    expect(stdout).toContain('✓ 7 calls would be decided the same\n')
  })

  test('shows what would be allowed that was not', async () => {
    const { stdout } = await folder.run('diff @old.yaml @wider.yaml --journal @audit')
    expect(stdout).toContain('! 1 of 7 calls would be decided otherwise')
    expect(stdout).toContain('deny → allow  1 call\n  old  by large-refunds of support 1.0, old.yaml:9\n')
  })

  test('is one JSON object too', async () => {
    const { stdout } = await diff('@audit', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      old: { documents: [{ name: 'support', version: '1.0', file: 'old.yaml' }] },
      new: { documents: [{ name: 'support', version: '1.1', file: 'new.yaml' }] },
      first: '2026-11-21T17:01:02.000Z',
      last: '2026-11-21T17:01:08.000Z',
      compared: 7,
      changed: 3,
      byAnotherRule: 1,
      groups: [
        {
          old: { effect: 'allow', decidedBy: { rule: 'small-refunds', line: 5 } },
          new: { effect: 'deny', decidedBy: { rule: 'defaultEffect' } },
          calls: 2,
          examples: [
            { callId: 'call_5', tool: 'refund', principal: 'agent:billing', seq: 9 },
            { callId: 'call_6\x1b[2J' },
          ],
        },
        { new: { decidedBy: { rule: 'exfiltration' } }, calls: 1, examples: [{ callId: 'call_2' }] },
      ],
      moreChanged: 0,
      notCompared: { digestOnly: 1, intentPruned: 0, neverAsked: 1, unreadable: 0 },
      inexact: { redacted: 2, sanitised: 0, namedAfterTool: 0, otherThanRecorded: 0, late: 0, uncounted: 0 },
    })
  })
})

describe('what was called before in a run', () => {
  test('counts also where it was before the time that is compared', async () => {
    const from = new Date(journalStartMs + 500).toISOString()
    const to = new Date(journalStartMs + 2_500).toISOString()
    const { stdout } = await diff('@audit', '--from', from, '--to', to, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      compared: 2,
      changed: 1,
      groups: [{ new: { decidedBy: { rule: 'exfiltration' } }, examples: [{ callId: 'call_2' }] }],
    })
  })

  test('counts at what it cost', async () => {
    const spending = supportPolicy.replace(
      '- { id: reads',
      '- { id: spent, effect: deny, actions: write:email, conditions: { spent: { of: "*", min: 0.1 } } }\n  - { id: reads',
    )
    await folder.write('spending.yaml', spending)
    const { stdout } = await folder.run('diff @old.yaml @spending.yaml --journal @audit --json')
    expect(JSON.parse(stdout)).toMatchObject({ changed: 1, groups: [{ examples: [{ callId: 'call_2' }] }] })
  })

  test('counts in the order in which calls arrived, not in that in which they ended', async () => {
    const place = await readdir(folder.in('audit'))
    const [writer = ''] = place.filter((name) => name.startsWith('2026'))
    const lines = (await readFile(join(folder.in('audit'), writer, '000001.jsonl'), 'utf8')).trimEnd().split('\n')
    // The read ends only after the mail that was sent while it ran.
    const entries = lines.map((line) => JSON.parse(line))
    const [segment, readBegun, readEnded, mailBegun, mailEnded] = entries
    const late = [segment, readBegun, mailBegun, mailEnded, readEnded].map((entry, seq) => ({ ...entry, seq }))
    const renumbered = late.map((entry) => {
      if (entry.kind !== 'outcome') return entry
      return { ...entry, intent: entry.callId === 'call_1' ? 1 : 2 }
    })
    const text = renumbered.map((entry) => `${JSON.stringify(entry)}\n`).join('')
    await folder.write(`overlapping/${writer}/000001.jsonl`, text)
    const { stdout } = await diff('@overlapping', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      compared: 2,
      changed: 1,
      groups: [{ new: { decidedBy: { rule: 'exfiltration' } }, examples: [{ callId: 'call_2' }] }],
    })
  })
})

describe('calls of one millisecond', () => {
  test('are decided on in the order in which they were then', async () => {
    const leaks = 'name: leaks\nrules: [{ effect: deny, actions: "send:*", conditions: { called: "read:*" } }]'
    const once = `${leaks}\ndefaultEffect: allow\n`
    await folder.write('leaks.yaml', once)
    await folder.write('open.yaml', 'name: open\nrules: [{ effect: allow, actions: "*" }]\n')
    const clock = () => journalStartMs
    const sink = journal({ directory: folder.in('same'), clock })
    const gates = [ruleGate({ policy: parsePolicy(once) })]
    const runner = new GatedToolRunner({ gates, audit: auditGate({ sinks: [sink] }), clock })
    runner.register('read', { execute: async () => 'read', rule: { action: 'read:mail' } })
    runner.register('send', { execute: async () => 'sent', rule: { action: 'send:mail' } })
    const both = () => Promise.all(['read', 'send'].map((tool) => runner.call(tool as 'read', {}, { run: 'run_1' })))
    for (let round = 0; round < 5; round++) await both()
    await sink.close()

    const same = await folder.run('diff @leaks.yaml @leaks.yaml --journal @same --json')
    expect(JSON.parse(same.stdout)).toMatchObject({ compared: 10, changed: 0, inexact: { otherThanRecorded: 0 } })
    const other = await folder.run('diff @leaks.yaml @open.yaml --journal @same --json')
    expect(JSON.parse(other.stdout)).toMatchObject({ compared: 10, changed: 5, inexact: { otherThanRecorded: 0 } })
  })
})

describe('arguments that are not recorded', () => {
  const toMail = (rule: string) => supportPolicy.replace('defaultEffect', `  - ${rule}\ndefaultEffect`)
  const compared = async (old: string, candidate: string, directory: string) => {
    await folder.write('asking.yaml', candidate)
    const { stdout } = await folder.run(`diff @${old} @asking.yaml --journal @${directory} --json`)
    const { compared, notCompared } = JSON.parse(stdout)
    return { compared, notCompared }
  }

  test.each([
    ['a condition', '{ effect: deny, actions: "*", conditions: { arguments.body: { contains: x } } }'],
    ['a condition in conditions', '{ effect: deny, actions: "*", conditions: { not: { any: [arguments.body: x] } } }'],
    ['what looks through all of them', '{ effect: redact, actions: "*", redact: { payment_card: block } }'],
    ['what is redacted for its place', '{ effect: redact, actions: "write:*", redact: { arguments.body: drop } }'],
  ])('make no call the same that %s asks for', async (_, rule) => {
    const expected = { compared: 5, notCompared: { hiddenArguments: 2, digestOnly: 1, neverAsked: 1 } }
    expect(await compared('old.yaml', toMail(rule), 'audit')).toMatchObject(expected)
  })

  test.each([
    ['another argument', '{ effect: deny, actions: "*", conditions: { arguments.cc: x } }'],
    ['those of other actions', '{ effect: deny, actions: "read:*", conditions: { arguments.body: x } }'],
    ['another place', '{ effect: redact, actions: "*", redact: { payment_card: mask }, within: arguments.to }'],
  ])('do not matter to what asks for %s', async (_, rule) => {
    const { notCompared } = await compared('old.yaml', toMail(rule), 'audit')
    expect(notCompared.hiddenArguments).toBe(0)
  })

  test('do not matter to what both policies redact alike', async () => {
    const redacting = toMail('{ effect: redact, actions: "write:*", redact: { payment_card: mask } }')
    await folder.write('alike.yaml', redacting)
    expect(await compared('alike.yaml', redacting, 'audit')).toMatchObject({ notCompared: { hiddenArguments: 0 } })
  })

  test('mattered where the old policy does not decide as it did', async () => {
    const tiered = supportPolicy.replace('name: support', 'name: tiered\nappliesTo: { trustTiers: [verified] }')
    await folder.write('tiers.yaml', tiered)
    const mail = { tool: 'mail', arguments: { to: 'kim@example.com', body: 'x' }, metadata: { trustTier: 'verified' } }
    await writePolicyJournal(folder.in('mails'), parsePolicy(tiered), [mail])
    const { stdout } = await folder.run('diff @tiers.yaml @new.yaml --journal @mails --json')
    expect(JSON.parse(stdout)).toMatchObject({ compared: 0, notCompared: { decidedOtherwise: 1 } })
  })

  test('are those that rules could not look into', async () => {
    const masking = toMail('{ effect: redact, actions: "*", redact: { payment_card: mask } }')
    await folder.write('masks.yaml', masking)
    let note: unknown = 'deep'
    for (let level = 0; level < 70; level++) note = [note]
    await writePolicyJournal(folder.in('deep'), parsePolicy(masking), [{ tool: 'refund', arguments: { note } }])
    const { stdout } = await folder.run('diff @masks.yaml @masks.yaml --journal @deep')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '1 call: the arguments are not recorded, since rules that redact could not look into them',
    )
  })

  test('are those of a call that is refused, where rules redact', async () => {
    const redacting = toMail('{ effect: redact, actions: "*", redact: { payment_card: mask } }')
    await folder.write('refusing.yaml', redacting)
    const call = { tool: 'refund', arguments: { amount: 500, note: 'card 4111 1111 1111 1111' } }
    await writePolicyJournal(folder.in('refused'), parsePolicy(redacting), [call])
    const asking = redacting.replace('amount_max: 100', 'amount_max: 100, arguments.note: { contains: "4111" }')
    expect(await compared('refusing.yaml', asking, 'refused')).toMatchObject({ notCompared: { hiddenArguments: 1 } })
    expect(await compared('refusing.yaml', redacting, 'refused')).toMatchObject({ compared: 1 })
  })
})

describe('the action of a tool', () => {
  test('that a file says wins over the record, but for what the old policy itself decided', async () => {
    const renamed = supportPolicy.replaceAll('write:refund', 'pay:refund')
    await folder.write('renamed.yaml', renamed)
    await folder.write('renamed.tools.yaml', toolsFile.replace('write:refund', 'pay:refund'))
    const { stdout } = await folder.run('diff @old.yaml @renamed.yaml --journal @audit --tools @renamed.tools.yaml')
    expect(stdout).toContain('✓ 7 calls would be decided the same\n')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'calls: the file of --tools says another action or other tags than the record, and is taken',
    )
    const later = await folder.run('diff @renamed.yaml @new.yaml --journal @audit --tools @renamed.tools.yaml --json')
    expect(JSON.parse(later.stdout)).toMatchObject({
      inexact: { declaredOtherwise: 5 },
      groups: expect.arrayContaining([
        expect.objectContaining({ old: expect.objectContaining({ effect: 'allow' }), calls: 3 }),
      ]),
    })
  })

  test('that no record tells is taken from a file', async () => {
    const { stdout } = await diff('@without', '--tools', '@agent.tools.yaml', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ compared: 7, changed: 3, inexact: { namedAfterTool: 0 } })
  })

  test('and that no file tells is its name, and that is said', async () => {
    const { code, stdout } = await diff('@without')
    expect(code).toBe(0)
    expect(stdout).toContain('✓ 7 calls would be decided the same')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '7 calls: the action of the tool is not known (`lookup`, `mail`, `refund`), so its name is taken; --tools FILE says it',
    )
  })
})

describe('what the record does not tell', () => {
  const note = 'the same old document decided otherwise then, so something mattered that is not recorded'
  const tiered = supportPolicy.replace('name: support', 'name: tiered\nappliesTo: { trustTiers: [verified] }')

  test('is seen where the old policy does not decide again as it did', async () => {
    await folder.write('tiered.yaml', tiered)
    const calls = [{ ...policyCalls[3], tool: 'refund', arguments: { amount: 1 }, metadata: { trustTier: 'verified' } }]
    await writePolicyJournal(folder.in('tiers'), parsePolicy(tiered), calls)
    const { stdout } = await folder.run('diff @tiered.yaml @new.yaml --journal @tiers')
    expect(stdout).toContain(`1 call: ${note}`)
    expect((await diff('@tiers')).stdout).not.toContain(note)
  })

  test('is what was found in arguments, once it is replaced: rules that ask for it can not be compared', async () => {
    const masking = `${supportPolicy.replace('defaultEffect: deny\n', '')}  - { effect: redact, actions: "*", redact: { payment_card: mask } }\n`
    await folder.write('masking.yaml', masking)
    const calls = [{ tool: 'refund', arguments: { amount: 1, note: 'card 4111 1111 1111 1111' } }]
    await writePolicyJournal(folder.in('masked'), parsePolicy(masking), calls)
    const { stdout } = await folder.run('diff @masking.yaml @new.yaml --journal @masked --json')
    expect(JSON.parse(stdout)).toMatchObject({ compared: 0, notCompared: { hiddenArguments: 1 } })
    // Both redact alike, so nobody asks; but what OLD found then it does not find again.
    const same = await folder.run('diff @masking.yaml @masking.yaml --journal @masked --json')
    expect(JSON.parse(same.stdout)).toMatchObject({ compared: 0, notCompared: { decidedOtherwise: 1 } })
  })
})

describe('what can not be compared', () => {
  test('is all there is: then nothing is said of the policies, and the code is 2', async () => {
    await writePolicyJournal(
      folder.in('logins'),
      undefined,
      policyCalls.filter(({ tool }) => tool === 'login'),
    )
    const { code, stdout, stderr } = await diff('@logins')
    expect(code).toBe(2)
    expect(stdout).toContain('! no call could be compared\n')
    expect(stdout).toContain('1 call not compared\n  · 1 call: only the digest of the arguments is recorded\n')
    expect(stderr).toBe('No call of the journal could be compared, so nothing is said of the policies.\n')
  })

  test('is what a damaged journal has lost, and the code is 2', async () => {
    await writePolicyJournal(folder.in('damaged'))
    const [writer = ''] = await readdir(folder.in('damaged'))
    const segment = join(folder.in('damaged'), writer, '000001.jsonl')
    const lines = (await readFile(segment, 'utf8')).split('\n')
    await writeFile(segment, lines.with(3, '{"rubbish":"\x1b[2J"}').join('\n'))
    const { code, stdout, stderr } = await diff('@damaged', '--tools', '@agent.tools.yaml')
    expect(code).toBe(2)
    expect(stdout).toContain('calls would be decided otherwise')
    expect(stderr).toMatch(/^The journal is damaged in \d places?, so this is not all of it\./)
  })

  test('makes nothing fail, whatever stands in an entry', async () => {
    await writePolicyJournal(folder.in('odd'))
    const [writer = ''] = await readdir(folder.in('odd'))
    const segment = join(folder.in('odd'), writer, '000001.jsonl')
    const lines = (await readFile(segment, 'utf8')).trimEnd().split('\n')
    const odds = [null, 7, 'text', [], {}, { rule: null }, { rule: { policy: { effect: 7, action: 'a' } } }]
    const fields = ['principal', 'tenant', 'run', 'time', 'outcome', 'cost', 'decisions', 'arguments', 'blockedBy']
    const more = fields.flatMap((field) => odds.map((odd) => ({ [field]: odd })))
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`
    const entries = [...more, { arguments: 'deep' }].map((odd, index) => {
      const entry = { kind: 'call', time: '2026-11-21T18:00:00.000Z', callId: 'odd', tool: 'odd', ...odd }
      return JSON.stringify({ seq: lines.length + index, prev: '0'.repeat(64), ...entry }).replace('"deep"', deep)
    })
    await appendFile(segment, `${entries.join('\n')}\n`)
    for (const flags of [[], ['--json']]) {
      const { stdout, stderr } = await diff('@odd', ...flags)
      expect(stderr).not.toContain('unexpected failure')
      expect(stdout).not.toBe('')
    }
  })
})

test.each([
  ['diff @old.yaml @new.yaml', '--journal is missing: the directory with the calls to compare by'],
  ['diff @old.yaml --journal @audit', 'NEW is missing'],
  ['diff @old.yaml @new.yaml --journal @nowhere', 'the journal can not be read from `nowhere`'],
  ['diff @old.yaml @gone.yaml --journal @audit', 'the policy can not be read from `gone.yaml`'],
  ['diff @old.yaml @new.yaml --journal @audit --from noon', '`--from` is `noon`; expected a time'],
])('%s is refused, and the code is 2', async (line, message) => {
  const { code, stdout, stderr } = await folder.run(line)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test('ends with 130 when it is interrupted', async () => {
  const words = ['diff', '@old.yaml', '@new.yaml', '--journal', '@audit']
  expect(await folder.run(words, { signal: AbortSignal.abort() })).toEqual({ code: 130, stdout: '', stderr: '' })
})
