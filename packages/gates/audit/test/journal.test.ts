import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import { type AuditSink, auditGate } from '@toolgate/audit'
import { type Allow, type Gate, GatedToolRunner } from '@toolgate/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { entriesOf, journaled, leafOf, linesOf, type StoredEntry, until } from './stored-journal.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** Timers that stand still, while everything else goes on. */
function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
}

const kindsOf = (entries: readonly StoredEntry[]) => entries.map(({ kind }) => kind)

/** Without what every entry has, and what differs from run to run. */
function saidBy({ seq: _, prev: __, kind: ___, ...fields }: StoredEntry): object {
  return fields
}

const noGate: Gate<'no', object, { kind: 'block'; reason: 'rule'; message: string }> = {
  name: 'no',
  compile: () => ({ check: () => ({ kind: 'block', reason: 'rule', message: 'never' }) }),
}

/** A gate that knows only afterwards what it really took. */
const meter: Gate<'meter', { revise: boolean }, Allow & { readonly units: number }> = {
  name: 'meter',
  compile: (_, { revise }) => ({
    check: () => ({ kind: 'allow', units: 1 }),
    settle: (_call, decision) => (revise ? { ...decision, units: 5 } : { ...decision }),
  }),
}

describe('a line', () => {
  test('begins, byte for byte, with its number, the leaf hash of the line before and its kind', async () => {
    const { directory, journal, runner } = await journaled()
    const text = 'line one\nline two \u2028 ü 😀 \ud800 \u0000 "quoted" \\'
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool', { text })
    await runner.call('nothing', { text })
    await journal.close()
    const lines = await linesOf(directory, journal.writer as string)
    expect(lines.length).toBe(5)
    let prev = '0'.repeat(64)
    for (const [seq, line] of lines.entries()) {
      const { kind } = JSON.parse(line) as StoredEntry
      expect(line.startsWith(`{"seq":${seq},"prev":"${prev}","kind":"${kind}","time":"`)).toBe(true)
      expect(line).toBe(JSON.stringify(JSON.parse(line)))
      prev = leafOf(line)
    }
  })

  test('of a segment’s beginning says which journal, writer, segment, key and process it is of', async () => {
    const { journal, runner, stored } = await journaled({}, { name: 'billing' })
    await runner.call('nothing')
    const [first] = await stored()
    expect(saidBy(first as StoredEntry)).toEqual({
      time: '2026-01-15T12:00:00.000Z',
      format: 1,
      journal: 'billing',
      writer: journal.writer,
      segment: 1,
      key: expect.stringMatching(/^billing\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$/),
      process: {
        host: hostname(),
        pid: process.pid,
        ...(process.platform === 'linux' && { started: expect.any(String) }),
      },
    })
    expect(journal.writer).toMatch(/^20260115T120000Z-[0-9a-f]{12}$/)
  })

  test('is readable by its owner only, and so is what stands around it', async () => {
    const { directory, journal, runner } = await journaled({ arguments: { erasable: ['a'] } })
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool', { a: 1 })
    const own = join(directory, journal.writer as string)
    const files = ['000001.jsonl', '000001.values.jsonl', 'checkpoints.jsonl'].map((name) => join(own, name))
    for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600)
    for (const folder of [directory, own]) expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  test('is whole however many calls end together', async () => {
    const { runner, closed } = await journaled({ durability: 'outcome' })
    runner.register('tool', { execute: () => 1 })
    await Promise.all(
      Array.from({ length: 300 }, (_, index) => runner.call('tool', { index, text: 'ü'.repeat(index) })),
    )
    const entries = await closed()
    const begun = entries.flatMap((entry) => (entry.arguments as { index: number } | undefined)?.index ?? [])
    expect(begun.toSorted((one, other) => one - other)).toEqual([...Array(300).keys()])
    const ended = entries.filter(({ outcome }) => outcome === 'executed')
    expect(ended.length).toBe(300)
  })
})

describe('segments', () => {
  test('are sealed at their size, and the chain goes on through all of them', async () => {
    const { directory, journal, runner } = await journaled({ durability: 'outcome' }, { maxSegmentBytes: 4_096 })
    runner.register('tool', { execute: () => 1 })
    await runner.call('nothing')
    for (let call = 0; call < 5; call++) await runner.call('tool', { text: 'x'.repeat(2_000) })
    await journal.close()
    const writer = journal.writer as string
    const first = await linesOf(directory, writer, '000001.jsonl')
    expect(JSON.parse(first.at(-1) as string)).toMatchObject({ kind: 'seal', segment: 1, reason: 'size' })
    const lines = await linesOf(directory, writer)
    const entries = lines.map((line) => JSON.parse(line) as StoredEntry)
    expect(entries.map(({ seq }) => seq)).toEqual([...lines.keys()])
    expect(entries.slice(1).map(({ prev }) => prev)).toEqual(lines.slice(0, -1).map(leafOf))
    expect(kindsOf(entries).join(' ')).toMatch(/^(segment (call )*seal ?)+$/)
    expect(entries.filter(({ kind }) => kind === 'segment').map(({ segment }) => segment)).toEqual([1, 2, 3])
    expect(entries.at(-1)).toMatchObject({ kind: 'seal', segment: 3, reason: 'closed' })
  })

  test('are sealed at their age', async () => {
    const { runner, clock, stored } = await journaled({ durability: 'outcome' }, { maxSegmentAgeMs: 1_000 })
    runner.register('tool', { execute: () => 1 })
    await runner.call('nothing')
    clock.now += 999
    await runner.call('tool')
    clock.now += 1
    await runner.call('tool')
    await runner.call('tool')
    const entries = await stored()
    expect(kindsOf(entries)).toEqual(['segment', 'call', 'call', 'call', 'seal', 'segment', 'call'])
    expect(entries[4]).toMatchObject({ segment: 1, reason: 'age', time: '2026-01-15T12:00:01.000Z' })
  })

  test('of their age are sealed also while no call comes', async () => {
    stopTimers()
    const { runner, clock, stored } = await journaled({ durability: 'outcome' }, { maxSegmentAgeMs: 60_000 })
    await runner.call('nothing')
    clock.now += 60_000
    vi.advanceTimersByTime(60_000)
    await until(async () => kindsOf(await stored()).at(-1) === 'seal')
    expect((await stored()).at(-1)).toMatchObject({ segment: 1, reason: 'age' })
  })

  test('name the calls of segments before that are still under way', async () => {
    const { runner, stored } = await journaled({}, { maxSegmentBytes: 4_096 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    runner.register('slow', {
      execute: async () => {
        started.resolve()
        await promise
      },
    })
    runner.register('quick', { execute: () => 1 })
    const slow = runner.call('slow')
    await started.promise
    for (let call = 0; call < 3; call++) await runner.call('quick', { text: 'x'.repeat(5_000) })
    resolve()
    await slow
    await runner.call('quick')
    const entries = await stored()
    const begun = entries.filter(({ kind }) => kind === 'segment')
    const intent = entries.find(({ tool }) => tool === 'slow') as StoredEntry
    expect(begun.length).toBe(4)
    expect(begun[0]).not.toHaveProperty('inFlight')
    for (const segment of begun.slice(1)) expect(segment.inFlight).toContain(intent.seq)
    expect(entries.find((entry) => entry.intent === intent.seq)).toMatchObject({ kind: 'outcome', outcome: 'executed' })
  })
})

describe('closing', () => {
  test('seals the last segment, whatever it has', async () => {
    const { runner, journal, directory } = await journaled()
    await runner.call('nothing')
    await journal.close()
    const entries = await entriesOf(directory, journal.writer as string)
    expect(entries.at(-1)).toMatchObject({ kind: 'seal', segment: 1, reason: 'closed' })
  })

  test('leaves nothing of a journal that has recorded nothing', async () => {
    const { journal, directory } = await journaled()
    await journal.close()
    await expect(stat(directory)).rejects.toThrow('ENOENT')
  })

  test('a second time changes nothing: nothing comes after the last seal', async () => {
    const { runner, journal, directory } = await journaled()
    await runner.call('nothing')
    await Promise.all([journal.close(), journal.close()])
    const before = await linesOf(directory, journal.writer as string)
    await journal.close()
    expect(await linesOf(directory, journal.writer as string)).toEqual(before)
    expect(before.filter((line) => line.includes('"kind":"seal"')).length).toBe(1)
  })

  test('while calls are on their way to the disk seals the journal once, and nothing comes after it', async () => {
    for (const turns of [0, 1, 2, 3, 5, 8, 13]) {
      const { runner, closed } = await journaled({ durability: 'relaxed' })
      runner.register('tool', { execute: () => 1 })
      await runner.call('nothing')
      await runner.call('tool', {}, { callId: 'a' })
      const waiting = runner.call('tool', {}, { callId: 'b' })
      const written = runner.call('nothing', {}, { callId: 'c' })
      for (let turn = 0; turn < turns; turn++) await endOfTurn()
      const entries = await closed()
      await Promise.all([waiting, written])
      expect([turns, kindsOf(entries).indexOf('seal')]).toEqual([turns, entries.length - 1])
      expect(entries.at(-1)).toMatchObject({ kind: 'seal', reason: 'closed', segment: 1 })
    }
  })

  test('while its first segment is being opened seals the journal once, and nothing comes after it', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const { runner, closed } = await journaled({ durability: 'relaxed' })
      const first = runner.call('nothing')
      for (let turn = 0; turn < turns; turn++) await endOfTurn()
      const entries = await closed()
      await first
      if (entries.length === 0) continue
      expect([turns, kindsOf(entries)]).toEqual([turns, expect.arrayContaining(['segment', 'seal'])])
      expect([turns, kindsOf(entries).indexOf('seal')]).toEqual([turns, entries.length - 1])
    }
  })

  test('while a commit is under way writes what came meanwhile before its last seal', async () => {
    for (const turns of [1, 2, 3, 5, 8, 13]) {
      const { journal, runner, closed } = await journaled({ durability: 'outcome' })
      runner.register('tool', { execute: () => 1 })
      await runner.call('nothing')
      const first = runner.call('tool', {}, { callId: 'a' })
      for (let turn = 0; turn < turns; turn++) await endOfTurn()
      const second = runner.call('tool', {}, { callId: 'b' })
      await endOfTurn()
      void journal.close()
      const results = await Promise.all([first, second])
      const entries = await closed()
      expect([turns, kindsOf(entries).indexOf('seal')]).toEqual([turns, entries.length - 1])
      for (const { callId, auditError } of results) {
        const ended = entries.some((entry) => entry.callId === callId && entry.outcome !== undefined)
        expect(ended).toBe(auditError === undefined)
      }
    }
  })

  test('ends the record: calls after it are blocked', async () => {
    const { runner, journal, directory, stored } = await journaled()
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool')
    await journal.close()
    const before = await stored()
    const result = await runner.call('tool')
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'audit' })
    expect(result.message).toContain(`the journal in \`${directory}\` is closed`)
    expect(result.auditError?.message).toContain('is closed')
    expect(await stored()).toEqual(before)
  })

  test('writes the calls that nobody waited for', async () => {
    stopTimers()
    const { runner, stored, closed } = await journaled({ durability: 'relaxed' })
    runner.register('tool', { execute: () => 1 })
    await runner.call('nothing')
    await runner.call('tool')
    await runner.call('tool')
    expect(kindsOf(await stored())).toEqual(['segment', 'call'])
    expect(kindsOf(await closed())).toEqual(['segment', 'call', 'call', 'call', 'seal'])
  })
})

