import { appendFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { JournalDamageError, type ReadJournalOptions, readJournal } from '@toolgate/audit'
import { describe, expect, test } from 'vitest'
import { thisProcess } from '../src/journal/format/process.ts'
import { openFiles } from './open-files.ts'
import { newDirectory } from './stored-journal.ts'
import { WrittenWriter } from './written-writer.ts'

describe('following', () => {
  /** Reads on, and tells what has come so far. */
  function follow(options: ReadJournalOptions) {
    const abort = new AbortController()
    const outcomes: string[] = []
    const reading = async () => {
      for await (const call of readJournal({ ...options, follow: true, signal: abort.signal })) {
        outcomes.push(`${call.callId} ${call.outcome}`)
      }
    }
    const ended = reading()
    ended.catch(() => undefined)
    const come = (expected: readonly string[]) => expect.poll(() => outcomes, { timeout: 5_000 }).toEqual(expected)
    return { come, ended, stop: () => abort.abort() }
  }

  test('goes on with new entries, segments and writers until the signal aborts', async () => {
    const directory = await newDirectory()
    const one = new WrittenWriter(directory, '20260115T120001Z').segment({ process: thisProcess() })
    const running = one.intent('a')
    one.call('b')
    const { come, ended, stop } = follow({ directory })
    await come(['b executed'])
    one.outcome(running, 'a')
    await come(['b executed', 'a executed'])
    one.seal('size').segment({ process: thisProcess() }).call('c')
    await come(['b executed', 'a executed', 'c executed'])
    const two = new WrittenWriter(directory, '20260115T120002Z').segment({ process: thisProcess() })
    two.call('d')
    await come(['b executed', 'a executed', 'c executed', 'd executed'])
    const line = Buffer.from(`${one.lines[1]}`.replace('"seq":1,', `"seq":${one.lines.length},`).replace('"a"', '"e"'))
    one.raw(line.subarray(0, 50).toString())
    two.intent('f')
    two.seal('closed')
    await come(['b executed', 'a executed', 'c executed', 'd executed', 'f unknown'])
    stop()
    await expect(ended).resolves.toBeUndefined()
    expect(openFiles(directory)).toEqual([])
  })

  test('tells the calls of a process that is gone as unknown, and reads a call once that was written anew', async () => {
    const directory = await newDirectory()
    const one = new WrittenWriter(directory, '20260115T120001Z').segment({ process: thisProcess() })
    const first = one.intent('a')
    const { length: bytes } = await readFile(one.path)
    const lost = one.intent('never let in')
    one.outcome(first, 'a')
    const { come, ended, stop } = follow({ directory })
    await come(['a executed'])
    one.takeBack(2)
    one.segment({ process: thisProcess(), after: { segment: 1, bytes } })
    one.outcome(first, 'a')
    one.call('b')
    expect(lost).toBe(2)
    await come(['a executed', 'b executed'])
    new WrittenWriter(directory, '20260115T120002Z').segment().intent('c')
    await come(['a executed', 'b executed', 'c unknown'])
    one.seal('closed')
    stop()
    await ended
  })

  test('throws at once at damage that nobody wants to be told of', async () => {
    const directory = await newDirectory()
    const writer = new WrittenWriter(directory).segment({ process: thisProcess() })
    writer.call('a')
    const { come, ended } = follow({ directory })
    await come(['a executed'])
    appendFileSync(writer.path, 'garbage\n')
    await expect(ended).rejects.toThrow(JournalDamageError)
  })
})
