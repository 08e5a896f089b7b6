import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import type { AuditEntry, AuditIntent, CheckpointSigner, RecordContext } from '@toolgate/audit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rawPublicKey } from '../src/journal/format/note.ts'
import { verifyJournal } from '../src/journal/verification/verify.ts'
import { callsIn, outcomeIn, readFiles, type WriterFiles } from './journal-files.ts'
import { audited, blockedMessage, eventually, ids, temporaryFolder } from './journal-setup.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let directory: string
beforeEach(async () => {
  folder = await temporaryFolder()
  directory = join(folder.path, 'audit')
})
afterEach(async () => {
  await folder[Symbol.asyncDispose]()
})

function onlyWriter(): WriterFiles {
  const [writer, ...others] = readFiles(directory)
  if (writer === undefined || others.length > 0) throw new Error(`there are ${others.length + 1} writers`)
  return writer
}

async function verdict(checkpoints: readonly string[] = []): Promise<string> {
  return (await verifyJournal({ directory, checkpoints })).verdict
}

/** The size that the last of the notes vouches for. */
function signedSize(notes: readonly string[]): number {
  return Number(notes.at(-1)?.split('\n')[1])
}

describe('segments', () => {
  test('[A3] that follow each other many times in the same millisecond are all there, and nothing is lost', async () => {
    const clock = () => Date.UTC(2026, 0, 15)
    const both = ['one', 'other'].map((name) => ({ name, ...audited({ directory, maxSegmentBytes: 4_096, clock }) }))
    const lanes = both.flatMap(({ name, call }) => {
      return ids(8, name).map(async (lane) => {
        for (const id of ids(25, lane)) expect((await call(id)).status).toBe('executed')
      })
    })
    await Promise.all(lanes)
    for (const { sink } of both) await sink.close()
    const files = readFiles(directory)
    for (const { segments } of files) expect(segments).toBeGreaterThan(20)
    const calls = callsIn(files)
    expect(calls.size).toBe(400)
    for (const [id, call] of calls) expect(outcomeIn(call), id).toBe('executed')
    expect(await verdict(both.flatMap(({ notes }) => notes))).toBe('intact')
  })

  test('of an age are sealed, on the journal’s own clock, and the next is begun with the next entry', async () => {
    let nowMs = Date.UTC(2026, 0, 15)
    const journaled = audited({ directory, maxSegmentAgeMs: 60_000, clock: () => nowMs })
    await journaled.call('first')
    nowMs += 59_999
    await journaled.call('still')
    expect(onlyWriter().segments).toBe(1)
    nowMs += 1
    await journaled.call('last of its segment')
    await journaled.call('first of the next')
    await journaled.sink.close()
    const { entries, segments } = onlyWriter()
    expect(segments).toBe(2)
    const seals = entries.filter(({ kind }) => kind === 'seal').map(({ reason, time }) => [reason, time])
    expect(seals).toEqual([
      ['age', '2026-01-15T00:01:00.000Z'],
      ['closed', '2026-01-15T00:01:00.000Z'],
    ])
    expect(await verdict(journaled.notes)).toBe('intact')
  })

  test('are sealed at their age though no call comes', async () => {
    const journaled = audited({ directory, maxSegmentAgeMs: 50 })
    await journaled.call('only')
    await eventually(() => expect(onlyWriter().entries.at(-1)).toMatchObject({ kind: 'seal', reason: 'age' }))
    expect(onlyWriter().segments).toBe(1)
    await journaled.sink.close()
    expect(onlyWriter().entries.at(-1)).toMatchObject({ kind: 'seal', reason: 'closed' })
    expect(await verdict(journaled.notes)).toBe('intact')
  })

  test('say which calls are in flight, and the outcome of one is linked over all of them', async () => {
    const journaled = audited({ directory, maxSegmentBytes: 4_096 })
    const long = journaled.start('long')
    await eventually(() => expect(journaled.ran).toEqual(['long']))
    for (const id of ids(40)) await journaled.call(id, { text: 'x'.repeat(500) })
    long.end()
    expect((await long.result).status).toBe('executed')
    await journaled.sink.close()
    const { entries, segments } = onlyWriter()
    const [{ seq } = { seq: -1 }] = callsIn([onlyWriter()]).get('long')?.intents ?? []
    expect(segments).toBeGreaterThan(5)
    const beginnings = entries.filter(({ kind, seq: own }) => kind === 'segment' && own > seq)
    for (const { inFlight } of beginnings.slice(0, 5)) expect(inFlight).toContain(seq)
    expect(callsIn([onlyWriter()]).get('long')?.outcomes).toMatchObject([{ intent: seq, outcome: 'executed' }])
    expect(await verdict(journaled.notes)).toBe('intact')
  })
})