describe('what becomes which entry:', () => {
  test('a call whose tool runs is an intent, and an outcome with what its intent has not', async () => {
    const { runner, clock, closed } = await journaled()
    runner.register('tool', {
      execute: () => {
        clock.now += 250
        return 'done'
      },
    })
    const caller = { principal: 'agent:1', tenant: 'acme', session: 's', run: 'r', traceId: 't', callId: 'call_1' }
    await runner.call('tool', { a: [1, null] }, caller)
    const [, intent, outcome] = (await closed()).map(saidBy)
    expect(intent).toEqual({
      ...caller,
      time: '2026-01-15T12:00:00.000Z',
      runner: 'default',
      tool: 'tool',
      arguments: { a: [1, null] },
      decisions: {},
    })
    expect(outcome).toEqual({
      time: '2026-01-15T12:00:00.250Z',
      intent: 1,
      callId: 'call_1',
      tool: 'tool',
      outcome: 'executed',
      durationMs: 250,
    })
  })

  test('an outcome says how it ended, and of what the gates decided only what has changed since', async () => {
    const { audit, clock, closed } = await journaled()
    const runner = new GatedToolRunner({ gates: [meter], audit, clock: clock.read })
    const fails = () => Promise.reject(new TypeError('no such city'))
    runner.register('same', { execute: () => 1, meter: { revise: false } })
    runner.register('revised', { execute: fails, meter: { revise: true } })
    await runner.call('same', {}, { callId: 'a' })
    await runner.call('revised', {}, { callId: 'b' })
    const [, , same, intent, revised] = await closed()
    expect(same).not.toHaveProperty('decisions')
    expect(intent).toMatchObject({ kind: 'intent', decisions: { meter: { kind: 'allow', units: 1 } } })
    expect(saidBy(revised as StoredEntry)).toEqual({
      time: '2026-01-15T12:00:00.000Z',
      intent: 3,
      callId: 'b',
      tool: 'revised',
      outcome: 'failed',
      reason: 'tool_error',
      message: 'tool `revised` failed: no such city',
      error: { name: 'TypeError', message: 'no such city' },
      durationMs: 0,
      decisions: { meter: { kind: 'allow', units: 5 } },
    })
  })

  test('a quick call that need not wait is one call, with the decisions as they were settled', async () => {
    const { audit, clock, closed } = await journaled({ durability: 'relaxed' })
    const runner = new GatedToolRunner({ gates: [meter], audit, clock: clock.read })
    runner.register('tool', { execute: () => 1, meter: { revise: true } })
    await runner.call('nothing')
    await runner.call('tool', { a: 1 }, { callId: 'a' })
    const entries = await closed()
    expect(kindsOf(entries)).toEqual(['segment', 'call', 'call', 'seal'])
    expect(saidBy(entries[2] as StoredEntry)).toEqual({
      time: '2026-01-15T12:00:00.000Z',
      callId: 'a',
      runner: 'default',
      tool: 'tool',
      principal: 'global',
      arguments: { a: 1 },
      decisions: { meter: { kind: 'allow', units: 5 } },
      outcome: 'executed',
      durationMs: 0,
    })
  })

  test('a slow call that need not wait is an intent within flushMs, and an outcome later', async () => {
    stopTimers()
    const { runner, journal, stored } = await journaled({ durability: 'relaxed' }, { flushMs: 100 })
    await runner.call('nothing')
    const { promise, resolve } = Promise.withResolvers<void>()
    runner.register('slow', { execute: () => promise })
    const slow = runner.call('slow')
    vi.advanceTimersByTime(100)
    await until(async () => kindsOf(await stored()).includes('intent'))
    expect(kindsOf(await stored())).toEqual(['segment', 'call', 'intent'])
    resolve()
    await slow
    await journal.close()
    expect((await stored()).at(-2)).toMatchObject({ kind: 'outcome', intent: 2, outcome: 'executed' })
  })

  test('a call that was stopped before its tool is one call, whatever stopped it', async () => {
    const { audit, clock, stored } = await journaled()
    const runner = new GatedToolRunner({ gates: [noGate], audit, clock: clock.read })
    runner.register('gated', { execute: () => 1, no: {} })
    runner.register('strict', { input: z.object({ a: z.string() }), execute: () => 1 })
    await runner.call('gated')
    await runner.call('strict', { a: 5 })
    await runner.call('nothing')
    await runner.call('strict', { a: 'x' }, { signal: AbortSignal.abort() })
    // The last of them may still be on its way: nobody waits for it.
    await audit.close()
    expect(kindsOf(await stored())).toEqual(['segment', 'call', 'call', 'call', 'call', 'seal'])
    expect((await stored()).slice(1, -1)).toMatchObject([
      { outcome: 'blocked', blockedBy: 'no', reason: 'rule', decisions: { no: { kind: 'block', message: 'never' } } },
      { outcome: 'blocked', blockedBy: 'input', reason: 'invalid_arguments', arguments: { a: 5 } },
      { outcome: 'blocked', blockedBy: 'registry', reason: 'unknown_tool', tool: 'nothing' },
      { outcome: 'blocked', blockedBy: 'abort', reason: 'aborted' },
    ])
  })

  test('a stream is an intent before it begins, and an outcome when it has ended or was left', async () => {
    const { runner, clock, audit, stored } = await journaled()
    runner.register('count', {
      execute: async function* () {
        clock.now += 100
        yield 1
        yield 2
      },
    })
    const whole = await runner.call('count', {}, { callId: 'whole' })
    expect(kindsOf(await stored())).toEqual(['segment', 'intent'])
    for await (const _ of whole.result as AsyncIterable<number>);
    const left = await runner.call('count', {}, { callId: 'left' })
    for await (const _ of left.result as AsyncIterable<number>) break
    await audit.close()
    const outcomes = (await stored()).filter(({ kind }) => kind === 'outcome')
    expect(outcomes).toMatchObject([
      { intent: 1, callId: 'whole', outcome: 'executed', durationMs: 100 },
      { intent: 3, callId: 'left', outcome: 'aborted', error: { name: 'StreamAbandonedError' } },
    ])
  })

  test('a tool that was stopped by its time is an outcome whose effect is unknown', async () => {
    stopTimers()
    const { runner, audit, stored } = await journaled()
    const started = Promise.withResolvers<void>()
    runner.register('hangs', {
      timeoutMs: 500,
      execute: () => {
        started.resolve()
        return new Promise(() => undefined)
      },
    })
    const pending = runner.call('hangs')
    await started.promise
    vi.advanceTimersByTime(500)
    await pending
    await audit.close()
    expect((await stored())[2]).toMatchObject({ kind: 'outcome', outcome: 'aborted', reason: 'timeout', intent: 1 })
  })
})

