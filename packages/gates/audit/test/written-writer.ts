import { createHash, generateKeyPairSync, hash, sign } from 'node:crypto'
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** A process that is not there: no system gives out such an id. */
const gone = { host: hostname(), pid: 2 ** 30 }

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const rawKey = Buffer.concat([Buffer.of(1), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)])
const keyId = createHash('sha256').update('test\n').update(rawKey).digest().subarray(0, 4)

/** The key that all of these writers sign with. */
export const testKey = `test+${keyId.toString('hex')}+${rawKey.toString('base64')}`

/** Writes a writer's files line by line, as the format says, and whatever a test wants to be wrong in them. */
export class WrittenWriter {
  readonly directory: string
  readonly id: string
  readonly lines: string[] = []
  readonly leaves: string[] = []
  #segment = 0

  /** `time` is when it began, as in its id: `20260115T120000Z`. */
  constructor(directory: string, time = '20260115T120000Z', number = 1) {
    this.directory = directory
    this.id = `${time}-${String(number).padStart(12, '0')}`
    mkdirSync(join(directory, this.id), { recursive: true })
  }

  /** The file that is being written. */
  get path(): string {
    return this.pathOf(this.#segment)
  }

  pathOf(segment: number): string {
    return join(this.directory, this.id, `${String(segment).padStart(6, '0')}.jsonl`)
  }

  /** Begins a segment. */
  segment(fields: { readonly process?: object; readonly time?: string; readonly [field: string]: unknown } = {}): this {
    this.#segment++
    const own = { format: 1, journal: 'test', writer: this.id, segment: this.#segment, key: testKey, process: gone }
    this.add('segment', { time: '2026-01-15T12:00:00.000Z', ...own, ...fields })
    return this
  }

  seal(reason: 'size' | 'age' | 'closed'): this {
    this.add('seal', { time: '2026-01-15T12:00:00.000Z', segment: this.#segment, reason })
    return this
  }

  /** Adds an entry, and returns its number. */
  add(kind: string, fields: object): number {
    const seq = this.lines.length
    const line = `{"seq":${seq},"prev":"${this.leaves.at(-1) ?? '0'.repeat(64)}","kind":"${kind}",${JSON.stringify(fields).slice(1)}`
    this.lines.push(line)
    this.leaves.push(leafOf(line))
    this.raw(`${line}\n`)
    return seq
  }

  intent(callId: string, fields: object = {}): number {
    return this.add('intent', { ...intentOf(callId), ...fields })
  }

  outcome(intent: number, callId: string, fields: object = {}): number {
    const ended = {
      time: '2026-01-15T12:00:05.000Z',
      intent,
      callId,
      tool: 'search',
      outcome: 'executed',
      durationMs: 5_000,
    }
    return this.add('outcome', { ...ended, ...fields })
  }

  call(callId: string, fields: object = {}): number {
    return this.add('call', { ...intentOf(callId), outcome: 'executed', durationMs: 1, ...fields })
  }

  /** Adds bytes that are no entry. */
  raw(text: string): void {
    appendFileSync(this.path, text)
  }

  /** The next entries are written over the last ones, as a writer does that could not sync them. */
  takeBack(count: number): void {
    this.lines.splice(-count)
    this.leaves.splice(-count)
  }

  /** Signs a checkpoint over so many entries, all by default, and returns it. */
  checkpoint(size: number = this.lines.length): string {
    const note = noteOf(`test/${this.id}`, size, rootOf(this.leaves.slice(0, size)))
    appendFileSync(join(this.directory, this.id, 'checkpoints.jsonl'), `${JSON.stringify({ note })}\n`)
    return note
  }

  /** Removes the segments up to one that ends after so many entries. */
  prune(through: number, entries: number): void {
    const head = this.leaves[entries - 1]
    const pruned = { writer: this.id, through, entries, head, subtrees: subtreesOf(this.leaves.slice(0, entries)) }
    writeFileSync(join(this.directory, this.id, 'pruned.json'), JSON.stringify(pruned))
    for (let segment = 1; segment <= through; segment++) rmSync(this.pathOf(segment), { force: true })
  }
}

export function noteOf(origin: string, size: number, root: string): string {
  const text = `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`
  const signature = Buffer.concat([keyId, sign(null, Buffer.from(text), privateKey)]).toString('base64')
  return `${text}\n— test ${signature}\n`
}

function intentOf(callId: string) {
  return {
    callId,
    time: '2026-01-15T12:00:00.000Z',
    runner: 'default',
    tool: 'search',
    principal: 'agent:1',
    arguments: { query: callId },
    decisions: { rate: { kind: 'allow' } },
  }
}

function leafOf(line: string): string {
  return hash('sha256', Buffer.from(`\0${line}`))
}

/** The root of RFC 6962, section 2.1. */
export function rootOf(leaves: readonly string[]): string {
  const [only] = leaves
  if (only === undefined) return hash('sha256', '')
  if (leaves.length === 1) return only
  const middle = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1)
  return hash('sha256', Buffer.from(`01${rootOf(leaves.slice(0, middle))}${rootOf(leaves.slice(middle))}`, 'hex'))
}

/** The roots of the largest whole subtrees, from the left. */
function subtreesOf(leaves: readonly string[]): string[] {
  if (leaves.length === 0) return []
  const largest = 2 ** Math.floor(Math.log2(leaves.length))
  return [rootOf(leaves.slice(0, largest)), ...subtreesOf(leaves.slice(largest))]
}
