import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type JournalOptions, journal } from '@toolgate/audit'
import { PolicyError } from '@toolgate/core'
import { describe, expect, test } from 'vitest'
import { parseCheckpoint } from '../src/journal/format/checkpoint.ts'
import { checkpointsOf, journaled, newDirectory } from './stored-journal.ts'

const publicKey = Buffer.alloc(32)
const sign = (text: Uint8Array) => text
const copy = { name: 'pino', write: () => undefined }

const aName = 'expected a name of 1 to 100 characters without spaces, `+` and `/`, such as "billing-agents"'
const aSigner = 'expected { publicKey, sign } with the 32 bytes of an Ed25519 public key and a function'
const someCopies = 'expected a list of copies, such as [pinoCopy(logger)], with names of a-z, 0-9 and "-"'

describe('options that can not be used name the field, the value and what was expected:', () => {
  test.each<[object, string]>([
    [{ directory: undefined }, 'journal.directory is `undefined`; expected the path of a directory, such as "audit"'],
    [{ directory: '' }, 'journal.directory is `""`; expected the path of a directory'],
    [{ directory: 5 }, 'journal.directory is `5`; expected the path of a directory'],
    [{ name: '' }, `journal.name is \`""\`; ${aName}`],
    [{ name: 'a b' }, `journal.name is \`"a b"\`; ${aName}`],
    [{ name: 'a+b' }, `journal.name is \`"a+b"\`; ${aName}`],
    [{ name: 'a/b' }, `journal.name is \`"a/b"\`; ${aName}`],
    [{ name: 'a\nb' }, `journal.name is \`"a\\nb"\`; ${aName}`],
    [{ name: 'a\u0001' }, `journal.name is `],
    [{ name: 'a\ud800' }, `journal.name is `],
    [{ name: 'x'.repeat(101) }, 'journal.name is `'],
    [{ name: 5 }, `journal.name is \`5\`; ${aName}`],
    [{ keyFile: '' }, 'journal.keyFile is `""`; expected the path of a file, such as "/etc/toolgate/audit.key"'],
    [{ keyFile: 5 }, 'journal.keyFile is `5`; expected the path of a file'],
    [{ signer: 5 }, `journal.signer is \`5\`; ${aSigner}`],
    [{ signer: null }, `journal.signer is \`null\`; ${aSigner}`],
    [{ signer: { publicKey } }, aSigner],
    [{ signer: { sign } }, aSigner],
    [{ signer: { publicKey: Buffer.alloc(31), sign } }, aSigner],
    [{ signer: { publicKey: 'a'.repeat(32), sign } }, aSigner],
    [{ signer: { publicKey, sign }, keyFile: 'a' }, 'expected no signer beside a keyFile: leave out one'],
    [{ checkpoint: {} }, 'journal.checkpoint is `{}`; expected a function'],
    [{ checkpointEntries: 0 }, 'journal.checkpointEntries is `0`; expected a whole number of 1 or more'],
    [{ checkpointEntries: 1.5 }, 'journal.checkpointEntries is `1.5`; expected a whole number of 1 or more'],
    [{ checkpointMs: 0 }, 'journal.checkpointMs is `0`; expected a whole number from 1 to 2147483647'],
    [{ maxSegmentBytes: 4_095 }, 'journal.maxSegmentBytes is `4095`; expected a whole number from 4096 to 1073741824'],
    [{ maxSegmentBytes: 1e10 }, 'journal.maxSegmentBytes is `10000000000`; expected a whole number from 4096'],
    [{ maxSegmentAgeMs: 0 }, 'journal.maxSegmentAgeMs is `0`; expected a whole number from 1 to 2147483647'],
    [{ flushMs: 0 }, 'journal.flushMs is `0`; expected a whole number from 1 to 60000'],
    [{ flushMs: 60_001 }, 'journal.flushMs is `60001`; expected a whole number from 1 to 60000'],
    [{ maxBacklogChars: 1_023 }, 'journal.maxBacklogChars is `1023`; expected a whole number of 1024 or more'],
    [{ copies: {} }, `journal.copies is \`{}\`; ${someCopies}`],
    [{ copies: [null] }, someCopies],
    [{ copies: [{ name: 'pino' }] }, someCopies],
    [{ copies: [{ ...copy, name: 'A b' }] }, someCopies],
    [{ copies: [{ ...copy, name: '' }] }, someCopies],
    [{ copies: [copy, { ...copy }] }, 'expected copies of different names: give one another'],
    [{ onError: 'log' }, 'journal.onError is `"log"`; expected a function'],
    [{ clock: 5 }, 'journal.clock is `5`; expected a function'],
    [
      { path: 'audit' },
      'journal.path is `"audit"`; expected no such field; there are directory, name, keyFile, signer',
    ],
  ])('%j', (options, message) => {
    const make = () => journal({ directory: 'never-made', ...options } as JournalOptions)
    expect(make).toThrow(PolicyError)
    expect(make).toThrow(message)
  })

  test.each([undefined, null, 'audit', ['audit']])('%j, which is no options at all', (options) => {
    expect(() => journal(options as never)).toThrow(PolicyError)
    expect(() => journal(options as never)).toThrow('an object with fields out of directory, name, ')
  })
})

