import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { auditGate, type JournalReport, journal } from '@toolgate/audit'
import { GatedToolRunner } from '@toolgate/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from './command-streams.ts'
import { temporaryDirectory, writeSample } from './sample-journal.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
/** A journal that nobody changes, and its checkpoint, kept. */
let audit: string
let kept: string
let writer: string
let key: string

beforeAll(async () => {
  place = await temporaryDirectory()
  audit = join(place.path, 'audit')
  kept = join(place.path, 'kept.notes')
  await writeSample(audit)
  await writeFile(kept, (await run(['audit', 'checkpoint', audit])).stdout)
  writer = (await readdir(audit))[0] ?? ''
  key = (await reportOf(audit)).writers[0]?.key ?? ''
})
afterAll(() => place[Symbol.asyncDispose]())

/** A copy of the journal that a test may change, with its key beside it. */
async function copy(name: string): Promise<string> {
  const directory = join(place.path, name, 'audit')
  await mkdir(join(place.path, name))
  await cp(audit, directory, { recursive: true })
  await cp(`${audit}.key`, `${directory}.key`)
  return directory
}

async function reportOf(directory: string, ...words: string[]): Promise<JournalReport> {
  return JSON.parse((await run(['audit', 'verify', directory, '--json', ...words])).stdout) as JournalReport
}

/** Runs a program that uses the journal in a process of its own. */
async function runProcess(program: string, ...words: string[]): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, ...words], {
    cwd: resolve(import.meta.dirname, '..'),
    stdio: 'ignore',
  })
  await once(child, 'exit')
}

const dying = `
import { auditGate, journal } from '@toolgate/audit'
import { GatedToolRunner } from '@toolgate/core'
const runner = new GatedToolRunner({ gates: [], audit: auditGate({ sinks: [journal({ directory: process.argv[1] })] }) })
runner.register('pay', { execute: () => process.kill(process.pid, 'SIGKILL') })
await runner.call('pay', { amount: '5' }, { callId: 'call_lost' })
`

