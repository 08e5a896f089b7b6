import { appendFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, TextStream } from './command-streams.ts'
import { sampleStartMs, temporaryDirectory, writeSample } from './sample-journal.ts'

let place: Awaited<ReturnType<typeof temporaryDirectory>>
let audit: string
const nowMs = sampleStartMs + 3_600_000

beforeAll(async () => {
  place = await temporaryDirectory()
  audit = join(place.path, 'audit')
  await writeSample(audit)
})
afterAll(() => place[Symbol.asyncDispose]())

/** The ids of the calls that a command prints as JSON. */
async function idsOf(...words: string[]): Promise<string[]> {
  const { stdout } = await run(['audit', ...words, '--json'], { nowMs })
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { callId: string }).callId)
}

describe('query', () => {
  test('prints a table', async () => {
    const { code, stdout, stderr } = await run(['audit', 'query', audit], { columns: 120 })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatchInlineSnapshot(`
      "TIME (UTC)               AGENT           TOOL           OUTCOME   BY        COST    TOOK  DETAIL
      2026-11-21 17:01:02.000  agent:research  search_web     executed            0.01  812 ms  {"query":"heat pumps"}
      2026-11-21 17:01:02.900  agent:research  ask_expert     executed            0.17   2.4 s  {"question":"What does one co…
      2026-11-21 17:01:05.400  agent:research  send_mail      blocked   rule              0 ms  not allowed by rule \`noCardNu…
      2026-11-21 17:01:05.500  agent:research  fetch_page     failed                     35 ms  Error: connect ECONNREFUSED\\n…
      2026-11-21 17:01:06.000  agent:research  drop_database  blocked   registry          0 ms  there is no tool "drop_databa…
      2026-11-21 17:02:02.000  agent:billing   search_web     executed            0.01  812 ms  {"query":"tariffs"}
      2026-11-21 17:02:03.000  agent:billing   search_web     executed            0.01  812 ms  {"query":"tariffs, again"}
      2026-11-21 17:02:04.000  agent:billing   search_web     blocked   rate              0 ms  rate limit of 2 calls per min…
      "
    `)
  })

  test('takes no more columns than a narrow terminal has', async () => {
    const { stdout } = await run(['audit', 'query', audit], { columns: 80 })
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBe(80)
    expect(stdout).toMatchInlineSnapshot(`
      "TIME (UTC)      AGENT         TOOL           OUTCOME   BY        DETAIL
      11-21 17:01:02  agent:resea…  search_web     executed            {"query":"heat…
      11-21 17:01:02  agent:resea…  ask_expert     executed            {"question":"W…
      11-21 17:01:05  agent:resea…  send_mail      blocked   rule      not allowed by…
      11-21 17:01:05  agent:resea…  fetch_page     failed              Error: connect…
      11-21 17:01:06  agent:resea…  drop_database  blocked   registry  there is no to…
      11-21 17:02:02  agent:billi…  search_web     executed            {"query":"tari…
      11-21 17:02:03  agent:billi…  search_web     executed            {"query":"tari…
      11-21 17:02:04  agent:billi…  search_web     blocked   rate      rate limit of …
      "
    `)
  })

  test('lets nothing of a call act on the terminal', async () => {
    for (const flags of [[], ['--json']]) {
      const { stdout } = await run(['audit', 'query', audit, '--tool', 'fetch_page', ...flags])
      expect(stdout).toContain('ECONNREFUSED')
      expect(stdout).not.toContain('\x1b')
    }
  })

  test.each([
    ['--agent agent:billing', ['call_6', 'call_7', 'call_8']],
    ['--tool send_mail', ['call_3']],
    ['--outcome failed', ['call_4']],
    ['--decision block', ['call_3', 'call_8']],
    ['--decision block --gate rate', ['call_8']],
    ['--session session_1 --limit 1', ['call_1']],
    ['--run run_8', ['call_6', 'call_7']],
    ['--trace trace_run_9', ['call_8']],
    ['--call call_5', ['call_5']],
    ['--tenant nobody', []],
    ['--from 2026-11-21T17:02:03Z', ['call_7', 'call_8']],
    ['--from 59m', ['call_6', 'call_7', 'call_8']],
    ['--to 2026-11-21T17:01:05', ['call_1', 'call_2']],
    ['--to 2026-11-21', []],
  ])('%s: %j', async (filter, ids) => {
    expect(await idsOf('query', audit, ...filter.split(' '))).toEqual(ids)
  })

  test('says that there are none', async () => {
    expect(await run(['audit', 'query', audit, '--tool', 'nothing'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No call meets all of it.\n',
    })
  })

  test('ends quietly when nobody reads any more', async () => {
    const stdout = new TextStream()
    stdout._write = (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    const { code, stderr } = await run(['audit', 'query', audit], { stdout })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('says that its output could not be written', async () => {
    const stdout = new TextStream()
    stdout._write = (_chunk, _encoding, done) => {
      done(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' }))
    }
    const { code, stderr } = await run(['audit', 'query', audit], { stdout })
    expect(code).toBe(2)
    expect(stderr).toContain('no space left on device')
  })

  test('ends with 130 when it is interrupted', async () => {
    const { code, stderr } = await run(['audit', 'query', audit], { signal: AbortSignal.abort() })
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' })
  })
})

describe('tail', () => {
  test('prints the calls that arrived last, however long ago', async () => {
    expect(await idsOf('tail', audit, '-n', '3')).toEqual(['call_6', 'call_7', 'call_8'])
    const { stdout } = await run(['audit', 'tail', audit, '-n2', '--agent', 'agent:research', '--json'], {
      nowMs: nowMs + 400 * 86_400_000,
    })
    expect(stdout.match(/"callId":"call_\d"/g)).toEqual(['"callId":"call_4"', '"callId":"call_5"'])
  })

  test('prints ten by default, and none for 0', async () => {
    expect(await idsOf('tail', audit)).toHaveLength(8)
    expect(await idsOf('tail', audit, '-n', '0')).toEqual([])
  })
})

describe('trace', () => {
  test('shows a run as a tree', async () => {
    const { code, stdout } = await run(['audit', 'trace', audit, 'run_7'], { columns: 100 })
    expect(code).toBe(0)
    expect(withoutWriter(stdout)).toMatchInlineSnapshot(`
      "run run_7
      5 calls by agent:research, from 2026-11-21 17:01:02.000 (UTC), 4.0 s, cost 0.18

        +0 ms  ✓  search_web     executed        812 ms  █████···················
               ├ call      call_1, entry 1 of WRITER
               ├ arguments {"query":"heat pumps"}
               ├ rate      allow, maxCalls 1 of 2
               └ budget    allow, charged 0.01, 0.01 of 1.00 spent

      +900 ms  ✓  ask_expert     executed         2.4 s  ·····██████████████·····
               ├ call      call_2, entry 3 of WRITER
               ├ arguments {"question":"What does one cost to run in a year?"}
               └ budget    allow, charged 0.17, 0.17 of 0.50 spent

       +3.4 s  ✗  send_mail      blocked           0 ms  ····················█···
               ├ call      call_3, entry 5 of WRITER
               ├ arguments {"to":"team@example.com","text":"card 4111 1111 1111 1111"}
               ├ rate      allow, maxCalls 0 of 5
               └ rule      block (rule): not allowed by rule \`noCardNumbers\`: the text holds what looks
                           like a payment card number; the same call will be refused again, so change it
                           or do without it

       +3.5 s  ✗  fetch_page     failed           35 ms  ·····················█··
               ├ call      call_4, entry 6 of WRITER
               ├ arguments {"url":"https://example.com/\\u001b[2J"}
               └ tool      failed (tool_error): Error: connect ECONNREFUSED\\n\\x1b[31mred

       +4.0 s  ✗  drop_database  blocked           0 ms  ·······················█
               ├ call      call_5, entry 8 of WRITER
               ├ arguments {"name":"customers"}
               └ registry  blocked (unknown_tool): there is no tool "drop_database"; call one of these, by
                           its exact name: search_web, ask_expert, send_mail, fetch_page
      "
    `)
  })

  test('shows the runs of a session', async () => {
    const { stdout } = await run(['audit', 'trace', audit, 'session_1'])
    expect(stdout).toContain('session session_1\n8 calls by 2 agents, from 2026-11-21 17:01:02.000 (UTC)')
    expect(stdout.match(/^run .*$/gm)).toEqual(['run run_7', 'run run_8', 'run run_9'])
  })

  test.each([
    ['trace_run_8', 'trace trace_run_8\n2 calls'],
    ['call_2', 'call call_2\n1 call by agent:research'],
  ])('finds out what %s is', async (id, head) => {
    expect((await run(['audit', 'trace', audit, id])).stdout).toContain(head)
  })

  test('prints the calls as JSON', async () => {
    expect(await idsOf('trace', audit, 'run_8')).toEqual(['call_6', 'call_7'])
  })

  test('says that an id is none', async () => {
    const { code, stderr } = await run(['audit', 'trace', audit, 'run_1\x1b'])
    expect(code).toBe(2)
    expect(stderr).toContain('no run, session, trace or call in this journal has the id `run_1\\x1b`')
  })
})

describe('stats', () => {
  test('counts calls and sums costs', async () => {
    const { code, stdout } = await run(['audit', 'stats', audit])
    expect(code).toBe(0)
    expect(stdout).toMatchInlineSnapshot(`
      "8 calls
        from  2026-11-21 17:01:02.000 (UTC)
        to    2026-11-21 17:02:04.000 (UTC)
        cost  0.20
        took  35 ms (p50), 2.4 s (p99)

      OUTCOME   CALLS   SHARE
      executed      4  50.0 %  ███████████████
      blocked       3  37.5 %  ███████████
      failed        1  12.5 %  ████

      TOOL           CALLS  EXECUTED  STOPPED  FAILED  COST
      search_web         4         3        1       0  0.03
      ask_expert         1         1        0       0  0.17
      drop_database      1         0        1       0
      fetch_page         1         0        0       1
      send_mail          1         0        1       0

      AGENT           CALLS  EXECUTED  STOPPED  FAILED  COST
      agent:research      5         2        2       1  0.18
      agent:billing       3         2        1       0  0.02

      STOPPED BY  CALLS
      rate            1
      registry        1
      rule            1
      "
    `)
  })

  test('is one JSON object too', async () => {
    const { stdout } = await run(['audit', 'stats', audit, '--agent', 'agent:billing', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      all: { calls: 3, executed: 2, stopped: 1, failed: 0, cost: '0.02' },
      byTool: [{ name: 'search_web', calls: 3 }],
      byStoppingGate: [{ name: 'rate', calls: 1 }],
    })
  })

  test('has nothing to say of no calls', async () => {
    expect((await run(['audit', 'stats', audit, '--tool', 'nothing'])).stdout).toBe('0 calls\n')
  })
})

describe('export', () => {
  test('writes CSV to a new file of its owner, and says how many', async () => {
    const file = join(place.path, 'calls.csv')
    const { code, stdout, stderr } = await run(['audit', 'export', audit, '--format', 'csv', '--output', file])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: `8 calls written to ${file}\n` })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const text = await readFile(file, 'utf8')
    expect(text).toMatch(/^time,writer,seq,callId,/)
    expect(text.split('\r\n')).toHaveLength(10)
  })

  test('overwrites nothing unless it is told to', async () => {
    const file = join(place.path, 'kept.txt')
    await writeFile(file, 'kept')
    const words = ['audit', 'export', audit, '--format', 'jsonl', '--tool', 'send_mail', '--output', file]
    const { code, stderr } = await run(words)
    expect(code).toBe(2)
    expect(stderr).toContain('is there already; give --force to overwrite it')
    expect(await readFile(file, 'utf8')).toBe('kept')
    expect((await run([...words, '--force'])).code).toBe(0)
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ callId: 'call_3' })
  })

  test('leaves no half of a file where it is interrupted', async () => {
    const words = ['audit', 'export', audit, '--format', 'csv', '--output', join(place.path, 'half.csv')]
    expect((await run(words, { signal: AbortSignal.abort() })).code).toBe(130)
    expect(await readdir(place.path)).not.toContain('half.csv')
  })

  test('says that a file can not be written', async () => {
    const file = join(place.path, 'no', 'calls.csv')
    const { code, stderr } = await run(['audit', 'export', audit, '--format', 'csv', '--output', file])
    expect(code).toBe(2)
    expect(stderr).toContain('can not be written: there is no such file or directory')
  })
})

describe('a journal that is damaged', () => {
  test('is read as far as it can be, and the code says that this is not all', async () => {
    await using damaged = await temporaryDirectory()
    const directory = join(damaged.path, 'audit')
    await writeSample(directory)
    const [writer = ''] = await readdir(directory)
    const segment = join(directory, writer, '000001.jsonl')
    const lines = (await readFile(segment, 'utf8')).split('\n')
    await writeFile(segment, lines.with(3, '{"rubbish":"\x1b[2J"}').join('\n'))
    for (const command of [['query'], ['stats'], ['export', '--format', 'jsonl'], ['trace', 'session_1']]) {
      const [name = '', ...rest] = command
      const { code, stdout, stderr } = await run(['audit', name, directory, ...rest])
      expect(code).toBe(2)
      expect(stdout).not.toBe('')
      expect(stderr).toMatch(
        /^The journal is damaged in \d places?, so this is not all of it\. The first is in segment 1/,
      )
      expect(stderr).not.toContain('\x1b')
    }
  })

  test('whose fields are of other types than they should be makes nothing fail', async () => {
    await using odd = await temporaryDirectory()
    const directory = join(odd.path, 'audit')
    await writeSample(directory)
    const [writer = ''] = await readdir(directory)
    const segment = join(directory, writer, '000001.jsonl')
    const lines = (await readFile(segment, 'utf8')).trimEnd().split('\n')
    const odds = [null, 7, 'text', [], { kind: null }, { a: null }]
    const fields = [
      'principal',
      'outcome',
      'message',
      'error',
      'cost',
      'durationMs',
      'decisions',
      'blockedBy',
      'reason',
      'run',
    ]
    const more = fields
      .flatMap((field) => odds.map((value) => ({ field, value })))
      .map(({ field, value }, index) => {
        const entry = {
          seq: lines.length + index,
          prev: '0'.repeat(64),
          kind: 'call',
          time: '2026-11-21T18:00:00.000Z',
          callId: 'odd',
          tool: 'odd',
          [field]: value,
        }
        return JSON.stringify(entry)
      })
    const badTime = more.map((line, index) =>
      line
        .replace('2026-11-21T18:00:00.000Z', 'noon')
        .replace(/"seq":\d+/, `"seq":${lines.length + more.length + index}`),
    )
    await truncate(segment)
    await appendFile(segment, `${[...lines, ...more, ...badTime].join('\n')}\n`)
    for (const command of [
      ['query'],
      ['tail'],
      ['stats'],
      ['export', '--format', 'csv'],
      ['trace', 'odd'],
      ['trace', 'text'],
    ]) {
      const [name = '', ...rest] = command
      for (const columns of [undefined, 80]) {
        const { stdout, stderr } = await run(
          ['audit', name, directory, ...rest],
          columns === undefined ? {} : { columns },
        )
        expect(stderr).not.toContain('unexpected failure')
        expect(stdout).not.toBe('')
      }
    }
  })
})

describe('what is no journal', () => {
  test('is not taken for one without calls', async () => {
    const [writer = ''] = await readdir(audit)
    const within = await run(['audit', 'query', join(audit, writer)])
    expect(within.code).toBe(2)
    expect(within.stderr).toContain('is one writer of a journal; give the directory that it is in')
    const above = await run(['audit', 'query', place.path])
    expect(above.code).toBe(2)
    expect(above.stderr).toContain('holds no journal')
  })
})

function withoutWriter(text: string): string {
  return text.replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{12}/g, 'WRITER')
}