test.each(['a', 'ü-日本', 'a.b:c_d-e', 'x'.repeat(100), '😀'])(
  'a name that is taken, such as %j, can be read again from every checkpoint',
  async (name) => {
    const { directory, journal: trail, runner, closed } = await journaled({}, { name })
    await runner.call('nothing')
    await closed()
    const writer = trail.writer as string
    for (const { note, isSigned } of await checkpointsOf(directory, writer)) {
      expect(parseCheckpoint(note).origin).toBe(`${name}/${writer}`)
      expect(isSigned).toBe(true)
    }
  },
)

test('making a journal touches no disk: what is wrong with its directory is found out by the first call', async () => {
  const directory = await newDirectory()
  const trail = journal({ directory })
  expect(trail.writer).toBeUndefined()
  expect(await readdir(join(directory, '..'))).toEqual([])
})

describe('what can not be pruned or erased names the field, the value and what was expected:', () => {
  test.each<[unknown, string]>([
    [undefined, 'an object with fields out of olderThanMs'],
    [{}, 'prune.olderThanMs is `undefined`; expected a whole number of 0 or more, such as 7776000000'],
    [{ olderThanMs: -1 }, 'prune.olderThanMs is `-1`; expected a whole number of 0 or more'],
    [{ olderThanMs: Number.NaN }, 'prune.olderThanMs is `NaN`; expected a whole number of 0 or more'],
    [{ olderThanMs: 5, writer: 'a' }, 'prune.writer is `"a"`; expected no such field; there are olderThanMs'],
  ])('prune %j', async (options, message) => {
    const { journal: trail } = await journaled()
    await expect(trail.prune(options as never)).rejects.toThrow(PolicyError)
    await expect(trail.prune(options as never)).rejects.toThrow(message)
  })

  const writer = '20260115T120000Z-0123456789ab'
  test.each<[unknown, string]>([
    [undefined, 'an object with fields out of writer, entry, path, reason'],
    [{ entry: 1 }, 'erase.writer is `undefined`; expected the id of a writer'],
    [{ writer: '../../etc', entry: 1 }, 'erase.writer is `"../../etc"`; expected the id of a writer'],
    [{ writer }, 'erase.entry is `undefined`; expected the number of an entry'],
    [{ writer, entry: -1 }, 'erase.entry is `-1`; expected a whole number of 0 or more'],
    [{ writer, entry: '1' }, 'erase.entry is `"1"`; expected a whole number of 0 or more'],
    [{ writer, entry: 1, path: 5 }, 'erase.path is `5`; expected'],
    [{ writer, entry: 1, reason: 5 }, 'erase.reason is `5`; expected'],
    [{ writer, entry: 1, seq: 5 }, 'erase.seq is `5`; expected no such field; there are writer, entry, path, reason'],
  ])('erase %j', async (options, message) => {
    const { journal: trail } = await journaled()
    await expect(trail.erase(options as never)).rejects.toThrow(PolicyError)
    await expect(trail.erase(options as never)).rejects.toThrow(message)
  })
})