/** A signer that fails when it is told to, and counts how often it is asked. */
function moodySigner(): CheckpointSigner & { isWell: boolean; asked: number } {
  const { privateKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: rawPublicKey(privateKey),
    isWell: true,
    asked: 0,
    async sign(text) {
      // Whoever asks without end is not answered, so that the test ends.
      if (++this.asked > 1_000) await new Promise(() => undefined)
      if (!this.isWell) throw new Error('the key service is away')
      return sign(null, text, privateKey)
    },
  }
}

describe('a signer that fails', () => {
  test('[A1] at the start blocks calls and says why, and they pass once it is well', async () => {
    const signer = Object.assign(moodySigner(), { isWell: false })
    const journaled = audited({ directory, signer })
    for (const id of ids(3)) {
      expect(blockedMessage(await journaled.call(id))).toContain('the key service is away')
    }
    expect(journaled.ran).toEqual([])
    signer.isWell = true
    expect((await journaled.call('after')).status).toBe('executed')
    await journaled.sink.close()
    expect(onlyWriter().segments).toBe(1)
    expect([...callsIn([onlyWriter()]).keys()]).toEqual([...ids(3), 'after'])
    expect(await verdict(journaled.notes)).toBe('intact')
    expect(journaled.errors).toHaveLength(1)
  })

  test('later blocks nothing, is told once for each outage, and asked again no sooner than its time', async () => {
    const signer = moodySigner()
    const journaled = audited({ directory, signer, checkpointEntries: 1, checkpointMs: 20 })
    for (const outage of [1, 2]) {
      signer.isWell = true
      await journaled.call(`well ${outage}`)
      await eventually(() => expect(signedSize(journaled.notes)).toBe(onlyWriter().entries.length))
      signer.isWell = false
      const [askedBefore, beganMs] = [signer.asked, performance.now()]
      for (const id of ids(5, `outage ${outage}`)) expect((await journaled.call(id)).status).toBe('executed')
      await eventually(() => expect(signer.asked).toBeGreaterThan(askedBefore + 20))
      expect(performance.now() - beganMs).toBeGreaterThan(80)
      expect(journaled.errors).toHaveLength(outage)
      expect(journaled.errors.at(-1)).toContain('the key service is away')
    }
    signer.isWell = true
    await eventually(() => expect(signedSize(journaled.notes)).toBe(onlyWriter().entries.length))
    await journaled.sink.close()
    expect(await verdict(journaled.notes)).toBe('intact')
  })

  test('when the journal is closed is said by closing, and closing it again signs the end', async () => {
    const signer = moodySigner()
    const journaled = audited({ directory, signer })
    await journaled.call('only')
    signer.isWell = false
    await expect(journaled.sink.close()).rejects.toThrow('the key service is away')
    signer.isWell = true
    await journaled.sink.close()
    expect(signedSize(journaled.notes)).toBe(onlyWriter().entries.length)
    expect(onlyWriter().segments).toBe(1)
    expect(await verdict(journaled.notes)).toBe('intact')
  })
})

