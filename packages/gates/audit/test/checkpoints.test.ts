import { generateKeyPairSync, sign } from 'node:crypto'
import { access, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import type { Checkpoint, CheckpointSigner } from '@toolgate/audit'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  checkpointsOf,
  journaled,
  leafOf,
  linesOf,
  newDirectory,
  openCheckpoint,
  rootOf,
  until,
} from './stored-journal.ts'

afterEach(() => {
  vi.useRealTimers()
})

function stopTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
}

/** A key that the journal has no file of, and how often it has signed. */
function remoteKey(): CheckpointSigner & { signed: number; isDown: boolean } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return {
    publicKey: Buffer.from(x, 'base64url'),
    signed: 0,
    isDown: false,
    async sign(text) {
      // Rather than to go round for ever where it is asked again and again.
      if (++this.signed > 1_000) return new Promise(() => undefined)
      if (this.isDown) throw new Error('the key service is down')
      return sign(null, text, privateKey)
    },
  }
}

describe('a checkpoint', () => {
  test('is about all entries before it, and is signed with the key that the segments name', async () => {
    const { directory, journal, runner, closed } = await journaled(
      { durability: 'outcome' },
      { name: 'billing', checkpointEntries: 3, maxSegmentBytes: 4_096 },
    )
    runner.register('tool', { execute: () => 1 })
    for (let call = 0; call < 12; call++) await runner.call('tool', { text: 'x'.repeat(500) })
    await closed()
    const writer = journal.writer as string
    const leaves = (await linesOf(directory, writer)).map(leafOf)
    const checkpoints = await checkpointsOf(directory, writer)
    expect(checkpoints.length).toBeGreaterThan(4)
    for (const { origin, size, root, signer, isSigned } of checkpoints) {
      expect({ origin, root, signer, isSigned }).toEqual({
        origin: `billing/${writer}`,
        root: rootOf(leaves.slice(0, size)),
        signer: 'billing',
        isSigned: true,
      })
    }
    const sizes = checkpoints.map(({ size }) => size)
    expect(sizes).toEqual([...new Set(sizes)].toSorted((one, other) => one - other))
    expect(sizes.at(-1)).toBe(leaves.length)
  })

  test('is there before the first call is let in', async () => {
    const { directory, journal, runner } = await journaled()
    let found: unknown
    runner.register('tool', {
      execute: async () => {
        found = await checkpointsOf(directory, journal.writer as string)
      },
    })
    await runner.call('tool')
    expect(found).toMatchObject([{ size: 1, isSigned: true }])
  })

  test('is made after checkpointEntries, and not before', async () => {
    stopTimers()
    const { directory, journal, runner } = await journaled({ durability: 'outcome' }, { checkpointEntries: 4 })
    const sizes = async () => (await checkpointsOf(directory, journal.writer as string)).map(({ size }) => size)
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool')
    expect(await sizes()).toEqual([1])
    // An intent and its outcome, since nothing was there when the first call came, and two more.
    await runner.call('tool')
    expect(await sizes()).toEqual([1])
    await runner.call('tool')
    await until(async () => (await sizes()).length > 1)
    expect(await sizes()).toEqual([1, 5])
  })

  test('is made within checkpointMs of an entry, and only where there is a new one', async () => {
    stopTimers()
    const { directory, journal, runner } = await journaled({ durability: 'outcome' }, { checkpointMs: 700 })
    const sizes = async () => (await checkpointsOf(directory, journal.writer as string)).map(({ size }) => size)
    runner.register('tool', { execute: () => 1 })
    await runner.call('tool')
    await runner.call('tool')
    vi.advanceTimersByTime(699)
    await runner.call('tool')
    expect(await sizes()).toEqual([1])
    vi.advanceTimersByTime(1)
    await until(async () => (await sizes()).length > 1)
    expect(await sizes()).toEqual([1, 5])
    vi.advanceTimersByTime(10_000)
    await runner.call('tool')
    vi.advanceTimersByTime(700)
    await until(async () => (await sizes()).length > 2)
    expect(await sizes()).toEqual([1, 5, 6])
  })

  test('is made at each seal', async () => {
    stopTimers()
    const { directory, journal, runner, stored } = await journaled(
      { durability: 'outcome' },
      { maxSegmentBytes: 4_096 },
    )
    await runner.call('nothing')
    for (let call = 0; call < 3; call++) await runner.call('nothing', { text: 'x'.repeat(5_000) })
    const writer = journal.writer as string
    const sealed = (await stored()).filter(({ kind }) => kind === 'seal').map(({ seq }) => seq + 1)
    expect(sealed.length).toBe(3)
    await until(async () => (await checkpointsOf(directory, writer)).length === 4)
    expect((await checkpointsOf(directory, writer)).map(({ size }) => size)).toEqual([1, ...sealed])
  })

  test('is made when the journal is closed, about all there is', async () => {
    const { directory, journal, runner, closed } = await journaled()
    await runner.call('nothing')
    const entries = await closed()
    expect((await checkpointsOf(directory, journal.writer as string)).at(-1)?.size).toBe(entries.length)
  })
})