describe('the verdict and its exit code', () => {
  test('0: intact', async () => {
    const { code, stdout, stderr } = await run(['audit', 'verify', audit, '--checkpoint', kept, '--key', key])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(steady(stdout)).toMatchInlineSnapshot(`
      "✓ intact
        Everything that the checkpoints kept elsewhere are about is there, and unchanged.
        15 entries of 1 writer, 7.4 kB, verified in 3 ms

      WRITER                         STATE   ENTRIES  SIGNED  ANCHORED  UNKNOWN
      20261121T170102Z-8f3a61c09d2e  closed       15      15        15        0
      "
    `)
  })

  test('1: tampered, and where', async () => {
    const directory = await copy('tampered')
    const segment = join(directory, writer, '000001.jsonl')
    const text = await readFile(segment, 'utf8')
    await writeFile(segment, text.replace('tariffs, again', 'tariffs, AGAIN'))
    const { code, stdout } = await run(['audit', 'verify', directory, '--checkpoint', kept])
    expect(code).toBe(1)
    expect(steady(stdout)).toMatchInlineSnapshot(`
      "✗ tampered
        Something was changed, put in or taken out: 1 finding.
        15 entries of 1 writer, 7.4 kB, verified in 3 ms

      ✗ entry_changed  writer 20261121T170102Z-8f3a61c09d2e  segment 1  entry 11
        the entry is not the one that the next commits to
        PLACE/tampered/audit/20261121T170102Z-8f3a61c09d2e/000001.jsonl, from byte 5413

      WRITER                         STATE   ENTRIES  SIGNED  ANCHORED  UNKNOWN
      20261121T170102Z-8f3a61c09d2e  closed       15       1         0        0
      "
    `)
  })

  test('1: tampered, where all writers are gone and a checkpoint was kept', async () => {
    const directory = await copy('emptied')
    await rm(join(directory, writer), { recursive: true })
    expect((await run(['audit', 'verify', directory, '--checkpoint', kept])).code).toBe(1)
    expect((await run(['audit', 'verify', directory])).code).toBe(2)
  })

  test('3: torn, and which calls nobody knows the end of', async () => {
    const directory = await copy('torn')
    await runProcess(dying, directory)
    const { code, stdout } = await run(['audit', 'verify', directory, '--checkpoint', kept])
    expect(code).toBe(3)
    expect(stdout).toContain('! torn\n')
    expect(stdout).toContain('Nobody knows how 1 call ended')
    expect(stdout).toContain('--outcome unknown')
    const unknown = await run(['audit', 'query', directory, '--outcome', 'unknown', '--json'])
    expect(JSON.parse(unknown.stdout)).toMatchObject({ callId: 'call_lost', outcome: 'unknown' })
    expect((await run(['audit', 'trace', directory, 'call_lost'])).stdout).toContain('nobody knows how it ended')
  })

  test('4: pruned, once the checkpoint of the pruning is kept too', async () => {
    const directory = await copy('pruned')
    const words = ['audit', 'prune', directory, '--older-than', '0s', '--key-file', `${directory}.key`]
    const pruned = await run(words)
    expect(pruned).toMatchObject({ code: 0, stderr: '' })
    expect(pruned.stdout).toMatch(/^Pruned 1 segment of 1 writer\. The journal has a new checkpoint/)
    const more = await run(['audit', 'checkpoint', directory, '--checkpoint', kept])
    const all = join(place.path, 'pruned', 'kept.notes')
    await writeFile(all, `${await readFile(kept, 'utf8')}${more.stdout}`)
    const { code, stdout } = await run(['audit', 'verify', directory, '--checkpoint', all, '--key', key])
    expect(code).toBe(4)
    expect(stdout).toContain('✓ pruned')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('15 older entries that the journal itself records as pruned')
  })

  test('5: unanchored, and what to keep', async () => {
    const { code, stdout } = await run(['audit', 'verify', audit])
    expect(code).toBe(5)
    expect(stdout).toContain('! unanchored\n')
    expect(stdout).toContain(`--checkpoint kept.notes --key ${key}`)
  })

  test('2: what can not be read', async () => {
    const wrongKey = await run(['audit', 'verify', audit, '--key', 'toolgate+00000000+AAAA'])
    expect(wrongKey.code).toBe(2)
    expect(wrongKey.stderr).toContain('is `toolgate+00000000+AAAA`; expected name+id+base64')
    const noNote = join(place.path, 'rubbish.notes')
    await writeFile(noNote, 'rubbish\n')
    expect(await run(['audit', 'verify', audit, '--checkpoint', noNote])).toMatchObject({ code: 2, stdout: '' })
    await writeFile(noNote, '')
    expect((await run(['audit', 'verify', audit, '--checkpoint', noNote])).stderr).toContain('holds no checkpoint')
  })

  test('is in the JSON as well', async () => {
    expect(await reportOf(audit, '--checkpoint', kept)).toMatchObject({ verdict: 'intact', entries: 15, findings: [] })
  })

  test('lets nothing that stands in the journal act on the terminal', async () => {
    const directory = await copy('hostile')
    await appendFile(join(directory, writer, '000001.jsonl'), '\x1b[2J\x1b]0;owned\x07\n')
    for (const flags of [[], ['--json']]) {
      const { code, stdout } = await run(['audit', 'verify', directory, ...flags], { columns: 80 })
      expect(code).toBe(1)
      expect(stdout).not.toContain('\x1b')
    }
  })
})

describe('keys', () => {
  test('may stand in a file, with comments', async () => {
    const file = join(place.path, 'kept.key')
    await writeFile(file, `# of the host\n${key}\n\n`)
    expect((await run(['audit', 'verify', audit, '--checkpoint', kept, '--key', file])).code).toBe(0)
    await writeFile(file, 'no key\n')
    const { code, stderr } = await run(['audit', 'verify', audit, '--key', file])
    expect(code).toBe(2)
    expect(stderr).toContain('holds `no key`; expected a key')
  })
})

describe('checkpoint', () => {
  test('prints only what is not kept yet', async () => {
    expect(await run(['audit', 'checkpoint', audit, '--checkpoint', kept])).toEqual({ code: 0, stdout: '', stderr: '' })
    const empty = join(place.path, 'empty.notes')
    await writeFile(empty, '')
    const first = await run(['audit', 'checkpoint', audit, '--checkpoint', empty])
    expect(first.stdout).toBe(await readFile(kept, 'utf8'))
  })

  test('prints none of a journal that was tampered with', async () => {
    const directory = await copy('cut')
    const segment = join(directory, writer, '000001.jsonl')
    const lines = (await readFile(segment, 'utf8')).split('\n')
    await writeFile(segment, lines.toSpliced(4, 1).join('\n'))
    const { code, stdout, stderr } = await run(['audit', 'checkpoint', directory])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('none of its checkpoints is worth keeping')
  })
})

