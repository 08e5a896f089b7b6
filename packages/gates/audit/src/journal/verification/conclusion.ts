import { digestOf } from '../format/files.ts'
import { segmentPath } from '../format/layout.ts'
import type { FoundWriter } from '../format/line.ts'
import type { Mention, Source } from './mentions.ts'
import { isSamePrune } from './pruned.ts'
import type { WriterReport } from './report.ts'
import { type FindingPlace, type Tell, tellOf, type Verification, valuesName } from './verification.ts'
import type { WriterFacts } from './writer-facts.ts'

/** Whether what an entry says can be believed: it is where it was, and as it was. */
export function isTrusted({ facts }: Verification, source: Source): boolean {
  return facts.get(source.writer)?.suspects.has(source) === false
}

/** How others have found a writer, as far as they can be believed. */
function trustedMentions(verification: Verification, mentions: readonly Mention[]): Mention[] {
  return mentions.filter(({ sources }) => sources.some((source) => isTrusted(verification, source)))
}

/** What can be told of one writer once all have been read. */
export class WriterConclusion {
  readonly #verification: Verification
  readonly #facts: WriterFacts
  readonly #mentions: readonly Mention[]
  readonly #tell: Tell
  readonly #writer: string

  constructor(verification: Verification, facts: WriterFacts) {
    this.#verification = verification
    this.#facts = facts
    this.#mentions = trustedMentions(verification, facts.mentions)
    this.#tell = tellOf(verification)
    this.#writer = facts.survey.writer
  }

  async conclude(): Promise<void> {
    this.#concludeFiles()
    this.#concludeMentions()
    this.#concludeKept()
    this.#concludePruned()
    await this.#concludeCheckpoints()
    await this.#concludeEnd()
  }

  get state(): WriterReport['state'] {
    const { isClosed, survey, entries } = this.#facts
    if (isClosed) return 'closed'
    // Of one that was pruned as a whole, only that it had come to its end is known.
    if (survey.segments.length === 0 && entries > 0) return this.#endings.length > 0 ? 'ended' : 'closed'
    return survey.isRunning && this.#endings.length === 0 ? 'running' : 'ended'
  }

  report(anchored: number): WriterReport {
    const { survey, entries, signed, openIntents, key, checkpoint } = this.#facts
    const { state } = this
    return {
      writer: this.#writer,
      state,
      entries,
      pruned: typeof survey.pruned === 'object' ? survey.pruned.entries : 0,
      segments: survey.segments.length,
      bytes: survey.segments.reduce((sum, { bytes, valuesBytes = 0 }) => sum + bytes + valuesBytes, 0),
      signed,
      // A checkpoint that was kept vouches for no more than what is there as it was signed.
      anchored: Math.min(anchored, signed),
      unknown: state === 'running' ? 0 : openIntents,
      key,
      checkpoint,
    }
  }