describe('the checkpoint callback', () => {
  test('is told each checkpoint once it is stored, as a note that verifies by itself', async () => {
    const told: { note: string; checkpoint: Checkpoint }[] = []
    const { directory, journal, runner, closed } = await journaled(
      {},
      { checkpoint: (note, checkpoint) => void told.push({ note, checkpoint }) },
    )
    await runner.call('nothing')
    const [first] = await closed()
    const stored = await checkpointsOf(directory, journal.writer as string)
    expect(told.map(({ note }) => openCheckpoint(note, String(first?.key)))).toEqual(stored)
    expect(told.map(({ checkpoint }) => checkpoint)).toEqual(
      stored.map(({ origin, size, root }) => ({ origin, size, root })),
    )
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no witness')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no witness'))],
  ])('that %s keeps no call from running, and onError is told once', async (_, checkpoint) => {
    const { runner, errors, stored } = await journaled({}, { checkpoint, checkpointEntries: 1 })
    runner.register('tool', { execute: () => 'done' })
    for (let call = 0; call < 3; call++) expect(await runner.call('tool')).toMatchObject({ status: 'executed' })
    await until(async () => (await stored()).length > 4)
    expect(errors.map(({ message }) => message)).toEqual(['no witness'])
  })

  test('that hangs keeps no call from running', async () => {
    const never = new Promise<void>(() => undefined)
    const { runner } = await journaled({}, { checkpoint: () => never, checkpointEntries: 1 })
    runner.register('tool', { timeoutMs: 1_000, execute: () => 'done' })
    let result: unknown
    void runner.call('tool').then((ended) => {
      result = ended
    })
    await until(() => result !== undefined)
    expect(result).toMatchObject({ status: 'executed' })
  })
})

