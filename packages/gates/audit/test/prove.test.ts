import { execFile } from 'node:child_process'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { JournalDamageError, JournalError } from '@toolgate/audit'
import { describe, expect, test } from 'vitest'
import { verifyEntryProof, verifyGrowthProof } from '../src/journal/proving/proof.ts'
import { proveEntry, proveGrowth } from '../src/journal/proving/prove.ts'
import { journaled, newDirectory } from './stored-journal.ts'
import { noteOf, rootOf, testKey, WrittenWriter } from './written-writer.ts'

/** A journal of so many entries, in three segments, with a checkpoint after each entry. */
async function proved(entries: number) {
  const directory = await newDirectory()
  const writer = new WrittenWriter(directory).segment()
  const notes = [writer.checkpoint()]
  while (writer.lines.length < entries) {
    if (writer.lines.length === 5 || writer.lines.length === 11) writer.segment()
    else writer.call(`ü ${writer.lines.length}`)
    notes.push(writer.checkpoint())
  }
  /** The checkpoint of so many entries. */
  const noteOfSize = (size: number) => notes[size - 1] as string
  return { directory, writer, noteOfSize, place: { directory, writer: writer.id } }
}

/** The same text with one character of a line replaced by another that can stand there. */
function edited(text: string, at: number): string {
  const lines = text.split('\n')
  const line = lines[at] as string
  const position = Math.floor(line.length / 2)
  const other = line[position] === 'A' ? 'B' : 'A'
  return lines.with(at, `${line.slice(0, position)}${other}${line.slice(position + 1)}`).join('\n')
}

const script = fileURLToPath(new URL('../../../../docs/audit/verify-proof.mjs', import.meta.url))
const run = promisify(execFile)

/** What the verifier that shares no code with this package says. */
async function verifyElsewhere(folder: string, proof: string, line: string, key: string) {
  const [proofFile, lineFile] = [join(folder, 'entry.tlog-proof'), join(folder, 'entry.json')]
  writeFileSync(proofFile, proof)
  writeFileSync(lineFile, line)
  return run(process.execPath, [script, proofFile, lineFile, key]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  )
}

