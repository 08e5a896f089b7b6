import { generateKeyPairSync, sign } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { auditGate, type Durability, jsonlSink, memorySink } from '@toolgate/audit'
import { GatedToolRunner, PolicyError } from '@toolgate/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { rawPublicKey } from '../src/journal/format/note.ts'
import { journaled, newDirectory, until } from './stored-journal.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** The kinds of the entries of a call that stand in the files of a journal at this very moment. */
function kindsNow(directory: string, callId: string): string[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\d{6}\.jsonl$/.test(name),
  )
  const lines = files.flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1))
  const entries = lines.map((line) => JSON.parse(line) as { readonly kind: string; readonly callId?: string })
  return entries.filter((entry) => entry.callId === callId).map(({ kind }) => kind)
}

/** What stands on the disk of one call: while its tool runs, and when its result has come. */
async function seen(gate: Durability | undefined, tool: Durability | undefined) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { directory, runner } = await journaled(gate === undefined ? {} : { durability: gate })
  await runner.call('nothing')
  let during: string[] = []
  runner.register('tool', {
    execute: () => {
      during = kindsNow(directory, 'a')
    },
    ...(tool !== undefined && { audit: { durability: tool } }),
  })
  await runner.call('tool', {}, { callId: 'a' })
  return { during, after: kindsNow(directory, 'a') }
}

describe('durability', () => {
  test.each([
    ['intent', undefined],
    ['relaxed', 'intent'],
    [undefined, undefined],
  ] as const)(
    '[A1] `intent` has the intent on the disk before the tool starts: gate %s, tool %s',
    async (gate, tool) => {
      expect(await seen(gate, tool)).toEqual({ during: ['intent'], after: ['intent'] })
    },
  )

  test.each([
    ['outcome', undefined],
    ['intent', 'outcome'],
  ] as const)('`outcome` has the outcome on the disk before the result comes: gate %s, tool %s', async (gate, tool) => {
    expect(await seen(gate, tool)).toEqual({ during: [], after: ['call'] })
  })

  test.each([
    ['relaxed', undefined],
    ['outcome', 'relaxed'],
  ] as const)('`relaxed` waits for no disk: gate %s, tool %s', async (gate, tool) => {
    expect(await seen(gate, tool)).toEqual({ during: [], after: [] })
  })

  test('`outcome` has the outcome of a call that was blocked on the disk before its result comes', async () => {
    const { directory, runner } = await journaled({ durability: 'outcome' })
    await runner.call('nothing', {}, { callId: 'a' })
    await runner.call('nothing', {}, { callId: 'b' })
    expect(kindsNow(directory, 'a')).toEqual(['call'])
    expect(kindsNow(directory, 'b')).toEqual(['call'])
  })

  test.each(['intent', 'outcome', 'relaxed'] as const)(
    '[A1] the first call of all finds out whether the disk takes anything: %s',
    async (durability) => {
      const { directory, runner } = await journaled({ durability })
      let during: string[] = []
      runner.register('tool', {
        execute: () => {
          during = kindsNow(directory, 'a')
        },
      })
      await runner.call('tool', {}, { callId: 'a' })
      expect(during).toEqual(['intent'])
    },
  )

  test.each(['intent', 'outcome', 'relaxed'] as const)(
    '[A1] a directory that can not be made blocks calls: %s',
    async (durability) => {
      const file = `${await newDirectory()}-key`
      const { runner, errors } = await journaled({ durability }, { directory: '/dev/null/audit', keyFile: file })
      const execute = vi.fn()
      runner.register('tool', { execute })
      const result = await runner.call('tool')
      expect(result).toMatchObject({ status: 'blocked', blockedBy: 'audit', reason: 'unavailable' })
      expect(result.message).toContain('the journal in `/dev/null/audit` can not be written: ')
      expect(execute).not.toHaveBeenCalled()
      expect(errors.length).toBe(1)
    },
  )

  test.each(['outcome', 'relaxed'] as const)(
    '[A1] lets no call in before the first checkpoint is signed, and none where it can not be: %s',
    async (durability) => {
      for (const isWell of [true, false]) {
        const { privateKey } = generateKeyPairSync('ed25519')
        const answer = Promise.withResolvers<void>()
        let isAsked = false
        const signer = {
          publicKey: rawPublicKey(privateKey),
          sign: async (text: Uint8Array) => {
            isAsked = true
            await answer.promise
            return sign(null, text, privateKey)
          },
        }
        const { runner } = await journaled({ durability }, { signer })
        const execute = vi.fn()
        runner.register('tool', { execute })
        const first = runner.call('tool')
        await until(() => isAsked)
        const second = runner.call('tool')
        for (let turns = 0; turns < 50; turns++) await turn()
        expect(execute).not.toHaveBeenCalled()
        if (isWell) answer.resolve()
        else answer.reject(new Error('the key service is away'))
        const blocked = {
          status: 'blocked',
          blockedBy: 'audit',
          message: expect.stringContaining('key service is away'),
        }
        const expected = isWell ? { status: 'executed' } : blocked
        expect(await Promise.all([first, second])).toMatchObject([expected, expected])
        expect(execute).toHaveBeenCalledTimes(isWell ? 2 : 0)
      }
    },
  )

  test('`outcome` flags a call whose outcome can not be made a line', async () => {
    const { runner, directory, closed } = await journaled({ durability: 'outcome' }, { maxBacklogChars: 1 << 30 })
    await runner.call('nothing')
    runner.register('tool', { execute: () => 1 })
    const result = await runner.call('tool', { text: 'x'.repeat(70_000_000) }, { callId: 'a' })
    expect(result).toMatchObject({
      status: 'executed',
      auditError: { message: expect.stringContaining('is too long for a line') },
    })
    expect((await closed()).filter(({ kind }) => kind === 'lost')).toMatchObject([{ count: 1 }])
    expect(kindsNow(directory, 'a')).toEqual([])
  })

  test('of a gate without a journal is refused, and the error names the mend', () => {
    for (const sinks of [undefined, [memorySink()], [jsonlSink({ path: 'a' })]]) {
      const make = () => auditGate({ ...(sinks !== undefined && { sinks }), durability: 'intent' })
      expect(make).toThrow(PolicyError)
      expect(make).toThrow(
        'auditGate.durability is `"intent"`; expected nothing, for no sink here syncs to a disk; add journal({ directory: "audit" })',
      )
    }
  })

  test('of a tool without a journal is refused, and the error names the tool', () => {
    const runner = new GatedToolRunner({ audit: auditGate({ sinks: [memorySink()] }) })
    const register = () => runner.register('pay', { execute: () => 1, audit: { durability: 'outcome' } })
    expect(register).toThrow('tool `pay`: audit.durability is `"outcome"`; expected nothing, for no sink here syncs')
    expect(register).toThrow('add journal({ directory: "audit" })')
  })

  test.each(['sync', 5, null, ['intent']])(
    '%j is refused, and the error names the values there are',
    async (durability) => {
      const { audit } = await journaled()
      const expected = /durability is `.*`; expected one of "intent", "outcome", "relaxed"/
      expect(() => auditGate({ sinks: audit.sinks, durability: durability as never })).toThrow(expected)
      const runner = new GatedToolRunner({ audit })
      const register = () => runner.register('pay', { execute: () => 1, audit: { durability: durability as never } })
      expect(register).toThrow(expected)
    },
  )
})