describe('a call that its caller gives up', () => {
  test('[P3] while its intent is being written leaves no intent open', async () => {
    for (const turns of [0, 1, 2, 4, 8, 16, 32]) {
      const { runner, audit, stored } = await journaled()
      await runner.call('nothing', {}, { callId: 'first' })
      const execute = vi.fn()
      runner.register('tool', { execute })
      const controller = new AbortController()
      const pending = runner.call('tool', {}, { signal: controller.signal, callId: 'given up' })
      for (let turn = 0; turn < turns; turn++) await endOfTurn()
      controller.abort()
      await pending
      await audit.close()
      const own = (await stored()).filter(({ callId }) => callId === 'given up')
      const [intent, outcome] = own
      if (execute.mock.calls.length > 0) continue
      const isCall = own.length === 1 && intent?.kind === 'call'
      const isPair = own.length === 2 && intent?.kind === 'intent' && outcome?.intent === intent.seq
      expect([turns, isCall || isPair, kindsOf(own)]).toEqual([turns, true, expect.anything()])
      expect(own.at(-1)).toMatchObject({ outcome: 'blocked', blockedBy: 'abort', reason: 'aborted' })
    }
  })

  test('[P3] while its intent is on its way to the disk is the outcome of that intent', async () => {
    const { runner, audit, stored } = await journaled()
    const controller = new AbortController()
    // A sink beside the journal that needs longer: the journal's intent is written by then.
    const beside = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const slow: AuditSink = {
      begin: () => {
        begun.resolve()
        return beside.promise
      },
      end: () => undefined,
    }
    const both = auditGate({ sinks: [...audit.sinks, slow] })
    const other = new GatedToolRunner({ audit: both })
    const execute = vi.fn()
    other.register('tool', { execute })
    await runner.call('nothing')
    const pending = other.call('tool', {}, { signal: controller.signal, callId: 'given up' })
    await begun.promise
    await until(async () => kindsOf(await stored()).includes('intent'))
    controller.abort()
    expect(await pending).toMatchObject({ status: 'blocked', blockedBy: 'abort' })
    beside.resolve()
    await audit.close()
    expect(execute).not.toHaveBeenCalled()
    const own = (await stored()).filter(({ callId }) => callId === 'given up')
    expect(own).toMatchObject([
      { kind: 'intent', seq: 2 },
      { kind: 'outcome', intent: 2, outcome: 'blocked', blockedBy: 'abort' },
    ])
  })
})