describe('the proof of an entry', () => {
  test('holds for every entry, by every checkpoint that covers it', async () => {
    const { writer, noteOfSize, place } = await proved(14)
    for (let size = 1; size <= 14; size++) {
      for (let seq = 0; seq < size; seq++) {
        const { line, proof } = await proveEntry({ ...place, seq, checkpoint: noteOfSize(size) })
        expect(line).toBe(writer.lines[seq])
        const valid = { valid: true, origin: `test/${writer.id}`, index: seq, size }
        expect(verifyEntryProof({ proof, line, key: testKey })).toEqual(valid)
        expect(verifyEntryProof({ proof, line: `${line}\n`, key: testKey })).toEqual(valid)
      }
    }
  })

  test('is in the format of c2sp.org/tlog-proof, with the checkpoint as it was signed', async () => {
    const { writer, noteOfSize, place } = await proved(3)
    const { proof } = await proveEntry({ ...place, seq: 2 })
    const beside = Buffer.from(rootOf(writer.leaves.slice(0, 2)), 'hex').toString('base64')
    expect(proof).toBe(`c2sp.org/tlog-proof@v1\nindex 2\n${beside}\n\n${noteOfSize(3)}`)
    const first = await proveEntry({ ...place, seq: 0, checkpoint: noteOfSize(1) })
    expect(first.proof).toBe(`c2sp.org/tlog-proof@v1\nindex 0\n\n${noteOfSize(1)}`)
  })

  test('does not hold for another line, another key, or with any line of it edited', async () => {
    const { writer, place } = await proved(14)
    const { line, proof } = await proveEntry({ ...place, seq: 6 })
    const reasonOf = (change: Partial<Parameters<typeof verifyEntryProof>[0]>) => {
      const verdict = verifyEntryProof({ proof, line, key: testKey, ...change })
      return verdict.valid ? 'valid' : verdict.reason
    }
    expect(reasonOf({ line: writer.lines[7] as string })).toBe('the line is entry 7, and the proof is of entry 6')
    expect(reasonOf({ line: line.replace('ü', 'u') })).toMatch(/^the line is not the one in the tree/)
    expect(reasonOf({ line: 'hello' })).toBe('the line is no entry of a journal')
    const other = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
    expect(reasonOf({ key: other })).toBe(`the checkpoint is not signed with the key \`${other}\``)
    expect(reasonOf({ key: 'key' })).toMatch(/^`key` is no key of signed notes/)
    expect(reasonOf({ proof: '' })).toMatch(/^the proof does not begin as one does/)
    const lines = proof.split('\n')
    for (const at of lines.keys()) {
      if (lines[at] !== '') expect(reasonOf({ proof: edited(proof, at) })).not.toBe('valid')
      if (at < lines.length - 1) expect(reasonOf({ proof: lines.toSpliced(at, 1).join('\n') })).not.toBe('valid')
      expect(reasonOf({ proof: lines.toSpliced(at, 0, '').join('\n') })).not.toBe('valid')
    }
  })

  test('may have extra data, which proves nothing', async () => {
    const { place } = await proved(4)
    const { line, proof } = await proveEntry({ ...place, seq: 1 })
    const extra = proof.replace('\n', '\nextra aGVsbG8=\n')
    expect(verifyEntryProof({ proof: extra, line, key: testKey })).toMatchObject({ valid: true, index: 1 })
  })

  test('takes a hash in one way of writing only', async () => {
    const { place } = await proved(2)
    const { line, proof } = await proveEntry({ ...place, seq: 1 })
    // The last character before the padding has two bits that mean nothing.
    const loose = proof.replace(/^(\S{42})(\S)=$/m, (_, start: string, last: string) => {
      return `${start}${String.fromCharCode(last.charCodeAt(0) + 1)}=`
    })
    expect(verifyEntryProof({ proof: loose, line, key: testKey })).toMatchObject({ valid: false })
  })

  test('can be made of what a journal has written', async () => {
    const { directory, journal, runner } = await journaled({}, { maxSegmentBytes: 4_096 })
    runner.register('find', { execute: () => 'found' })
    for (let index = 0; index < 20; index++) await runner.call('find', { index }, { principal: 'agent:1' })
    await journal.close()
    const writer = journal.writer as string
    const first = readFileSync(join(directory, writer, '000001.jsonl'), 'utf8').split('\n')[0] as string
    const { key } = JSON.parse(first) as { key: string }
    for (const seq of [0, 7, 19]) {
      const { line, proof } = await proveEntry({ directory, writer, seq })
      expect(JSON.parse(line)).toMatchObject({ seq })
      expect(verifyEntryProof({ proof, line, key })).toMatchObject({ valid: true, index: seq })
      expect((await verifyElsewhere(directory, proof, line, key)).code).toBe(0)
    }
  })

  test('can be made of every entry that pruning has left', async () => {
    const { writer, noteOfSize, place } = await proved(14)
    writer.prune(1, 5)
    for (let size = 6; size <= 14; size++) {
      for (let seq = 5; seq < size; seq++) {
        const { line, proof } = await proveEntry({ ...place, seq, checkpoint: noteOfSize(size) })
        expect(verifyEntryProof({ proof, line, key: testKey })).toMatchObject({ valid: true, index: seq, size })
      }
    }
    const pruned = proveEntry({ ...place, seq: 4 })
    await expect(pruned).rejects.toThrow(JournalError)
    await expect(pruned).rejects.toThrow(/entry 4 of `\S+` was pruned/)
  })
})

