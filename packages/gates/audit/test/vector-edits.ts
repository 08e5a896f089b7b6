import type { FixtureJournal, FixtureWriter } from './fixture-journal.ts'
import type { EditVector } from './vector-shapes.ts'

type Place = Pick<EditVector, 'file' | 'offset' | 'byte'>

/** Bytes that somebody might change, and what has to be said of each. */
export function editsOf(journal: FixtureJournal, crashed: FixtureWriter, closed: FixtureWriter): EditVector[] {
  const [first, second, later] = [crashed.fileOf(1), crashed.fileOf(2), closed.fileOf(1)]
  const values = first.replace('.jsonl', '.values.jsonl')
  const notes = crashed.checkpointsFile
  const signature = crashed.notes[0]?.split(' ').at(-1)?.trim().slice(40) ?? ''
  /** Another byte for the first of a text, at the first place where it stands after another text, or begins with it. */
  const at = (file: string, after: string, text: string, by: string): Place => {
    const content = Buffer.from(journal.files.get(file) ?? '')
    const from = content.indexOf(after)
    const offset = content.indexOf(text, from)
    if (from === -1 || offset === -1) throw new Error(`\`${text}\` is not in ${file} after \`${after}\``)
    return { file: `journal/${file}`, offset, byte: by.charCodeAt(0) }
  }
  const edit = (what: string, place: Place, code: string, entry: number | null): EditVector => {
    const writer = place.file.includes(closed.id) ? closed.id : crashed.id
    return { what, ...place, verdict: 'tampered', code, writer, entry }
  }
  const before = crashed.leaves[6]?.toString('hex') ?? ''
  return [
    edit('an amount', at(first, '{"seq":1,', '40.00', '9'), 'entry_changed', 1),
    edit('the number of an entry', at(first, '{"seq":2,', '2', '7'), 'entry_renumbered', 2),
    edit('the hash of the entry before', at(second, '{"seq":7,', before, otherThan(before)), 'entry_changed', 7),
    edit('what every line begins with', at(second, '{"seq":7,', '"kind"', 'x'), 'line_malformed', 7),
    edit('the newline between two entries', at(first, '{"seq":1,', '\n', ' '), 'entries_missing', 2),
    edit('the reason of a seal', at(first, '{"seq":4,', 'size', 'S'), 'entry_changed', 4),
    edit('the number of a segment', at(second, '"segment":2', '2', '3'), 'segment_entry_misfit', 5),
    edit('an entry after the last checkpoint', at(second, '{"seq":8,', '60.00', '9'), 'writer_misfit', 8),
    edit('what stands after the last entry', at(second, '{"seq":9,', 'outc', 'O'), 'tail_changed', 9),
    edit('a value that can be erased', at(values, '{"seq":3,', '":"', 'x'), 'value_changed', 3),
    edit('a value that was erased', at(values, ' ', ' ', 'x'), 'value_changed', 1),
    edit('what was found', at(later, '"head":"', crashed.head, otherThan(crashed.head)), 'entry_changed', 0),
    edit('the record of an erased value', at(later, '"entry":1', '1', '3'), 'entry_changed', 1),
    edit('the last entry', at(later, '"closed"', 'closed', 'C'), 'entries_rewritten', 5),
    edit('the size in a checkpoint', at(notes, '\\n1\\n', '1', '2'), 'checkpoint_unsigned', null),
    edit('a newline in a checkpoint', at(notes, '\\n1\\n', '\\', 'x'), 'checkpoint_malformed', null),
    edit('a signature', at(notes, '— vectors ', signature, otherThan(signature)), 'checkpoint_unsigned', null),
  ]
}

/** A digit that a text does not begin with. */
function otherThan(text: string): string {
  return text.startsWith('0') ? '1' : '0'
}
