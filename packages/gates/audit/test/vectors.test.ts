import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  proveEntry,
  proveGrowth,
  readJournal,
  verifyEntryProof,
  verifyGrowthProof,
  verifyJournal,
} from '@toolgate/audit'
import { expect, onTestFinished, test } from 'vitest'
import { parseCheckpoint } from '../src/journal/format/checkpoint.ts'
import { emptyRoot, leafHash, MerkleTree, verifyConsistency, verifyInclusion } from '../src/journal/format/merkle.ts'
import { decodeNoteKey, isSignedBy, parseNote } from '../src/journal/format/note.ts'
import { disclose } from './disclosure.ts'
import { linesOf, segmentsOf } from './stored-journal.ts'
import type { Vectors, WriterVectors } from './vector-shapes.ts'
import { makeVectors, vectorsFolder } from './vectors.ts'

const folder = fileURLToPath(vectorsFolder)
const directory = join(folder, 'journal')
const vectors = JSON.parse(await readFile(join(folder, 'vectors.json'), 'utf8')) as Vectors
const { writers, inclusion, growth, verdicts, edits } = vectors
const notes = writers.map(({ checkpoints }) => checkpoints.at(-1) ?? '')

function writerOf(id: string): WriterVectors {
  const found = writers.find(({ writer }) => writer === id)
  if (found === undefined) throw new Error(`the vectors have no writer ${id}`)
  return found
}

test('the vectors are, byte for byte, what their generator makes', async () => {
  const made = makeVectors()
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile() && file.name !== 'README.md')
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length))
  expect(names.toSorted()).toEqual([...made.keys()].toSorted())
  for (const [name, text] of made) expect(await readFile(join(folder, name), 'utf8'), name).toBe(text)
})

test.for(writers)('the leaves and the roots of $writer are those of the vectors', async ({ writer, leaves, roots }) => {
  const segments = await segmentsOf(directory, writer)
  const lines = (await Promise.all(segments.map((segment) => linesOf(directory, writer, segment)))).flat()
  expect(lines.map((line) => leafHash(Buffer.from(line)))).toEqual(leaves)
  const tree = new MerkleTree()
  const grown = leaves.map((leaf) => {
    tree.append(leaf)
    return tree.root()
  })
  expect([emptyRoot, ...grown]).toEqual(roots)
})

test.for(writers)('the checkpoints of $writer are signed, and say its roots', ({ writer, key, checkpoints, roots }) => {
  expect(checkpoints.length).toBeGreaterThan(1)
  for (const note of checkpoints) {
    expect(isSignedBy(parseNote(note), decodeNoteKey(key))).toBe(true)
    const { origin, size, root } = parseCheckpoint(note)
    expect({ origin, root }).toEqual({ origin: `${vectors.journal}/${writer}`, root: roots[size] })
  }
})

test('the digests are those of the disclosures', () => {
  const values = writers.flatMap((writer) => writer.values)
  expect(values.filter(({ disclosure }) => disclosure === null)).toHaveLength(1)
  for (const { path, digest, disclosure } of values) {
    if (disclosure === null) continue
    const [salt, disclosedPath, value] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as string[]
    expect(disclosedPath).toBe(path)
    expect(disclose(salt ?? '', path, value)).toEqual({ disclosure, digest })
  }
})

test.for(inclusion)('entry $index of $size of $writer is proved by its hashes', ({ writer, index, size, hashes }) => {
  const { leaves, roots } = writerOf(writer)
  const about = { leaf: leaves[index] ?? '', index, size, root: roots[size] ?? '' }
  expect(verifyInclusion(about, hashes)).toBe(true)
  expect(verifyInclusion({ ...about, leaf: leaves[index === 0 ? 1 : 0] ?? '' }, hashes)).toBe(false)
})

test('the proofs that are made of entries have the hashes of the vectors', async () => {
  const signed = inclusion.flatMap((vector) => {
    const checkpoint = writerOf(vector.writer).checkpoints.find((note) => parseCheckpoint(note).size === vector.size)
    return checkpoint === undefined ? [] : [{ ...vector, checkpoint }]
  })
  expect(signed.length).toBeGreaterThan(3)
  for (const { writer, index, hashes, checkpoint } of signed) {
    const { line, proof } = await proveEntry({ directory, writer, seq: index, checkpoint })
    expect(proof.split('\n').slice(2, 2 + hashes.length)).toEqual(hashes.map(base64Of))
    expect(verifyEntryProof({ line, proof, key: writerOf(writer).key }).valid).toBe(true)
  }
})

test.for(growth)('that $writer has grown from $oldSize to $newSize is proved', async (vector) => {
  const { writer, oldSize, newSize, hashes } = vector
  const { key, roots, checkpoints } = writerOf(writer)
  const about = { oldSize, oldRoot: roots[oldSize] ?? '', newSize, newRoot: roots[newSize] ?? '' }
  expect(verifyConsistency(about, hashes)).toBe(true)
  expect(verifyConsistency({ ...about, oldRoot: roots[oldSize + 1] ?? '' }, hashes)).toBe(false)
  const from = checkpoints.find((note) => parseCheckpoint(note).size === oldSize) ?? ''
  const proof = await proveGrowth({ directory, from })
  expect(proof.split('\n').slice(1, 1 + hashes.length)).toEqual(hashes.map(base64Of))
  expect(verifyGrowthProof({ from, proof, key }).valid).toBe(true)
})

test.for(verdicts)(
  'the journal is $verdict with $kept.length of the checkpoints kept elsewhere',
  async ({ kept, verdict }) => {
    const report = await verifyJournal({ directory, checkpoints: kept })
    expect(report.verdict).toBe(verdict)
    expect(report.findings.map(({ severity, code, seq }) => ({ severity, code, seq }))).toEqual([
      { severity: 'note', code: 'writer_ended', seq: 9 },
    ])
    expect(report.writers.map(({ state, entries, unknown }) => ({ state, entries, unknown }))).toEqual([
      { state: 'ended', entries: 9, unknown: 1 },
      { state: 'closed', entries: 6, unknown: 0 },
    ])
  },
)

test('the calls of the journal are those that its entries tell', async () => {
  const calls: string[] = []
  for await (const { callId, outcome } of readJournal({ directory })) calls.push(`${callId} ${outcome}`)
  expect(calls).toEqual([
    'call-1 executed',
    'call-2 executed',
    'call-3 blocked',
    'call-4 unknown',
    'call-5 executed',
    'call-6 executed',
  ])
})

test.for(edits)('$what, changed in one byte, is found: $code', async ({ file, offset, byte, ...expected }) => {
  const copy = await mkdtemp(join(tmpdir(), 'toolgate-vectors-'))
  onTestFinished(() => rm(copy, { recursive: true, force: true }))
  await cp(directory, join(copy, 'journal'), { recursive: true })
  const bytes = await readFile(join(copy, file))
  expect(bytes[offset]).not.toBe(byte)
  bytes[offset] = byte
  await writeFile(join(copy, file), bytes)

  const { verdict, findings } = await verifyJournal({ directory: join(copy, 'journal'), checkpoints: notes })

  const { code, writer, entry } = expected
  expect(verdict).toBe(expected.verdict)
  const found = findings.map((finding) => ({ code: finding.code, writer: finding.writer, entry: finding.seq ?? null }))
  expect(found).toContainEqual({ code, writer, entry })
})

function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}