describe('an entry can not be proved', () => {
  test('that no checkpoint covers', async () => {
    const { writer, noteOfSize, place } = await proved(3)
    writer.call('new')
    await expect(proveEntry({ ...place, seq: 3 })).rejects.toThrow(
      'is not covered: the checkpoint is about the 3 entries',
    )
    await expect(proveEntry({ ...place, seq: 1, checkpoint: noteOfSize(1) })).rejects.toThrow('is not covered')
    rmSync(join(place.directory, writer.id, 'checkpoints.jsonl'))
    await expect(proveEntry({ ...place, seq: 1 })).rejects.toThrow('has no checkpoint yet')
  })

  test('of a writer that there is not, and others are named', async () => {
    const { directory, writer } = await proved(3)
    const unknown = proveEntry({ directory, writer: '20260115T120000Z-00000000000f', seq: 0 })
    await expect(unknown).rejects.toThrow(`there are \`${writer.id}\``)
    const nowhere = proveEntry({ directory: `${directory}-not`, writer: writer.id, seq: 0 })
    await expect(nowhere).rejects.toThrow('there is no journal in')
  })

  test('by a checkpoint of another writer, or what is none', async () => {
    const { place } = await proved(3)
    const other = noteOf('test/20260115T120000Z-00000000000f', 3, rootOf([]))
    await expect(proveEntry({ ...place, seq: 0, checkpoint: other })).rejects.toThrow('the checkpoint is of `2026')
    await expect(proveEntry({ ...place, seq: 0, checkpoint: 'note' })).rejects.toThrow('this is no signed note')
  })

  test('of a journal that is not what was signed, or is shorter, or damaged', async () => {
    const { writer, place } = await proved(9)
    const path = writer.pathOf(1)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.replace('agent:1', 'agent:2'))
    await expect(proveEntry({ ...place, seq: 7 })).rejects.toThrow('are not those that the checkpoint is about')
    writeFileSync(path, whole)
    appendFileSync(path, 'garbage\n')
    await expect(proveEntry({ ...place, seq: 7 })).rejects.toThrow(JournalDamageError)
    writeFileSync(path, whole)
    rmSync(writer.path)
    await expect(proveEntry({ ...place, seq: 2 })).rejects.toThrow('has only 5 of the 9 entries')
  })

  test('with options that can not be used', async () => {
    const place = { directory: 'audit', writer: 'w' }
    await expect(proveEntry({ ...place, seq: -1 })).rejects.toThrow('proveEntry.seq is `-1`; expected a whole number')
    await expect(proveEntry({ ...place, writer: '', seq: 1 })).rejects.toThrow('proveEntry.writer is `""`')
    await expect(proveGrowth({ directory: 'audit', from: '' })).rejects.toThrow('proveGrowth.from is `""`')
  })
})

