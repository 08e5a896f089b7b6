import { parseCheckpoint, writerOf } from '../format/checkpoint.ts'
import { decodeNoteKey, isSignedBy, type NoteKey, parseNote } from '../format/note.ts'
import { quoted } from './findings.ts'
import { type JournalKeys, mostFrequent } from './keys.ts'
import type { Survey } from './survey.ts'
import { tellOf, type Verification } from './verification.ts'
import type { KeptCheckpoint } from './writer-facts.ts'

/** What was kept elsewhere, and is given to the verification. */

/** @throws TypeError for a note that is no checkpoint. */
export function decodeKept(notes: readonly string[]): KeptCheckpoint[] {
  return notes.map((note, index) => {
    try {
      return { note, checkpoint: parseCheckpoint(note) }
    } catch (cause) {
      const expected = 'a signed note of a checkpoint, as a writer hands it on'
      throw new TypeError(`verifyJournal.checkpoints[${index}] is ${quoted(note)}; expected ${expected}`, { cause })
    }
  })
}

/** @throws TypeError for what is no key. */
export function decodeKeys(keys: readonly string[]): NoteKey[] {
  return keys.map((key, index) => {
    try {
      return decodeNoteKey(key)
    } catch (cause) {
      const expected = 'name+id+base64 of an Ed25519 public key'
      throw new TypeError(`verifyJournal.keys[${index}] is ${quoted(key)}; expected ${expected}`, { cause })
    }
  })
}

/** The name that the journal's writers give it; without any, the one that stands in the checkpoints. */
export function journalName({ writers }: Survey, kept: readonly KeptCheckpoint[]): string {
  const said = writers.flatMap(({ segments }) => segments.flatMap(({ entry }) => entry?.journal ?? []))
  const signed = kept.map(({ checkpoint }) => journalOf(checkpoint.origin))
  return mostFrequent(said) ?? mostFrequent(signed) ?? ''
}

function journalOf(origin: string): string {
  return origin.slice(0, Math.max(0, origin.lastIndexOf('/')))
}

interface KeptContext {
  readonly survey: Survey
  readonly kept: readonly KeptCheckpoint[]
  readonly keys: JournalKeys
}

/** Tells which of the kept checkpoints can not be of this journal, and returns those of each writer. */
export function checkKept(
  verification: Verification,
  { survey, kept, keys }: KeptContext,
): (writer: string) => readonly KeptCheckpoint[] {
  const tell = tellOf(verification)
  const writers = new Map(survey.writers.map((writer) => [writer.writer, writer]))
  const own = kept.filter((one) => {
    const { checkpoint, note } = one
    const writer = writerOf(checkpoint)
    if (journalOf(checkpoint.origin) !== verification.journal) {
      const message = `a checkpoint that was kept elsewhere is of ${quoted(checkpoint.origin)}, and this is the journal ${quoted(verification.journal)}: it is of another one, or this one was renamed`
      tell('tampered', 'kept_misfit', { writer }, message)
      return false
    }
    const found = writers.get(writer)
    if (found === undefined) {
      const message = `it is not there, and a checkpoint of it of ${checkpoint.size} entries was kept elsewhere: it was removed`
      tell('tampered', 'writer_missing', { writer }, message)
      return false
    }
    const parsed = parseNote(note)
    if (!keys.of(found).keys.some((key) => isSignedBy(parsed, key))) {
      const message = `the checkpoint of ${checkpoint.size} entries that was kept elsewhere is not signed with its key: it was written anew with another`
      tell('tampered', 'kept_unsigned', { writer }, message)
    }
    return true
  })
  const byWriter = Map.groupBy(own, ({ checkpoint }) => writerOf(checkpoint))
  return (writer) => byWriter.get(writer) ?? []
}