describe('with other sinks', () => {
  test('the journal and the memory sink are told the same of every call', async () => {
    const { runner, memory, audit, stored } = await journaled()
    runner.register('runs', { execute: () => 1 })
    runner.register('fails', { execute: () => Promise.reject(new Error('no')) })
    await runner.call('runs', { a: 1 }, { callId: 'a' })
    await runner.call('fails', { b: 2 }, { callId: 'b' })
    await runner.call('nothing', { c: 3 }, { callId: 'c' })
    await audit.close()
    const entries = await stored()
    const told = entries.flatMap((entry) => {
      if (entry.kind === 'call') return saidBy(entry)
      if (entry.kind !== 'outcome') return []
      const { time: _, intent, ...outcome } = saidBy(entry) as Record<string, unknown>
      return { ...saidBy(entries[intent as number] as StoredEntry), ...outcome }
    })
    expect(told).toEqual(memory.entries)
  })

  test('a call is in the journal as blocked where another sink could not begin its record', async () => {
    const { audit, stored } = await journaled()
    const full: AuditSink = { begin: () => Promise.reject(new Error('full')), end: () => undefined }
    const execute = vi.fn()
    const runner = new GatedToolRunner({ audit: auditGate({ sinks: [full, ...audit.sinks] }) })
    runner.register('tool', { execute })
    expect(await runner.call('tool')).toMatchObject({ blockedBy: 'audit' })
    await audit.close()
    expect(execute).not.toHaveBeenCalled()
    const entries = await stored()
    expect(kindsOf(entries)).toEqual(['segment', 'intent', 'outcome', 'seal'])
    expect(entries[2]).toMatchObject({ intent: 1, outcome: 'blocked', blockedBy: 'audit' })
  })

  test('a call runs where its record is not required and the journal can not be written, and its result says so', async () => {
    const { runner, errors } = await journaled(
      { required: false },
      { directory: '/dev/null/audit', keyFile: '/dev/null/k' },
    )
    runner.register('tool', { execute: () => 'done' })
    const result = await runner.call('tool')
    expect(result.result).toBe('done')
    expect(result.auditError?.message).toMatch(/ENOTDIR|EEXIST/)
    expect(errors.length).toBeLessThanOrEqual(1)
  })
})

