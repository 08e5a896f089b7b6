import { type Checkpoint, parseCheckpoint, writerOf } from '../format/checkpoint.ts'
import { unlessMissing } from '../format/files.ts'
import { checkpointsPath, listWriters } from '../format/layout.ts'
import { readLines } from '../format/lines.ts'
import { type LeafRange, lineHash } from '../format/merkle.ts'
import { readPrunedHead } from '../format/pruned-head.ts'
import { JournalError } from '../journal-error.ts'
import { type JournalDamage, JournalDamageError } from '../reading/damage.ts'
import { WriterLines } from '../reading/writer-lines.ts'
import { SubtreeRoots } from './subtree-roots.ts'

/** What a proof is made of that a journal's files have. */

export interface ProofPlace {
  readonly directory: string
  readonly writer: string
}

const stepBytes = 1 << 20

/** The roots of subtrees of a writer's entries, and one of the lines. The entries are read once, up to the size. */
export async function readProof(
  { directory, writer }: ProofPlace,
  { ranges, size, seq }: { readonly ranges: readonly LeafRange[]; readonly size: number; readonly seq?: number },
): Promise<{ readonly hashes: readonly string[]; readonly line: string | undefined }> {
  const pruned = await readPrunedHead(directory, writer)
  const roots = new SubtreeRoots(ranges, pruned)
  const onDamage = (damage: JournalDamage) => {
    throw new JournalDamageError(directory, [damage])
  }
  const lines = new WriterLines({ directory, writer, onDamage })
  let line: string | undefined
  let count = pruned?.entries ?? 0
  for (
    let batch = await lines.read(stepBytes);
    batch !== undefined && count < size;
    batch = await lines.read(stepBytes)
  ) {
    const { buffer } = batch
    for (const entry of batch.lines) {
      if (entry.seq >= size) break
      roots.append(entry.seq, lineHash(buffer, entry.start, entry.end))
      if (entry.seq === seq) line = buffer.toString('utf8', entry.start, entry.end)
      count = entry.seq + 1
    }
  }
  if (count < size && (pruned?.entries ?? 0) < size) {
    throw new JournalError(
      `the journal of \`${writer}\` has only ${count} of the ${size} entries that the checkpoint is about: ` +
        'toolgate audit verify finds out what happened',
    )
  }
  const hashes = roots.roots()
  if (hashes.includes(undefined)) {
    throw new JournalError(
      `the entries of \`${writer}\` before ${pruned?.entries} were pruned, and what is left of them is not enough for ` +
        'this proof; a copy of the journal from before has it',
    )
  }
  return { hashes: hashes as string[], line }
}

/** @throws JournalError where there is no such writer. */
export async function checkWriter({ directory, writer }: ProofPlace): Promise<void> {
  const writers = await listWriters(directory).catch(unlessMissing)
  if (writers === undefined) throw new JournalError(`there is no journal in \`${directory}\``)
  if (writers.includes(writer)) return
  const known = writers.filter((other) => other.startsWith(writer.slice(0, dayChars)))
  const listed = (known.length > 0 ? known : writers).slice(-mostListed)
  const hint = listed.length === 0 ? 'it has none' : `there are ${listed.map((other) => `\`${other}\``).join(', ')}`
  throw new JournalError(`the journal in \`${directory}\` has no writer \`${writer}\`; ${hint}`)
}

const dayChars = '20261121'.length
const mostListed = 5

/** The latest checkpoint of a writer, as a signed note. */
export async function latestCheckpoint({ directory, writer }: ProofPlace): Promise<string> {
  let latest: string | undefined
  try {
    for await (const { buffer, bounds } of readLines(checkpointsPath(directory, writer))) {
      latest = noteIn(buffer.toString('utf8', bounds.at(-2), bounds.at(-1))) ?? latest
    }
  } catch (error) {
    unlessMissing(error as NodeJS.ErrnoException)
  }
  if (latest === undefined) throw new JournalError(`\`${writer}\` has no checkpoint yet: wait for the first`)
  return latest
}

function noteIn(line: string): string | undefined {
  try {
    const { note } = JSON.parse(line) as { readonly note?: unknown }
    return typeof note === 'string' ? note : undefined
  } catch {
    return undefined
  }
}

/** @throws JournalError for a note that is no checkpoint of this writer. */
export function checkpointOf({ writer }: Pick<ProofPlace, 'writer'>, note: string): Checkpoint {
  const checkpoint = readCheckpoint(note)
  if (writerOf(checkpoint) === writer) return checkpoint
  throw new JournalError(`the checkpoint is of \`${writerOf(checkpoint)}\`, and not of \`${writer}\``)
}

/** @throws JournalError for a note that is no checkpoint. */
export function readCheckpoint(note: string): Checkpoint {
  try {
    return parseCheckpoint(note)
  } catch (cause) {
    throw new JournalError((cause as Error).message, { cause })
  }
}