describe('a signer', () => {
  test('in place of a key file may be asynchronous and have its key elsewhere', async () => {
    const signer = remoteKey()
    const { directory, journal, runner, closed } = await journaled({}, { signer })
    await runner.call('nothing')
    await closed()
    const checkpoints = await checkpointsOf(directory, journal.writer as string)
    expect(checkpoints.map(({ isSigned }) => isSigned)).toEqual([true, true])
    expect(signer.signed).toBe(2)
    await expect(access(`${directory}.key`)).rejects.toThrow('ENOENT')
  })

  test('that fails lets no call in before there is a checkpoint, and is asked again by the next', async () => {
    const signer = remoteKey()
    signer.isDown = true
    const { runner, errors } = await journaled({}, { signer })
    const execute = vi.fn()
    runner.register('tool', { execute })
    const result = await runner.call('tool')
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'audit' })
    expect(result.message).toContain('the key service is down')
    expect(execute).not.toHaveBeenCalled()
    expect(errors.length).toBe(1)
    signer.isDown = false
    expect(await runner.call('tool')).toMatchObject({ status: 'executed' })
  })

  test('that fails later keeps no call from running, is not asked without end, and onError is told once', async () => {
    stopTimers()
    const signer = remoteKey()
    const { directory, journal, runner, errors } = await journaled(
      { durability: 'outcome' },
      { signer, checkpointEntries: 1 },
    )
    await runner.call('nothing')
    await until(() => signer.signed >= 2)
    signer.isDown = true
    const before = signer.signed
    for (let call = 0; call < 5; call++) expect(await runner.call('nothing')).toMatchObject({ auditError: undefined })
    for (let turn = 0; turn < 500; turn++) await endOfTurn()
    expect(signer.signed - before).toBeLessThan(20)
    expect(errors.map(({ message }) => message)).toEqual(['the key service is down'])
    signer.isDown = false
    vi.advanceTimersByTime(60_000)
    await until(async () => (await checkpointsOf(directory, journal.writer as string)).at(-1)?.size === 7)
  })

  test('that returns what is no signature of its key is refused', async () => {
    const wrong = { publicKey: remoteKey().publicKey, sign: remoteKey().sign.bind(remoteKey()) }
    const { runner } = await journaled({}, { signer: wrong })
    runner.register('tool', { execute: () => 1 })
    const result = await runner.call('tool')
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'audit' })
    expect(result.message).toContain('signature')
  })
})

describe('the key file', () => {
  test('is made beside the directory, readable by its owner only', async () => {
    const { directory, runner } = await journaled()
    await runner.call('nothing')
    expect((await stat(`${directory}.key`)).mode & 0o777).toBe(0o600)
    expect(await readFile(`${directory}.key`, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
  })

  test('is used again: journals of one file sign with one key', async () => {
    const keyFile = join(await newDirectory(), 'keys', 'audit.key')
    const directory = await newDirectory()
    const keys = new Set<unknown>()
    for (let time = 0; time < 3; time++) {
      const { runner, closed } = await journaled({}, { directory, keyFile })
      await runner.call('nothing')
      keys.add((await closed())[0]?.key)
    }
    expect(keys.size).toBe(1)
  })

  test('is one key also where several journals begin at once', async () => {
    const directory = await newDirectory()
    const many = await Promise.all(Array.from({ length: 8 }, () => journaled({}, { directory })))
    await Promise.all(many.map(({ runner }) => runner.call('nothing')))
    const entries = await Promise.all(many.map(({ stored }) => stored()))
    expect(new Set(entries.map(([first]) => first?.key)).size).toBe(1)
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
  const publicKey = generateKeyPairSync('ed25519').publicKey
  test.each([
    ['text', 'no key at all'],
    ['nothing', ''],
    ['an RSA key', rsa.export({ format: 'pem', type: 'pkcs8' })],
    ['a public key', publicKey.export({ format: 'pem', type: 'spki' })],
  ])('with %s blocks all calls, and the error names the file and what was expected', async (_, text) => {
    const directory = await newDirectory()
    const keyFile = `${directory}.key`
    await writeFile(keyFile, text)
    const { runner } = await journaled({}, { directory })
    runner.register('tool', { execute: () => 1 })
    const result = await runner.call('tool')
    expect(result).toMatchObject({ status: 'blocked', blockedBy: 'audit' })
    expect(result.message).toContain(keyFile)
    expect(result.message).toMatch(/Ed25519.*PEM|PEM.*Ed25519/i)
    expect(await readFile(keyFile, 'utf8')).toBe(text)
  })

  test('that can not be read blocks all calls, and does once it can not any more', async () => {
    const directory = await newDirectory()
    await mkdir(`${directory}.key`)
    const { runner } = await journaled({}, { directory })
    runner.register('tool', { execute: () => 1 })
    expect((await runner.call('tool')).message).toContain(`${directory}.key`)
  })
})