  /** Those who have found that it had ended. */
  get #endings(): FoundWriter[] {
    return this.#mentions.map(({ found }) => found).filter(({ state }) => state === 'ended')
  }

  /** Not one entry was ever written whole, so there was none that could have been acknowledged. */
  get #isEmpty(): boolean {
    const { entries, hasCheckpoints, survey } = this.#facts
    return entries === 0 && !hasCheckpoints && survey.segments.length <= 1
  }

  #concludeFiles(): void {
    const { unknownFiles, leftSegments } = this.#facts.survey
    for (const name of unknownFiles) {
      this.#tell('note', 'file_unknown', { writer: this.#writer, name }, 'the file is no part of the journal')
    }
    if (leftSegments.length > 0) {
      const message = `${leftSegments.length} of its pruned segments are still there: pruning was cut short`
      this.#tell('note', 'prune_unfinished', { writer: this.#writer }, message)
    }
    if (this.#isEmpty) {
      const message = 'nothing is there: its process has only just begun, or ended while it did'
      this.#tell('note', 'writer_empty', { writer: this.#writer }, message)
    }
  }

  #concludeMentions(): void {
    const { entries, lastPlace, suspects } = this.#facts
    const place = { writer: this.#writer }
    for (const { found, comparison, sources } of this.#mentions) {
      const source = sources.find((one) => isTrusted(this.#verification, one)) as Source
      const by = `entry ${source.seq} of writer ${source.writer}`
      if (comparison === undefined) {
        const message = `${by} says that it had ${found.entries} entries, and ${entries} are there: the end was cut off`
        this.#tell('tampered', 'entries_cut', { ...place, segment: lastPlace.segment, seq: entries }, message)
      }
      if (comparison === 'differs' && !suspects.hasEntry(found.entries - 1)) {
        const message = `the first ${found.entries} entries are not those that ${by} has found: they were written anew`
        this.#tell('tampered', 'writer_misfit', { ...place, seq: found.entries - 1 }, message)
      }
    }
  }

  #concludeKept(): void {
    const { kept, entries, survey, lastPlace } = this.#facts
    const pruned = typeof survey.pruned === 'object' ? survey.pruned.entries : 0
    for (const { checkpoint, comparison } of kept) {
      const { size } = checkpoint
      if (comparison === undefined) {
        const message = `the checkpoint that was kept elsewhere is of ${size} entries, and ${entries} are there: the end was cut off`
        const place = { writer: this.#writer, segment: lastPlace.segment, seq: entries }
        this.#tell('tampered', 'entries_cut', place, message)
      } else if (size < pruned) {
        const message = `the checkpoint of ${size} entries that was kept elsewhere can not be compared: they were pruned`
        this.#tell('note', 'kept_pruned', { writer: this.#writer }, message)
      }
    }
  }

  #concludePruned(): void {
    const { pruned } = this.#facts.survey
    if (typeof pruned !== 'object') return
    const { prunes, facts } = this.#verification
    const place = { writer: this.#writer, name: 'pruned.json' }
    const { writer, seq } = pruned.by
    const entry = prunes.get(this.#writer)?.find(({ source }) => source.writer === writer && source.seq === seq)
    if (entry !== undefined) {
      if (isSamePrune(entry.said, pruned)) return
      const message = `it does not say what entry ${seq} of writer ${writer} says: it was changed`
      this.#tell('tampered', 'pruned_misfit', place, message)
      return
    }
    const by = facts.get(writer)?.survey.pruned
    if (typeof by === 'object' && seq < by.entries) return
    const message = `no entry says that its first ${pruned.through} segments were pruned: they were removed`
    this.#tell('tampered', 'prune_unrecorded', place, message)
  }

  async #concludeCheckpoints(): Promise<void> {
    const { entries, hasCheckpoints, tornCheckpointOffset: offset, survey, signedSizeNow } = this.#facts
    const place = { writer: this.#writer, name: 'checkpoints.jsonl' }
    // A crash before the first can leave the first entry, and no call was let in yet. It may just have been written.
    if (!hasCheckpoints && entries > 1 && !(survey.isRunning && (await signedSizeNow()) > 0)) {
      const message = `it has ${entries} entries and no checkpoint, which is there before any call: it was removed`
      this.#tell('tampered', 'checkpoints_missing', place, message)
    }
    if (offset === undefined || this.state === 'running') return
    const message = 'the last checkpoint was not written to its end, as in a crash'
    this.#tell(this.#isRecorded ? 'note' : 'torn', 'checkpoint_torn', { ...place, offset }, message)
  }

  /** Whether another writer has recorded all of its entries, after it had come to its end. */
  get #isRecorded(): boolean {
    return this.#mentions.some(({ found, comparison }) => {
      return found.state !== 'running' && found.entries === this.#facts.entries && comparison === 'fits'
    })
  }

  async #concludeEnd(): Promise<void> {
    const { entries, survey, lastPlace, tail } = this.#facts
    if (survey.segments.length === 0 || this.#isEmpty) return
    const place = { writer: this.#writer, ...lastPlace, ...tail, seq: tail === undefined ? entries - 1 : entries }
    if (this.state === 'closed') return this.#concludeClosed(place)
    if (this.state !== 'ended') return
    this.#concludeAfterEnd()
    if (!this.#isRecorded) {
      const message =
        'its process has ended without closing, and no later writer has recorded it: a crash, or the end was cut off'
      this.#tell('torn', 'writer_unclosed', place, message)
    } else if (await this.#hasTornAsRecorded()) {
      this.#tell('note', 'writer_ended', place, 'its process has ended without closing, as a later writer has recorded')
    } else {
      const message = 'what stands after its last entry is not what a later writer has found there: it was changed'
      this.#tell('tampered', 'tail_changed', place, message)
    }
  }

  async #concludeClosed(place: FindingPlace): Promise<void> {
    const { entries, saidSigned, survey, signedSizeNow } = this.#facts
    if (saidSigned >= entries) return
    // It may have closed while the journal was verified, and its last checkpoint may still be under way.
    if (survey.isRunning && (await signedSizeNow()) >= entries) return
    const message = `it has closed, and no checkpoint covers all its ${entries} entries: its process ended while it closed, or checkpoints were removed`
    this.#tell(survey.isRunning || this.#isRecorded ? 'note' : 'torn', 'closed_unsigned', place, message)
  }

  #concludeAfterEnd(): void {
    const { entries, saidSigned, lastPlace } = this.#facts
    const found = this.#endings.reduce((most, ending) => Math.max(most, ending.entries), saidSigned)
    if (this.#endings.length === 0 || found >= entries) return
    const message = `it had ended with ${found} entries, as a later writer has found, and has ${entries}: they were added`
    this.#tell('tampered', 'entries_after_end', { writer: this.#writer, ...lastPlace, seq: found }, message)
  }

  async #hasTornAsRecorded(): Promise<boolean> {
    const endings = this.#endings.filter((ending) => ending.entries === this.#facts.entries)
    for (const { torn } of endings) if (!(await this.#hasTorn(torn))) return false
    return true
  }

  async #hasTorn(torn: FoundWriter['torn']): Promise<boolean> {
    const { tail, survey } = this.#facts
    if (torn === undefined) return tail === undefined
    const last = survey.segments.at(-1)
    if (tail === undefined || last?.number !== torn.segment) return false
    // Where nothing of the last segment was written whole, all of it is what is left.
    const from = tail.segment === last.number ? tail.offset : 0
    if (last.bytes - from !== torn.bytes) return false
    const path = segmentPath(this.#verification.directory, this.#writer, last.number)
    return (await digestOf(path, from, last.bytes)).sha256 === torn.sha256
  }
}