describe('a record that can not become an entry', () => {
  const odd = {
    time: '2026-01-15T12:00:00.000Z',
    callId: 'odd',
    runner: 'default',
    tool: 'tool',
    principal: 'agent:1',
    arguments: 5n,
    decisions: {},
  }

  test('[P3] is refused: no tool runs because its intent was thought to be on the disk', async () => {
    const { journal } = await journaled()
    await expect((async () => journal.begin(odd, { durability: 'intent', erasable: [] }))()).rejects.toThrow('BigInt')
    await expect(
      (async () =>
        journal.end({ ...odd, outcome: 'executed', durationMs: 1 }, { durability: 'outcome', erasable: [] }))(),
    ).rejects.toThrow('BigInt')
  })

  test.each([
    ['', true],
    [', also by the last commit of all', false],
  ])('takes none of the others with it, and is refused, or counted as lost%s', async (_, comesAnother) => {
    const { journal, runner, closed } = await journaled({ durability: 'outcome' })
    const end = { ...odd, outcome: 'executed', durationMs: 1 } as const
    let accepted = 0
    const endOdd = async () => {
      try {
        await journal.end(end, { durability: 'relaxed', erasable: [] })
        accepted++
      } catch {
        // Whoever is told so has nothing to look for in the journal.
      }
    }
    await runner.call('nothing', {}, { callId: 'a' })
    await endOdd()
    await runner.call('nothing', {}, { callId: 'b' })
    if (!comesAnother) await endOdd()
    const entries = await closed()
    expect(entries.flatMap(({ callId }) => callId ?? [])).toEqual(['a', 'b'])
    const lost = entries.filter(({ kind }) => kind === 'lost').map((entry) => Number(entry.count))
    const count = lost.reduce((sum, each) => sum + each, 0)
    expect(count).toBeGreaterThanOrEqual(accepted)
    expect(count).toBeLessThanOrEqual(comesAnother ? 1 : 2)
  })
})
