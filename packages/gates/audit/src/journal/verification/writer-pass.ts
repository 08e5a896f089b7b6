import { digestOf } from '../format/files.ts'
import { checkpointsPath, valuesPath } from '../format/layout.ts'
import { type AbandonedTail, type LineHead, noHash, readLineHead } from '../format/line.ts'
import { type LineBatch, noRest, type Rest, readLines } from '../format/lines.ts'
import { lineHash } from '../format/merkle.ts'
import type { NoteKey } from '../format/note.ts'
import { ChainCheck } from './chain.ts'
import { CheckpointReader, latestLines, signedSize } from './checkpoint-reader.ts'
import { Checks } from './checks.ts'
import { digestsIn, intentIn } from './entry-fields.ts'
import { takeOwnEntry } from './late-entries.ts'
import type { Mention } from './mentions.ts'
import { misfitsOf, type SegmentIdentity } from './segment-entry.ts'
import { isSegmentEntry, type JsonObject, parseObject } from './shapes.ts'
import type { SegmentSurvey, WriterSurvey } from './survey.ts'
import { type ErasableEntry, ValuesReader } from './values-reader.ts'
import { segmentName, type Tell, tellOf, type Verification, valuesName } from './verification.ts'
import { type KeptCheckpoint, Suspects, type WriterFacts } from './writer-facts.ts'

/** What stands for an entry that is not parsed. */
const unparsed: JsonObject = {}

/** What is known of a writer before its entries are read. */
export interface WriterTask {
  readonly survey: WriterSurvey
  /** The key that it names, as `name+id+base64`. */
  readonly key: string | undefined
  /** The keys that may have signed its checkpoints. */
  readonly keys: readonly NoteKey[]
  readonly mentions: readonly Mention[]
  readonly kept: readonly KeptCheckpoint[]
}

/** Reads all that there is of one writer, once. */
export class WriterPass {
  readonly #verification: Verification
  readonly #task: WriterTask
  readonly #writer: string
  readonly #origin: string
  readonly #tell: Tell
  readonly #chain: ChainCheck
  readonly #checkpoints: CheckpointReader
  readonly #checks: Checks
  readonly #suspects = new Suspects()
  readonly #openIntents = new Set<number>()
  /** From here on lines may be what a crash has left. */
  readonly #signedSize: number
  /** The last segment that has an entry. */
  readonly #lastBegun: number
  #erasable: ErasableEntry[] = []
  #segment = 0
  #isFirstLine = false
  /** Of the segment being read, or the one before it. */
  #isSealed = true
  #isClosed = false
  #isForeign = false
  /** Whether the segment before ended without a seal, and nothing says why. */
  #lacksSeal = false