describe('proofs', () => {
  test('of an entry are two files that hold without the journal', async () => {
    const prefix = join(place.path, 'call')
    const made = await run(['audit', 'prove', audit, writer, '5', '--output', prefix])
    expect(made).toMatchObject({ code: 0, stdout: '' })
    const words = ['audit', 'check-proof', `${prefix}.tlog-proof`, `${prefix}.line`, '--key', key]
    const right = await run(words)
    expect(right.code).toBe(0)
    expect(right.stdout).toBe(
      `✓ proved: the line is entry 5 of toolgate/${writer}, as signed when there were 15 entries\n`,
    )
    const line = await readFile(`${prefix}.line`, 'utf8')
    await writeFile(`${prefix}.line`, line.replace('card', 'Card'))
    const wrong = await run(words)
    expect(wrong.code).toBe(1)
    expect(wrong.stdout).toMatch(/^✗ not proved: the line is not the one in the tree/)
    expect((await run(['audit', 'prove', audit, writer, '5', '--output', prefix])).stderr).toContain('give --force')
  })

  test('of an entry are printed, the stored line as it is', async () => {
    const { stdout } = await run(['audit', 'prove', audit, writer, '5', '--checkpoint', kept])
    const stored = (await readFile(join(audit, writer, '000001.jsonl'), 'utf8')).split('\n')[5]
    expect(stdout).toMatch(/^--- proof\nc2sp\.org\/tlog-proof@v1\nindex 5\n/)
    expect(stdout).toContain(`\n--- entry 5\n${stored}\n`)
  })

  test('of growth hold against the checkpoint that was kept', async () => {
    const prefix = join(place.path, 'growth')
    expect((await run(['audit', 'prove', audit, writer, '--since', kept, '--output', prefix])).code).toBe(0)
    const { code, stdout } = await run(['audit', 'check-proof', `${prefix}.growth-proof`, kept, '--key', key])
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `✓ proved: toolgate/${writer} has only grown, from 15 to 15 entries\n`,
    })
  })

  test.each([
    [['prove', 'AUDIT', 'WRITER'], 'SEQ is missing'],
    [['prove', 'AUDIT', 'WRITER', '1', '--since', 'KEPT'], 'leave out SEQ'],
    [['prove', 'AUDIT', 'WRITER', '1x'], '`SEQ` is `1x`; expected a whole number'],
    [['prove', 'AUDIT', 'WRITER', '99'], 'entry 99 of `WRITER` is not covered'],
    [['prove', 'AUDIT', 'nobody', '1'], 'has no writer `nobody`'],
    [['prove', 'AUDIT', 'nobody', '--since', 'KEPT'], 'holds no checkpoint of writer `nobody`'],
    [['check-proof', 'KEPT', 'KEPT'], '--key is missing'],
  ])('%j: %s', async (words, message) => {
    const fill = (word: string) => ({ AUDIT: audit, WRITER: writer, KEPT: kept })[word] ?? word
    const { code, stdout, stderr } = await run(['audit', ...words.map(fill)])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message.replace('WRITER', writer))
  })
})