describe('closing', () => {
  test('before anything was written leaves nothing', async () => {
    const journaled = audited({ directory })
    await journaled.sink.close()
    expect(existsSync(directory)).toBe(false)
    expect(readdirSync(folder.path)).toEqual([])
    expect(blockedMessage(await journaled.call('after'))).toContain(`the journal in \`${directory}\` is closed`)
    expect(existsSync(directory)).toBe(false)
  })

  test('twice, at once or later, seals once', async () => {
    const journaled = audited({ directory })
    await journaled.call('only')
    await Promise.all([journaled.sink.close(), journaled.sink.close()])
    await journaled.sink.close()
    const { entries, segments } = onlyWriter()
    expect(segments).toBe(1)
    expect(entries.map(({ kind }) => kind)).toEqual(['segment', 'intent', 'outcome', 'seal'])
    expect(signedSize(journaled.notes)).toBe(4)
    expect(await verdict(journaled.notes)).toBe('intact')
  })

  test('blocks the calls after it, and flags those that end after it', async () => {
    const journaled = audited({ directory })
    const underWay = ids(32).map((id) => journaled.start(id))
    await eventually(() => expect(journaled.ran).toHaveLength(32))
    await journaled.sink.close()
    const { entries } = onlyWriter()
    for (const { end } of underWay) end()
    for (const { result } of underWay) {
      expect(await result).toMatchObject({ status: 'executed', auditError: { message: /is closed/ } })
    }
    expect(blockedMessage(await journaled.call('after'))).toContain('is closed')
    expect(onlyWriter().entries).toEqual(entries)
    const intents = entries.filter(({ kind }) => kind === 'intent').map(({ callId }) => callId)
    expect(intents.sort()).toEqual(ids(32).sort())
    expect(await verdict(journaled.notes)).toBe('intact')
  })

  test('[A1] [A3] at any moment leaves a sealed journal of all that ran', async () => {
    for (let turns = 0; turns < 30; turns++) {
      directory = join(folder.path, `after ${turns} turns`)
      const journaled = audited({ directory, signer: moodySigner(), maxSegmentBytes: 4_096 })
      const results = ids(10).map((id) => journaled.call(id, { text: 'x'.repeat(700) }))
      for (let passed = 0; passed < turns; passed++) {
        await turn()
        results.push(journaled.call(`turn ${passed}`))
      }
      await journaled.sink.close()
      const closed = existsSync(directory) ? onlyWriter() : undefined
      await Promise.all(results)
      if (closed === undefined) {
        expect(journaled.ran).toEqual([])
        continue
      }
      expect(closed.entries.at(-1), `after ${turns} turns`).toMatchObject({ kind: 'seal', reason: 'closed' })
      expect(onlyWriter().entries).toEqual(closed.entries)
      expect(signedSize(journaled.notes)).toBe(closed.entries.length)
      const calls = callsIn([closed])
      for (const id of journaled.ran) expect(calls.get(id)?.intents, id).toHaveLength(1)
      expect(await verdict(journaled.notes)).toBe('intact')
    }
  })

  test('rejects where the disk does not take what is left, and closing it again writes it', async () => {
    const journaled = audited({ directory, maxSegmentBytes: 4_096 })
    const long = journaled.start('long')
    await eventually(() => expect(journaled.ran).toEqual(['long']))
    const path = join(directory, onlyWriter().writer, '000001.jsonl')
    await writeFile(path, 'something else', { flag: 'a' })
    long.end()
    await long.result
    await expect(journaled.sink.close()).rejects.toThrow(`the journal in \`${directory}\` can not be written`)
    await journaled.sink.close()
    expect(outcomeIn(callsIn([onlyWriter()]).get('long'))).toBe('executed')
    expect(onlyWriter().entries.at(-1)).toMatchObject({ kind: 'seal', reason: 'closed' })
    expect(await verdict(journaled.notes)).toBe('intact')
  })
})

describe('a record that is too long for a line', () => {
  const intent: AuditIntent = {
    time: '2026-01-15T00:00:00.000Z',
    callId: 'long',
    runner: 'default',
    tool: 'tool',
    principal: 'agent:1',
    arguments: 'x'.repeat(70_000_000),
    decisions: {},
  }
  const entry: AuditEntry = { ...intent, outcome: 'executed', durationMs: 1 }
  const context: RecordContext = { durability: 'relaxed', erasable: [] }

  test.each([
    ['that takes the place of its intent', { ...context, intent }],
    ['that has no intent', context],
  ])('and is in the last commit is told as lost before the last seal: one %s', async (_, ofEnd) => {
    const journaled = audited({ directory }, { durability: 'relaxed' })
    await journaled.call('first')
    if (ofEnd.intent !== undefined) await journaled.sink.begin(intent, context)
    const end = async () => journaled.sink.end(entry, ofEnd)
    await end().catch(({ message }) => expect(message).toContain('is too long for a line'))
    await journaled.sink.close()
    const { entries } = onlyWriter()
    expect(entries.filter(({ kind }) => kind === 'lost')).toMatchObject([{ count: 1 }])
    expect(entries.at(-1)).toMatchObject({ kind: 'seal', reason: 'closed' })
    const { findings } = await verifyJournal({ directory, checkpoints: journaled.notes })
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(signedSize(journaled.notes)).toBe(entries.length)
  })
})

describe('relaxed calls', () => {
  test('are on the disk within flushMs, without anybody asking for it', async () => {
    const journaled = audited({ directory, flushMs: 30 }, { durability: 'relaxed' })
    await journaled.call('first')
    for (const id of ids(50)) await journaled.call(id)
    await eventually(() => expect(callsIn(readFiles(directory)).size).toBe(51))
    await journaled.sink.close()
  })

  test('of a loop that never lets go of the processor wait when too many do, and none is lost', async () => {
    const journaled = audited({ directory }, { durability: 'relaxed' })
    await journaled.call('first')
    let mostAhead = 0
    for (let number = 0; number < 6_000; number++) {
      await journaled.call(`call ${number}`)
      if (number % 100 === 0) mostAhead = Math.max(mostAhead, number - callsIn(readFiles(directory)).size)
    }
    await journaled.sink.close()
    expect(mostAhead).toBeLessThan(2_000)
    const calls = callsIn([onlyWriter()])
    expect(calls.size).toBe(6_001)
    for (const [id, call] of calls) expect(outcomeIn(call), id).toBe('executed')
    expect(await verdict(journaled.notes)).toBe('intact')
  })
})