  constructor(verification: Verification, task: WriterTask) {
    const { survey, keys, kept } = task
    this.#verification = verification
    this.#task = task
    this.#writer = survey.writer
    this.#tell = tellOf(verification)
    const start = typeof survey.pruned === 'object' ? survey.pruned : undefined
    this.#chain = new ChainCheck(
      ({ code, seq, from, through, place, message }) => {
        this.#suspects.add(from, through)
        this.#tell('tampered', code, { writer: this.#writer, ...place, seq }, message)
      },
      start,
      noHash,
    )
    this.#origin = `${verification.journal}/${survey.writer}`
    this.#checkpoints = new CheckpointReader({
      path: checkpointsPath(verification.directory, survey.writer),
      bytes: survey.checkpointBytes,
      origin: this.#origin,
      keys,
      tell: ({ code, offset, message }) => {
        const severity = code === 'checkpoint_unverifiable' ? 'note' : 'tampered'
        this.#tell(severity, code, { writer: this.#writer, name: 'checkpoints.jsonl', offset }, message)
      },
    })
    this.#checks = new Checks(this.#chain, this.#checkpoints, task)
    const signed = signedSize(survey.latestCheckpoints, this.#origin, keys)
    this.#signedSize = kept.reduce((most, { checkpoint }) => Math.max(most, checkpoint.size), signed)
    this.#lastBegun = survey.segments.findLast(({ isBegun }) => isBegun)?.number ?? 0
  }

  async run(): Promise<WriterFacts> {
    const { segments } = this.#task.survey
    try {
      await this.#checkPruned()
      for (const [index, segment] of segments.entries()) {
        if (this.#isInOrder(segment.number)) await this.#readSegment(segment, segments[index + 1])
      }
      return await this.#facts()
    } finally {
      await this.#checkpoints.close()
    }
  }

  async #facts(): Promise<WriterFacts> {
    const { survey, key, mentions, kept } = this.#task
    const tail = this.#isClosed ? undefined : this.#chain.takeTail()
    this.#chain.end()
    const last = await this.#checkpoints.last()
    if (last !== undefined && last.size > this.#chain.size) this.#tellCut(last.size, 'its last checkpoint is')
    return {
      survey,
      key,
      mentions,
      kept,
      entries: this.#chain.size,
      head: this.#chain.head,
      lastPlace: this.#chain.place,
      isClosed: this.#isClosed,
      tail,
      signed: this.#checks.signed,
      saidSigned: this.#signedSize,
      checkpoint: this.#checks.checkpoint,
      signedSizeNow: () => this.#signedSizeNow(),
      hasCheckpoints: this.#checkpoints.count > 0,
      tornCheckpointOffset: this.#checkpoints.tornOffset,
      openIntents: this.#openIntents.size,
      suspects: this.#suspects,
    }
  }

  async #signedSizeNow(): Promise<number> {
    const { lines } = await latestLines(checkpointsPath(this.#verification.directory, this.#writer))
    return signedSize(lines, this.#origin, this.#task.keys)
  }

  #tellCut(size: number, who: string): void {
    const { size: entries, place } = this.#chain
    const message = `${who} of ${size} entries, and ${entries} are there: the end was cut off`
    this.#tell('tampered', 'entries_cut', { writer: this.#writer, segment: place.segment, seq: entries }, message)
  }

  async #checkPruned(): Promise<void> {
    const { pruned } = this.#task.survey
    const place = { writer: this.#writer, name: 'pruned.json' }
    if (pruned === 'malformed') {
      this.#tell('tampered', 'pruned_malformed', place, 'the file does not say what was pruned: it was changed')
    }
    if (await this.#checks.begin()) return
    this.#tell('tampered', 'pruned_misfit', place, 'the root of what was pruned is not that of the checkpoint')
    this.#chain.drift()
  }

  /** Whether a segment is to be read. Tells which are missing before it. */
  #isInOrder(number: number): boolean {
    const { pruned } = this.#task.survey
    const through = typeof pruned === 'object' ? pruned.through : 0
    const first = this.#segment === 0 ? through + 1 : this.#segment + 1
    const place = { writer: this.#writer, segment: number }
    if (number < first) {
      this.#tell('tampered', 'segment_foreign', place, 'segments are numbered from 1: it was put in')
      return false
    }
    if (number === first) return true
    const which = number - first === 1 ? `segment ${first} is` : `segments ${first} to ${number - 1} are`
    const message = `${which} not there: removed, or renamed, and not pruned`
    this.#tell('tampered', 'segment_missing', { ...place, segment: first, seq: this.#chain.size }, message)
    this.#chain.drift()
    this.#lacksSeal = false
    return true
  }

  async #readSegment(segment: SegmentSurvey, next: SegmentSurvey | undefined): Promise<void> {
    const after = next?.entry?.after?.segment === segment.number ? next.entry.after : undefined
    this.#beginSegment(segment.number)
    const values = this.#valuesReader(segment)
    const lines = readLines(segment.path, { to: after?.bytes ?? segment.bytes })
    try {
      await this.#readLines(lines, values)
      if (this.#isForeign) this.#chain.drift()
      else await values.end(this.#chain.size, this.#isSealed)
    } finally {
      await lines.return(noRest)
      await values.close()
    }
    // In the last segment, what comes then may be what a crash has left.
    if (segment.number < this.#lastBegun || this.#chain.size < this.#signedSize) this.#chain.settleMalformed()
    if (after !== undefined) await this.#checkAbandoned(segment, after)
    this.#lacksSeal = !this.#isSealed && after === undefined
  }

  async #readLines(lines: AsyncGenerator<LineBatch, Rest>, values: ValuesReader): Promise<void> {
    const { signal, onBytes } = this.#verification
    while (!this.#isForeign) {
      const { done, value } = await lines.next()
      signal?.throwIfAborted()
      if (done === true) {
        const place = { segment: this.#segment, offset: value.offset }
        if (value.bytes.length > 0) this.#chain.addMalformed(place)
        return
      }
      await this.#readBatch(value, values)
      onBytes((value.bounds.at(-1) as number) - (value.bounds[0] as number) + 1)
    }
  }

  #beginSegment(number: number): void {
    this.#segment = number
    this.#isFirstLine = true
    this.#isForeign = false
    this.#isSealed = false
  }

  #valuesReader({ number, valuesBytes }: SegmentSurvey): ValuesReader {
    const { directory } = this.#verification
    const path = valuesBytes === undefined ? undefined : valuesPath(directory, this.#writer, number)
    const place = { writer: this.#writer, segment: this.#segment, name: valuesName(this.#segment) }
    return new ValuesReader(path, {
      trouble: ({ code, message, ...where }) => this.#tell('tampered', code, { ...place, ...where }, message),
      gone: (value) => {
        const isInTail = value.seq >= this.#signedSize
        this.#verification.erasures.addGone({ writer: this.#writer, segment: this.#segment, isInTail, ...value })
      },
    })
  }

  async #readBatch({ buffer, bounds, offset }: LineBatch, values: ValuesReader): Promise<void> {
    await this.#checks.prepare(this.#chain.size + bounds.length / 2)
    this.#erasable = []
    const fileOffset = offset - (bounds[0] as number)
    for (let index = 0; index < bounds.length && !this.#isForeign; index += 2) {
      const start = bounds[index] as number
      this.#readLine(buffer, start, bounds[index + 1] as number, fileOffset + start)
    }
    for (const entry of this.#erasable) await values.compare(entry)
  }

  /** On the way of every entry. Of most, nothing but the head is read. */
  #readLine(buffer: Buffer, start: number, end: number, offset: number): void {
    const head = readLineHead(buffer, start, end)
    const entry = head === undefined ? undefined : this.#parse(head, buffer, start, end)
    if (head === undefined || entry === undefined) {
      this.#isFirstLine = false
      this.#chain.addMalformed({ segment: this.#segment, offset })
      return
    }
    if (this.#isFirstLine) {
      this.#isFirstLine = false
      this.#checkFirst(head, entry)
      if (this.#isForeign) return
    }
    if (!this.#chain.add(head, lineHash(buffer, start, end), this.#segment, offset)) return
    this.#take(head, entry, buffer, start)
    this.#checks.compare()
  }

  /** Entries of calls are parsed only where a crash may have changed them. `undefined` for what is no entry. */
  #parse({ kind }: LineHead, buffer: Buffer, start: number, end: number): JsonObject | undefined {
    const isCall = kind === 'intent' || kind === 'outcome' || kind === 'call'
    if (isCall && this.#chain.size < this.#signedSize) return unparsed
    return parseObject(buffer.toString('utf8', start, end))
  }

  #checkFirst(head: LineHead, entry: JsonObject): void {
    const isNext = this.#chain.fits(head)
    const seq = this.#chain.size
    const place = { writer: this.#writer, segment: this.#segment, seq, offset: 0 }
    if (this.#lacksSeal && isNext) {
      const message = 'it does not end in a seal, and the next segment does not say why'
      this.#tell('tampered', 'seal_missing', { ...place, segment: this.#segment - 1, seq: seq - 1 }, message)
    }
    if (head.kind !== 'segment') {
      if (isNext) this.#tell('tampered', 'segment_entry_missing', place, 'its first entry is not that of a segment')
      return
    }
    const misfits = misfitsOf(entry, this.#identity)
    if (misfits.length === 0) return
    this.#chain.markTold()
    this.#suspects.add(seq, seq)
    this.#isForeign = !isNext && misfits.some(({ isIdentity }) => isIdentity)
    const what = misfits.map(({ text }) => text).join('; ')
    const [code, end] = this.#isForeign
      ? (['segment_foreign', 'another segment was put in its place'] as const)
      : (['segment_entry_misfit', 'the entry was changed'] as const)
    if (this.#isForeign) this.#suspects.addSegment(this.#segment)
    this.#tell('tampered', code, place, `${what}: ${end}`)
  }

  /** What an entry means for those after it, and for other writers. */
  #take(head: LineHead, entry: JsonObject, buffer: Buffer, start: number): void {
    if (this.#isSealed || this.#isClosed) this.#tellAfterSeal(head)
    const fields = start + head.length
    const digests = digestsIn(buffer, fields)
    if (digests !== undefined) this.#erasable.push({ seq: head.seq, digests })
    switch (head.kind) {
      case 'intent':
        this.#openIntents.add(head.seq)
        return
      case 'outcome':
        this.#openIntents.delete(intentIn(buffer, fields))
        return
      case 'call':
        return
      case 'seal':
        this.#isSealed = true
        this.#isClosed = entry.reason === 'closed'
        return
      default:
        this.#takeOwn(head, entry)
    }
  }

  #takeOwn({ kind, seq }: LineHead, entry: JsonObject): void {
    takeOwnEntry(this.#verification, entry, { writer: this.#writer, segment: this.#segment, seq })
    const isFirst = this.#segment === this.#task.survey.segments[0]?.number
    if (kind === 'segment' && isFirst && isSegmentEntry(entry)) {
      // Intents of segments that were pruned.
      for (const intent of entry.inFlight ?? []) this.#openIntents.add(intent)
    }
  }

  get #identity(): SegmentIdentity {
    const { journal } = this.#verification
    return { journal, writer: this.#writer, segment: this.#segment, key: this.#task.key }
  }

  #tellAfterSeal({ seq }: LineHead): void {
    const place = { writer: this.#writer, ...this.#chain.place, seq }
    this.#tell('tampered', 'entry_after_seal', place, 'it stands after a seal, which nothing comes after')
    this.#isSealed = false
    this.#isClosed = false
  }

  /** What a writer has given up is still there, as it said. */
  async #checkAbandoned(segment: SegmentSurvey, after: AbandonedTail): Promise<void> {
    const bytes = Math.max(0, segment.bytes - after.bytes)
    const isSame =
      bytes === after.abandonedBytes &&
      (await digestOf(segment.path, after.bytes, segment.bytes)).sha256 === after.abandonedSha256
    if (isSame) return
    const place = { writer: this.#writer, segment: segment.number, seq: this.#chain.size, offset: after.bytes }
    const message =
      'what its writer gave up of it is not what the next segment says: bytes were added, removed or changed'
    this.#tell('tampered', 'abandoned_changed', { ...place, name: segmentName(segment.number) }, message)
  }
}
