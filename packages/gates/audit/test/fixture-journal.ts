import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { type Disclosed, disclose } from './disclosure.ts'

/**
 * Writes journals from what `docs/audit.md` says, and nothing else: it shares no code with the journal, so that both are
 * tested against the document. Journals are made in memory, as the text of each file.
 */

function sha256(...parts: (string | Buffer)[]): Buffer {
  return parts.reduce((digest, part) => digest.update(part), createHash('sha256')).digest()
}

/** RFC 6962, section 2.1, as it is written there. */
export function treeRoot(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves
  if (first === undefined) return sha256('')
  if (leaves.length === 1) return first
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return sha256(Buffer.of(1), treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split)))
}

/** The roots of the largest whole subtrees, from the left. */
export function subtreesOf(leaves: readonly Buffer[]): string[] {
  if (leaves.length === 0) return []
  let size = 1
  while (size * 2 <= leaves.length) size *= 2
  return [treeRoot(leaves.slice(0, size)).toString('hex'), ...subtreesOf(leaves.slice(size))]
}

/** An Ed25519 key that signs notes. */
export class FixtureKey {
  readonly #name: string
  readonly #id: Buffer
  readonly #publicKey: Buffer
  readonly #privateKey: KeyObject

  constructor(name = 'audit', privateKey = generateKeyPairSync('ed25519').privateKey) {
    const publicKey = createPublicKey(privateKey)
    this.#name = name
    this.#publicKey = Buffer.concat([Buffer.of(1), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)])
    this.#id = sha256(`${name}\n`, this.#publicKey).subarray(0, 4)
    this.#privateKey = privateKey
  }

  get text(): string {
    return `${this.#name}+${this.#id.toString('hex')}+${this.#publicKey.toString('base64')}`
  }

  note(text: string): string {
    const signature = sign(null, Buffer.from(text), this.#privateKey)
    return `${text}\n— ${this.#name} ${Buffer.concat([this.#id, signature]).toString('base64')}\n`
  }
}

export type Fields = Readonly<Record<string, unknown>>

/** A process that is not there any more: no system gives out such an id. */
const goneProcess: Fields = { host: hostname(), pid: 999_999_999, started: 'before' }

export interface FixtureWriterOptions {
  readonly id: string
  readonly key: FixtureKey
  readonly journal: string
  readonly process?: Fields
  /** The time of its first entry; the next are a second apart. */
  readonly startMs?: number
}

/** What a writer says when it begins a segment. */
export interface SegmentFields {
  readonly after?: Fields
  readonly inFlight?: readonly number[]
  readonly found?: readonly Fields[]
}

export class FixtureWriter {
  readonly id: string
  readonly leaves: Buffer[] = []
  /** All checkpoints, the oldest first. */
  readonly notes: string[] = []
  segment = 0
  readonly #options: FixtureWriterOptions
  readonly #files: Map<string, string>

  constructor(files: Map<string, string>, options: FixtureWriterOptions) {
    this.#files = files
    this.#options = options
    this.id = options.id
  }

  get head(): string {
    return this.leaves.at(-1)?.toString('hex') ?? '0'.repeat(64)
  }

  get note(): string {
    return this.notes.at(-1) ?? ''
  }

  begin(fields: SegmentFields = {}): number {
    const { journal, key, process = goneProcess } = this.#options
    this.segment++
    const own = { format: 1, journal, writer: this.id, segment: this.segment, key: key.text, process }
    return this.entry('segment', { ...own, ...fields })
  }

  /** Adds an entry, and returns its number. */
  entry(kind: string, fields: Fields = {}, values: readonly unknown[] = []): number {
    const seq = this.leaves.length
    const salt = `salt${this.id.slice(-4)}${seq}`
    return this.discloseIn(
      kind,
      fields,
      values.map((value, index) => disclose(`${salt}${index}`, `path${index}`, value)),
    )
  }

