import { createPublicKey, hash, verify } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as endOfTurn } from 'node:timers/promises'
import {
  type AuditPolicy,
  auditGate,
  type Journal,
  type JournalOptions,
  journal,
  type MemorySink,
  memorySink,
  type ToolAuditGate,
} from '@toolgate/audit'
import { GatedToolRunner } from '@toolgate/core'
import { onTestFinished } from 'vitest'
import { treeRoot } from './fixture-journal.ts'

/**
 * A journal for a test, and its files as they stand. What reads them here shares no code with what writes them: it is
 * what the tests compare with.
 */

/** The path of a directory that is not there yet. What is made there is gone when the test has finished. */
export async function newDirectory(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'toolgate-journal-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'audit')
}

/** When the clocks of the tests begin. */
export const startMs: number = Date.UTC(2026, 0, 15, 12)

/** A clock that stands still until a test moves it. */
export class StillClock {
  now: number = startMs
  readonly read = (): number => this.now
}

/** A journal, a memory sink beside it, and a runner without gates that records to both. */
export interface Journaled {
  readonly directory: string
  readonly journal: Journal
  readonly memory: MemorySink
  readonly audit: ToolAuditGate
  readonly runner: GatedToolRunner<readonly [], ToolAuditGate>
  readonly clock: StillClock
  /** What the journal could only tell in the background. */
  readonly errors: Error[]
  /** The entries of this journal that are on the disk. */
  stored(): Promise<StoredEntry[]>
  /** All its entries, once it is closed. */
  closed(): Promise<StoredEntry[]>
}

export async function journaled(
  policy: AuditPolicy = {},
  options: Partial<JournalOptions> = {},
  clock: StillClock = new StillClock(),
): Promise<Journaled> {
  const directory = options.directory ?? (await newDirectory())
  const errors: Error[] = []
  const onError = (error: Error) => void errors.push(error)
  const trail = journal({ directory, clock: clock.read, onError, ...options })
  onTestFinished(() => closedInTime(trail))
  const memory = memorySink()
  const audit = auditGate({ sinks: [trail, memory], ...policy })
  const runner = new GatedToolRunner({ audit, clock: clock.read })
  const stored = async () => (trail.writer === undefined ? [] : entriesOf(directory, trail.writer))
  const closed = () => trail.close().then(stored)
  return { directory, journal: trail, memory, audit, runner, clock, errors, stored, closed }
}

/** An entry as it stands in a journal. */
export interface StoredEntry {
  readonly seq: number
  readonly prev: string
  readonly kind: string
  readonly time: string
  readonly [field: string]: unknown
}

/** The names of a writer's segments. */
export async function segmentsOf(directory: string, writer: string): Promise<string[]> {
  return (await readdir(join(directory, writer))).filter((name) => /^\d{6}\.jsonl$/.test(name)).sort()
}

/** The lines of a writer, of all its segments, or of one. */
export async function linesOf(directory: string, writer: string, segment?: string): Promise<string[]> {
  const names = segment === undefined ? await segmentsOf(directory, writer) : [segment]
  const texts = await Promise.all(names.map((name) => readFile(join(directory, writer, name), 'utf8')))
  return texts.flatMap((text) => text.split('\n').slice(0, -1))
}

export async function entriesOf(directory: string, writer: string): Promise<StoredEntry[]> {
  return (await linesOf(directory, writer)).map((line) => JSON.parse(line) as StoredEntry)
}

/** A line of a values file, with what its disclosure says. */
export interface StoredValue {
  readonly seq: number
  readonly disclosure: string
  readonly salt: string
  readonly path: string
  readonly value: unknown
}

/** The values of a segment that were not erased. */
export async function valuesOf(directory: string, writer: string, segment = '000001'): Promise<StoredValue[]> {
  const lines = await linesOf(directory, writer, `${segment}.values.jsonl`)
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const { seq, disclosure } = JSON.parse(line) as { seq: number; disclosure: string }
      const [salt, path, value] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as [
        string,
        string,
        unknown,
      ]
      return { seq, disclosure, salt, path, value }
    })
}

/** The leaf hash of RFC 6962 of a line. */
export function leafOf(line: string): string {
  return hash('sha256', Buffer.concat([Buffer.of(0), Buffer.from(line)]))
}

/** The root of the tree of such leaves. */
export function rootOf(leaves: readonly string[]): string {
  return treeRoot(leaves.map((leaf) => Buffer.from(leaf, 'hex'))).toString('hex')
}

export interface StoredCheckpoint {
  readonly note: string
  readonly origin: string
  readonly size: number
  readonly root: string
  readonly signer: string
  readonly isSigned: boolean
}

/** Takes a checkpoint apart, and verifies it with the key as the journal's segments name it. */
export function openCheckpoint(note: string, key: string): StoredCheckpoint {
  const [, text = '', signer = '', signature = ''] = /^(.*\n)\n— (\S+) (\S+)\n$/su.exec(note) ?? []
  const [origin = '', size = '', root = ''] = text.split('\n')
  const publicKey = Buffer.from(key.split('+').slice(2).join('+'), 'base64').subarray(1)
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') }
  const bytes = Buffer.from(signature, 'base64')
  const isSigned =
    bytes.toString('hex', 0, 4) === key.split('+')[1] &&
    verify(null, Buffer.from(text), createPublicKey({ key: jwk, format: 'jwk' }), bytes.subarray(4))
  return { note, origin, size: Number(size), root: Buffer.from(root, 'base64').toString('hex'), signer, isSigned }
}

/** The checkpoints that a writer has stored. */
export async function checkpointsOf(directory: string, writer: string): Promise<StoredCheckpoint[]> {
  const [first] = await entriesOf(directory, writer)
  const lines = await linesOf(directory, writer, 'checkpoints.jsonl')
  return lines.map((line) => openCheckpoint((JSON.parse(line) as { note: string }).note, String(first?.key)))
}

/** All bytes of all files of a journal, as one text: where nothing may be that was to be kept out. */
export async function allBytesOf(directory: string): Promise<string> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')))
  return texts.join('\n')
}

/** A test may have closed it, or broken its disk, or what it waits for. */
async function closedInTime(trail: Journal): Promise<void> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  trail.close().then(over, over)
  await until(() => isOver, 2_000).catch(() => undefined)
}

/** Waits for what happens in the background, a turn of the event loop at a time. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 4_000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error('what the test waits for does not come to pass')
    await endOfTurn()
  }
}