describe('the proof of growth', () => {
  test('holds between any two checkpoints of a writer', async () => {
    const { directory, writer, noteOfSize } = await proved(14)
    for (let newSize = 1; newSize <= 14; newSize++) {
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const [from, to] = [noteOfSize(oldSize), noteOfSize(newSize)]
        const proof = await proveGrowth({ directory, from, to })
        const valid = { valid: true, origin: `test/${writer.id}`, oldSize, newSize }
        expect(verifyGrowthProof({ proof, from, key: testKey })).toEqual(valid)
      }
    }
  })

  test('is what a witness is sent: the old size, the hashes, and the newer checkpoint', async () => {
    const { directory, writer, noteOfSize } = await proved(3)
    const last = Buffer.from(writer.leaves[2] as string, 'hex').toString('base64')
    expect(await proveGrowth({ directory, from: noteOfSize(2) })).toBe(`old 2\n${last}\n\n${noteOfSize(3)}`)
  })

  test('does not hold from another checkpoint, or with any line of it edited', async () => {
    const { directory, noteOfSize } = await proved(14)
    const from = noteOfSize(6)
    const proof = await proveGrowth({ directory, from })
    const reasonOf = (change: Partial<Parameters<typeof verifyGrowthProof>[0]>) => {
      const verdict = verifyGrowthProof({ proof, from, key: testKey, ...change })
      return verdict.valid ? 'valid' : verdict.reason
    }
    expect(reasonOf({ from: noteOfSize(7) })).toBe('the proof begins at 6 entries, and the kept checkpoint is about 7')
    const forged = noteOf(noteOfSize(6).split('\n')[0] as string, 6, rootOf([]))
    expect(reasonOf({ from: forged })).toMatch(/^the newer tree does not begin with the older one/)
    const elsewhere = noteOf('test/20260115T120000Z-00000000000f', 6, rootOf([]))
    expect(reasonOf({ from: elsewhere })).toMatch(/^the proof is of `test/)
    const lines = proof.split('\n')
    for (const at of lines.keys()) {
      if (lines[at] !== '') expect(reasonOf({ proof: edited(proof, at) })).not.toBe('valid')
    }
  })

  test('can not be made of a history that is another, nor backwards', async () => {
    const { directory, writer, noteOfSize } = await proved(9)
    await expect(proveGrowth({ directory, from: noteOfSize(9), to: noteOfSize(8) })).rejects.toThrow(
      'the checkpoint to start from is about 9 entries, and the other about 8',
    )
    const other = noteOf(`test/${writer.id}`, 6, rootOf([]))
    await expect(proveGrowth({ directory, from: other })).rejects.toThrow('are not those that the checkpoint')
    const none = noteOf(`test/${writer.id}`, 0, rootOf([]))
    await expect(proveGrowth({ directory, from: none })).rejects.toThrow('is about no entries')
  })

  test('can be made where the head was pruned, from any checkpoint that is not before', async () => {
    const { directory, writer, noteOfSize } = await proved(14)
    writer.prune(2, 11)
    for (let oldSize = 11; oldSize <= 14; oldSize++) {
      const from = noteOfSize(oldSize)
      const proof = await proveGrowth({ directory, from })
      expect(verifyGrowthProof({ proof, from, key: testKey })).toMatchObject({ valid: true, oldSize })
    }
    await expect(proveGrowth({ directory, from: noteOfSize(5) })).rejects.toThrow(
      /the entries .* before 11 were pruned/,
    )
  })
})

test('a verification throws only for arguments that are no strings', () => {
  const proof = { proof: '', line: '', key: '' }
  expect(() => verifyEntryProof({ ...proof, line: 7 as never })).toThrow(TypeError)
  expect(() => verifyGrowthProof({ ...proof, from: undefined as never })).toThrow('verifyGrowthProof.from is of type')
  expect(verifyEntryProof(proof)).toMatchObject({ valid: false })
})

describe('the verifier that shares no code with this package', () => {
  test('takes the proofs of all entries in trees of all sizes', async () => {
    const { directory, writer, noteOfSize, place } = await proved(9)
    for (let size = 1; size <= 9; size++) {
      for (let seq = 0; seq < size; seq++) {
        const { line, proof } = await proveEntry({ ...place, seq, checkpoint: noteOfSize(size) })
        expect(await verifyElsewhere(directory, proof, `${line}\n`, testKey)).toEqual({
          code: 0,
          stdout: `valid: entry ${seq} of test/${writer.id}, in its tree of ${size} entries\n`,
        })
      }
    }
  }, 60_000)

  test('refuses a proof with any line edited, another line, another key', async () => {
    const { directory, writer, place } = await proved(14)
    const { line, proof } = await proveEntry({ ...place, seq: 6 })
    for (const [at, text] of proof.split('\n').entries()) {
      if (text === '') continue
      const verdict = await verifyElsewhere(directory, edited(proof, at), line, testKey)
      expect(verdict).toEqual({ code: 1, stdout: expect.stringMatching(/^invalid: /) })
    }
    const otherLine = await verifyElsewhere(directory, proof, writer.lines[5] as string, testKey)
    expect(otherLine).toEqual({ code: 1, stdout: 'invalid: the line is not entry 6\n' })
    const changedLine = await verifyElsewhere(directory, proof, line.replace('ü', 'u'), testKey)
    expect(changedLine).toEqual({ code: 1, stdout: 'invalid: the line is not in the tree\n' })
    const other = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
    const otherKey = await verifyElsewhere(directory, proof, line, other)
    expect(otherKey).toEqual({ code: 1, stdout: 'invalid: the checkpoint is not signed with the key\n' })
  }, 60_000)

  test('says how it is used', async () => {
    const wrong = await run(process.execPath, [script]).catch((error: { code: number; stderr: string }) => error)
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/^usage: node verify-proof.mjs/) })
    const missing = await run(process.execPath, [script, 'no-proof', 'no-line', testKey]).catch((error) => error)
    expect(missing).toMatchObject({ code: 2 })
  })
})