  /** Adds an entry with values that can be erased. */
  discloseIn(kind: string, fields: Fields, values: readonly Disclosed[]): number {
    const seq = this.leaves.length
    const erasable = values.length > 0 ? { erasable: values.map(({ digest }) => digest) } : {}
    const time = new Date((this.#options.startMs ?? Date.UTC(2026, 0, 1)) + (seq % 60) * 1_000).toISOString()
    const line = JSON.stringify({ seq, prev: this.head, kind, ...erasable, time, ...fields })
    for (const { disclosure } of values) this.append(this.valuesFile, `${JSON.stringify({ seq, disclosure })}\n`)
    this.append(this.segmentFile, `${line}\n`)
    this.leaves.push(sha256(Buffer.of(0), line))
    return seq
  }

  intent(values?: readonly unknown[]): number {
    return this.entry('intent', { callId: `call-${this.leaves.length}`, tool: 'pay' }, values)
  }

  outcome(intent: number): number {
    return this.entry('outcome', { intent, callId: `call-${intent}`, tool: 'pay', outcome: 'executed' })
  }

  seal(reason: 'size' | 'age' | 'closed'): number {
    return this.entry('seal', { segment: this.segment, reason })
  }

  /** Signs what there is. */
  sign(): string {
    const { journal, key } = this.#options
    const root = treeRoot(this.leaves).toString('base64')
    const note = key.note(`${journal}/${this.id}\n${this.leaves.length}\n${root}\n`)
    this.notes.push(note)
    this.append(this.checkpointsFile, `${JSON.stringify({ note })}\n`)
    return note
  }

  close(): void {
    this.seal('closed')
    this.sign()
  }

  /** How another writer finds this one. */
  found(state: 'closed' | 'ended', fields: Fields = {}): Fields {
    return { writer: this.id, entries: this.leaves.length, head: this.head, state, ...fields }
  }

  foundRunning(): Fields {
    return {
      writer: this.id,
      entries: this.leaves.length,
      root: treeRoot(this.leaves).toString('hex'),
      state: 'running',
    }
  }

  /** Removes segments as pruning does, once `by` has said so. `entries` is how many there are up to their end. */
  prune(by: FixtureWriter, through: number, entries: number): void {
    const leaves = this.leaves.slice(0, entries)
    const head = leaves.at(-1)?.toString('hex')
    const time = '2026-01-02T00:00:00.000Z'
    const said = { writer: this.id, key: this.#options.key.text, through, entries, head, subtrees: subtreesOf(leaves) }
    const seq = by.entry('prune', { time, ...said })
    for (let segment = 1; segment <= through; segment++) {
      this.#files.delete(this.fileOf(segment))
      this.#files.delete(this.fileOf(segment).replace('.jsonl', '.values.jsonl'))
    }
    this.#files.set(`${this.id}/pruned.json`, `${JSON.stringify({ time, ...said, by: { writer: by.id, seq } })}\n`)
  }

  /** Overwrites the value of an entry, and has `by` say so before. */
  erase(by: FixtureWriter, seq: number, file = this.valuesFile): void {
    const lines = (this.#files.get(file) ?? '').split('\n')
    const erased = lines.map((line) => {
      if (!line.startsWith(`{"seq":${seq},`)) return line
      const { disclosure } = JSON.parse(line) as { disclosure: string }
      by.entry('erase', { writer: this.id, entry: seq, digest: sha256(disclosure).toString('base64url') })
      return ' '.repeat(line.length)
    })
    this.#files.set(file, erased.join('\n'))
  }

  append(file: string, text: string): void {
    this.#files.set(file, (this.#files.get(file) ?? '') + text)
  }

  fileOf(segment: number): string {
    return `${this.id}/${String(segment).padStart(6, '0')}.jsonl`
  }

  get segmentFile(): string {
    return this.fileOf(this.segment)
  }

  get valuesFile(): string {
    return this.segmentFile.replace('.jsonl', '.values.jsonl')
  }

  get checkpointsFile(): string {
    return `${this.id}/checkpoints.jsonl`
  }
}

export class FixtureJournal {
  readonly name: string
  readonly key: FixtureKey
  /** The text of each file, by its path in the journal. */
  readonly files: Map<string, string> = new Map()
  readonly writers: FixtureWriter[] = []

  constructor({ name = 'audit', key = new FixtureKey() }: { readonly name?: string; readonly key?: FixtureKey } = {}) {
    this.name = name
    this.key = key
  }

  /** A writer that begins a second after the one before it. */
  writer(options: Partial<Omit<FixtureWriterOptions, 'journal'>> = {}): FixtureWriter {
    const second = String(this.writers.length).padStart(2, '0')
    const id = `20260101T0000${second}Z-${`0000000000${second}`}`
    const writer = new FixtureWriter(this.files, { journal: this.name, key: this.key, id, ...options })
    this.writers.push(writer)
    return writer
  }

  /** The latest checkpoint of every writer. */
  get notes(): string[] {
    return this.writers.map(({ note }) => note)
  }

  /** Replaces what stands in a directory by the journal. */
  async store(directory: string): Promise<void> {
    await rm(directory, { recursive: true, force: true })
    for (const [file, text] of this.files) {
      await mkdir(dirname(join(directory, file)), { recursive: true })
      await writeFile(join(directory, file), text)
    }
  }
}

export interface SampleOptions {
  readonly name?: string
  readonly key?: FixtureKey
  /** How many segments each writer has: one to three. */
  readonly segments?: readonly number[]
}

/**
 * A closed journal of three writers, with values, one of them erased. The second has found the first, and the third
 * both.
 */
export function sampleJournal({ segments = [3, 3, 3], ...options }: SampleOptions = {}): FixtureJournal {
  const journal = new FixtureJournal(options)
  const found: Fields[] = []
  for (const [index, count] of segments.entries()) {
    const writer = journal.writer()
    writer.begin(found.length > 0 ? { found: [...found] } : {})
    writer.sign()
    const intent = writer.intent(['secret'])
    if (count > 1) {
      writer.seal('size')
      writer.sign()
      writer.begin({ inFlight: [intent] })
    }
    writer.outcome(intent)
    writer.entry('call', { callId: 'call', tool: 'pay', outcome: 'blocked' }, ['a', 'b'])
    if (count > 2) {
      writer.seal('age')
      writer.begin()
    }
    const [first] = journal.writers
    if (index === 1) first?.erase(writer, 1, first.fileOf(1).replace('.jsonl', '.values.jsonl'))
    writer.close()
    found.push(writer.found('closed'))
  }
  return journal
}