/** Writers of which others have recorded something, and which are not there. */
export function concludeMissing(verification: Verification, mentioned: ReadonlyMap<string, readonly Mention[]>): void {
  const tell = tellOf(verification)
  for (const [writer, mentions] of mentioned) {
    const [mention] = verification.facts.has(writer) ? [] : trustedMentions(verification, mentions)
    if (mention === undefined) continue
    const source = mention.sources.find((one) => isTrusted(verification, one)) as Source
    const message = `it is not there, and entry ${source.seq} of writer ${source.writer} has found it: it was removed`
    tell('tampered', 'writer_missing', { writer }, message)
  }
  for (const [writer, prunes] of verification.prunes) {
    if (verification.facts.has(writer) || mentioned.get(writer) !== undefined) continue
    const source = prunes.find((prune) => isTrusted(verification, prune.source))?.source
    if (source === undefined) continue
    const message = `it is not there, and entry ${source.seq} of writer ${source.writer} pruned it: what was left was removed`
    tell('tampered', 'writer_missing', { writer }, message)
  }
}

/** What has become of values that are gone, and of those that should be. */
export function concludeValues(
  verification: Verification,
  stateOf: (writer: string) => WriterReport['state'] | undefined,
): void {
  const { erasures, facts } = verification
  const tell = tellOf(verification)
  const isPruned = [...facts.values()].some(({ survey }) => survey.pruned !== undefined)
  for (const { writer, segment, seq, offset, isInTail, isBlank } of erasures.unrecorded()) {
    const place = { writer, segment, seq, offset, name: valuesName(segment) }
    const what = `a value of the entry was ${isBlank ? 'overwritten' : 'removed'}`
    if (isInTail && !isBlank && stateOf(writer) === 'ended') {
      tell('torn', 'value_missing', place, 'a value of the entry is not there: lost in a crash, or removed')
    } else if (isBlank && isPruned) {
      tell('note', 'value_missing', place, `${what}, and the entry that says so may have been pruned`)
    } else tell('tampered', 'value_missing', place, `${what}, and no entry says that it was erased`)
  }
  for (const { writer, segment, seq, offset } of erasures.removed()) {
    const place = { writer, segment, seq, offset, name: valuesName(segment) }
    tell('tampered', 'value_missing', place, 'an erased value was removed with its line, which erasing leaves')
  }
  for (const { writer, entry, source } of erasures.readable()) {
    const pruned = facts.get(writer)?.survey.pruned
    if (!facts.has(writer) || (typeof pruned === 'object' && entry < pruned.entries)) continue
    const by = `entry ${source.seq} of writer ${source.writer}`
    tell('note', 'value_readable', { writer, seq: entry }, `${by} says that a value was erased, and it is still there`)
  }
}
