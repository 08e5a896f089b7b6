import { createHash, createPrivateKey, type KeyObject } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Disclosed, disclose } from './disclosure.ts'
import { type Fields, FixtureJournal, FixtureKey, type FixtureWriter } from './fixture-journal.ts'
import { editsOf } from './vector-edits.ts'
import { consistencyPath, inclusionPath, rootAfter } from './vector-proofs.ts'
import type { GrowthVector, InclusionVector, ValueVector, Vectors, WriterVectors } from './vector-shapes.ts'

/**
 * Makes the test vectors of the journal's format, which are in `docs/audit/vectors`, the same at all times and
 * everywhere. What is expected of them is said here by hand, and not asked of the code that is tested with them.
 *
 *   node packages/gates/audit/test/vectors.ts
 *
 * writes them anew.
 */
export const vectorsFolder: URL = new URL('../../../../docs/audit/vectors/', import.meta.url)

/** The first of the test keys of RFC 8032, section 7.1, whose private half everybody knows. */
const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'

function seededKey(): KeyObject {
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex')
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** A value as it stands in a values file, and what the vectors say of it. */
interface StoredValue extends Disclosed {
  readonly path: string
}

function storedValue(path: string, value: string): StoredValue {
  // A salt that is the same each time. One of a journal is random.
  const salt = createHash('sha256').update(value).digest().subarray(0, 16).toString('base64url')
  return { path, ...disclose(salt, path, value) }
}

const emails = {
  kim: storedValue('email', 'kim@example.com'),
  lee: storedValue('email', 'lee@example.com'),
  sam: storedValue('email', 'sam@example.com'),
} as const

/** The files, by their paths in the folder. */
export function makeVectors(): Map<string, string> {
  const journal = new FixtureJournal({ name: 'vectors', key: new FixtureKey('vectors', seededKey()) })
  const crashed = crashedWriter(journal)
  const closed = closedWriter(journal, crashed)
  const kim = { entry: 1, path: 'email', digest: emails.kim.digest, disclosure: null }
  const vectors: Vectors = {
    format: 1,
    journal: journal.name,
    seed,
    writers: [
      vectorsOf(journal, crashed, [kim, { entry: 3, ...emails.lee }]),
      vectorsOf(journal, closed, [{ entry: 2, ...emails.sam }]),
    ],
    inclusion: [
      ...[0, 3, 7].map((index) => inclusionOf(crashed, index, 8)),
      inclusionOf(crashed, 8, 9),
      inclusionOf(closed, 2, 6),
    ],
    growth: [growthOf(crashed, 1, 8), growthOf(crashed, 5, 8), growthOf(closed, 1, 6)],
    verdicts: [
      { kept: [], verdict: 'unanchored' },
      // It says nothing of the writer that came later.
      { kept: [crashed.note], verdict: 'unanchored' },
      // It covers what its writer has found of the other.
      { kept: [closed.note], verdict: 'intact' },
      { kept: journal.notes, verdict: 'intact' },
    ],
    edits: editsOf(journal, crashed, closed),
  }
  const files = [...journal.files].map(([file, text]) => [`journal/${file}`, text] as const)
  return new Map([...files, ['vectors.json', `${JSON.stringify(vectors, null, 2)}\n`]])
}

const process: Fields = { host: 'host.example', pid: 4711, started: 'the first boot' }

/** Two segments, the second of which ends in the middle of a line, and of the last call nobody knows the outcome. */
function crashedWriter(journal: FixtureJournal): FixtureWriter {
  const writer = journal.writer({ process, id: '20260101T000000Z-0a0a0a0a0a0a' })
  writer.begin()
  writer.sign()
  const first = intent(writer, 'call-1', '40.00', emails.kim)
  outcome(writer, first, 'call-1')
  const second = intent(writer, 'call-2', '25.00', emails.lee)
  writer.seal('size')
  writer.sign()
  writer.begin({ inFlight: [second] })
  outcome(writer, second, 'call-2')
  writer.entry('call', {
    ...told('call-3'),
    arguments: { amount: '700.00' },
    decisions: { rule: { kind: 'block', reason: 'rule', message: 'not allowed by rule `upTo100`' } },
    outcome: 'blocked',
    blockedBy: 'rule',
    reason: 'rule',
    message: 'not allowed by rule `upTo100`',
    durationMs: 0.2,
  })
  writer.sign()
  intent(writer, 'call-4', '60.00')
  writer.append(writer.segmentFile, tornLine(writer))
  return writer
}

function tornLine(writer: FixtureWriter): string {
  return `{"seq":${writer.leaves.length},"prev":"${writer.head}","kind":"outc`
}

/** It finds the other, erases one of its values, and closes. */
function closedWriter(journal: FixtureJournal, crashed: FixtureWriter): FixtureWriter {
  const writer = journal.writer({
    process: { ...process, pid: 4712 },
    id: '20260101T000100Z-0b0b0b0b0b0b',
    startMs: Date.UTC(2026, 0, 1, 0, 1),
  })
  const torn = tornLine(crashed)
  const sha256 = createHash('sha256').update(torn).digest('hex')
  const left = { torn: { segment: 2, bytes: torn.length, sha256 }, unknown: { count: 1, entries: [8] } }
  writer.begin({ found: [crashed.found('ended', left)] })
  writer.sign()
  crashed.erase(writer, 1, crashed.fileOf(1).replace('.jsonl', '.values.jsonl'))
  const paid = intent(writer, 'call-5', '15.00', emails.sam)
  outcome(writer, paid, 'call-5')
  writer.entry('call', {
    ...told('call-6'),
    arguments: { amount: '5.00' },
    decisions: { rule: { kind: 'allow' } },
    outcome: 'executed',
    durationMs: 0.7,
  })
  writer.close()
  return writer
}

function told(callId: string): Fields {
  return { callId, runner: 'default', tool: 'refund', principal: 'agent:billing' }
}

function intent(writer: FixtureWriter, callId: string, amount: string, email?: StoredValue): number {
  const erasable = email === undefined ? {} : { email: { $erasable: email.digest } }
  const fields = { ...told(callId), arguments: { amount, ...erasable }, decisions: { rule: { kind: 'allow' } } }
  return writer.discloseIn('intent', fields, email === undefined ? [] : [email])
}

function outcome(writer: FixtureWriter, of: number, callId: string): void {
  writer.entry('outcome', { intent: of, callId, tool: 'refund', outcome: 'executed', durationMs: 1.5 })
}

function vectorsOf(journal: FixtureJournal, writer: FixtureWriter, values: readonly ValueVector[]): WriterVectors {
  return {
    writer: writer.id,
    key: journal.key.text,
    leaves: writer.leaves.map((leaf) => leaf.toString('hex')),
    roots: Array.from({ length: writer.leaves.length + 1 }, (_, size) => rootAfter(writer.leaves, size)),
    values: values.map(({ entry, path, digest, disclosure }) => ({ entry, path, digest, disclosure })),
    checkpoints: writer.notes,
  }
}

function inclusionOf({ id, leaves }: FixtureWriter, index: number, size: number): InclusionVector {
  return { writer: id, index, size, hashes: inclusionPath(index, leaves.slice(0, size)) }
}

function growthOf({ id, leaves }: FixtureWriter, oldSize: number, newSize: number): GrowthVector {
  return { writer: id, oldSize, newSize, hashes: consistencyPath(oldSize, leaves.slice(0, newSize)) }
}

if (import.meta.main) {
  const made = makeVectors()
  await rm(new URL('journal', vectorsFolder), { recursive: true, force: true })
  for (const [path, text] of made) {
    const file = new URL(path, vectorsFolder)
    await mkdir(dirname(file.pathname), { recursive: true })
    await writeFile(file, text)
  }
}