describe('erase', () => {
  test('erases a value of a call, and the journal is as intact as before', async () => {
    await using own = await temporaryDirectory()
    const directory = join(own.path, 'audit')
    const sink = journal({ directory, name: 'billing' })
    const gate = auditGate({ sinks: [sink], arguments: { erasable: ['email', 'name'] } })
    const runner = new GatedToolRunner({ gates: [], audit: gate })
    runner.register('greet', { execute: () => 'hello' })
    const args = { email: 'ann@example.com', name: 'Ann', language: 'en' }
    for (const callId of ['call_1', 'call_2', 'call_2']) await runner.call('greet', args, { callId })
    await sink.close()
    const [first = ''] = await readdir(directory)
    const values = () => readFile(join(directory, first, '000001.values.jsonl'), 'utf8')
    const before = (await values()).trim().split('\n').length

    const words = ['audit', 'erase', directory, '--key-file', `${directory}.key`]
    const erased = await run([...words, '--call', 'call_1', '--path', 'email', '--reason', 'request 17'])
    expect(erased).toMatchObject({ code: 0, stderr: '' })
    expect(erased.stdout).toMatch(/^Erased 1 value: email\. The journal has a new checkpoint/)
    const after = (await values()).split('\n').filter((line) => line.trim() !== '')
    expect(after).toHaveLength(before - 1)
    // The name of the journal is kept: the same key has signed all of it.
    const report = await reportOf(directory)
    expect(report.verdict).toBe('unanchored')
    expect(new Set(report.writers.map((one) => one.key)).size).toBe(1)

    const again = await run([...words, '--call', 'call_1', '--path', 'email'])
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('that can be erased, or no more')
    const several = await run([...words, '--call', 'call_2'])
    expect(several.code).toBe(2)
    expect(several.stderr).toContain(`several calls have the id \`call_2\`: say which by --writer ${first} --entry`)
    expect((await run([...words, '--call', 'nobody'])).stderr).toContain('no call in this journal has the id `nobody`')
  })

  test.each([
    [[], 'give --call, or --writer and --entry'],
    [['--call', 'call_1', '--entry', '1'], 'not both'],
    [['--call', 'call_1'], '--key-file is missing'],
    [['--call', 'call_1', '--key-file', 'nowhere.key'], 'the private key can not be read from `nowhere.key`'],
  ])('%j: %s', async (words, message) => {
    const { code, stderr } = await run(['audit', 'erase', audit, ...words])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(await readdir(audit)).toEqual([writer])
  })
})

describe('prune', () => {
  test('changes nothing in a journal that was tampered with', async () => {
    const directory = await copy('hidden')
    const segment = join(directory, writer, '000001.jsonl')
    const text = await readFile(segment, 'utf8')
    await writeFile(segment, text.replace('customers', 'CUSTOMERS'))
    const words = ['audit', 'prune', directory, '--older-than', '0s', '--key-file', `${directory}.key`]
    const { code, stderr } = await run(words)
    expect(code).toBe(2)
    expect(stderr).toContain('the journal was tampered with, so nothing in it is changed')
    expect(await readdir(directory)).toEqual([writer])
  })

  test('says that nothing is that old', async () => {
    const directory = await copy('young')
    const words = ['audit', 'prune', directory, '--older-than', '1000w', '--key-file', `${directory}.key`]
    expect((await run(words)).stdout).toBe('Nothing was pruned: no whole segment is that old.\n')
  })
})

describe.each([
  ['erase', ['--call', 'call_1']],
  ['prune', ['--older-than', '0s']],
])('%s', (name, words) => {
  test('changes nothing with another key than the journal is signed with', async () => {
    const directory = await copy(`${name} with another key`)
    const other = `${directory}.other.key`
    await writeFile(other, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }))
    const before = await filesOf(directory)
    const { code, stdout, stderr } = await run(['audit', name, directory, ...words, '--key-file', other])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`is another key than the journal is signed with, which is \`${key}\``)
    expect(await filesOf(directory)).toEqual(before)
  })
})

describe('stats', () => {
  test('counts a call that nobody knows the end of as open, and not as failed', async () => {
    const directory = await copy('open')
    await runProcess(dying, directory)
    const { stdout } = await run(['audit', 'stats', directory])
    expect(stdout).toMatch(/^TOOL +CALLS +EXECUTED +STOPPED +FAILED +OPEN +COST$/m)
    expect(stdout).toMatch(/^pay +1 +0 +0 +0 +1\s*$/m)
    expect(stdout).toMatch(/^unknown +1 /m)
    const { all, byTool } = JSON.parse((await run(['audit', 'stats', directory, '--json'])).stdout)
    expect(all).toMatchObject({ calls: 9, executed: 4, stopped: 3, failed: 1, open: 1 })
    expect(byTool).toContainEqual({ name: 'pay', calls: 1, executed: 0, stopped: 0, failed: 0, open: 1, cost: '0' })
  })
})

/** The text of every file of a journal, by its path. */
async function filesOf(directory: string): Promise<Record<string, string>> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name))
  return Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await readFile(path, 'utf8')])))
}

/** What is never the same: where the journal is, its ids, the name of the host in it, and times. */
function steady(text: string): string {
  return text
    .replaceAll(place.path, 'PLACE')
    .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{12}/g, '20261121T170102Z-8f3a61c09d2e')
    .replace(/verified in [\d.]+ \w+/, 'verified in 3 ms')
    .replace(/[\d.]+ kB/, '7.4 kB')
    .replace(/from byte \d+/, 'from byte 5413')
}
