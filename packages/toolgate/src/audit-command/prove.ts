import { proveEntry, proveGrowth } from '@toolgate/audit'
import type { Command, CommandContext } from '../command-line/command.ts'
import { exitOk, UnableError, UsageError } from '../command-line/failure.ts'
import { writeNewFile } from '../command-line/files.ts'
import { parseWholeNumber } from '../command-line/given.ts'
import { safeText } from '../command-line/safe-text.ts'
import { checkJournal, directoryOperand } from '../journal-reading/journal-place.ts'
import { readNotes } from './notes.ts'
import { forceOption } from './shared-options.ts'

export const proveCommand: Command = {
  name: 'prove',
  summary: 'prove that an entry is in the journal, or that the journal has only grown',
  usage: [directoryOperand, 'WRITER', '[SEQ]'],
  options: {
    checkpoint: { value: 'FILE', summary: 'prove by the checkpoint of this file; by default by the latest one' },
    since: {
      value: 'FILE',
      summary: 'instead of an entry, prove that nothing was changed since the checkpoint of this file',
    },
    output: {
      value: 'PREFIX',
      summary: 'write PREFIX.tlog-proof and PREFIX.line (with --since PREFIX.growth-proof) instead of printing',
    },
    force: forceOption,
  },
  notes:
    'Whoever has the key can check a proof without the journal: `toolgate audit check-proof`, or any tool for https://c2sp.org/tlog-proof. The proof of an entry shows that entry, and nothing of the others but hashes. `query --json` says the writer and the seq of a call.',
  examples: [
    'toolgate audit prove audit 20261121T170102Z-8f3a61c09d2e 17 --output call',
    'toolgate audit prove audit 20261121T170102Z-8f3a61c09d2e --since kept.notes',
  ],
  run: async (context) => {
    await checkJournal(context.given.operand(directoryOperand))
    const parts = context.given.has('since') ? await growth(context) : await entry(context)
    await write(context, parts)
    return exitOk
  },
}

/** What a proof consists of: how a file of it ends, what it is, and what stands in it. */
interface Part {
  readonly ending: string
  readonly title: string
  readonly text: string
}

async function entry({ given }: CommandContext): Promise<Part[]> {
  if (!given.hasOperand('SEQ')) throw new UsageError('SEQ is missing: the number of an entry, or give --since')
  const [directory, writer] = [given.operand(directoryOperand), given.operand('WRITER')]
  const seq = parseWholeNumber('SEQ', given.operand('SEQ'), 0)
  const file = given.text('checkpoint')
  const checkpoint = file === undefined ? undefined : await latestNoteOf(writer, file)
  const { proof, line } = await proveEntry({ directory, writer, seq, ...(checkpoint !== undefined && { checkpoint }) })
  return [
    { ending: 'tlog-proof', title: 'proof', text: proof },
    { ending: 'line', title: `entry ${seq}`, text: `${line}\n` },
  ]
}

async function growth({ given }: CommandContext): Promise<Part[]> {
  if (given.hasOperand('SEQ')) throw new UsageError('--since is about the whole journal of the writer; leave out SEQ')
  const [directory, writer] = [given.operand(directoryOperand), given.operand('WRITER')]
  const from = await latestNoteOf(writer, given.text('since') ?? '')
  const file = given.text('checkpoint')
  const to = file === undefined ? undefined : await latestNoteOf(writer, file)
  const proof = await proveGrowth({ directory, from, ...(to !== undefined && { to }) })
  return [{ ending: 'growth-proof', title: 'proof of growth', text: proof }]
}

/** The largest checkpoint of a writer in a file that may hold those of others too. */
async function latestNoteOf(writer: string, file: string): Promise<string> {
  const own = (await readNotes(file)).filter((note) => note.split('\n')[0]?.endsWith(`/${writer}`) === true)
  const [latest] = own.toSorted((one, other) => sizeOf(other) - sizeOf(one))
  if (latest !== undefined) return latest
  throw new UnableError(`\`${safeText(file)}\` holds no checkpoint of writer \`${safeText(writer)}\``)
}

/** As it stands in the note; whoever uses the note checks it. */
function sizeOf(note: string): number {
  return Number(note.split('\n')[1])
}

async function write({ given, stdout, stderr }: CommandContext, parts: readonly Part[]): Promise<void> {
  const prefix = given.text('output')
  if (prefix === undefined) {
    for (const { title, text } of parts) {
      // On a terminal nothing in an entry may act; elsewhere it is as it is stored.
      const shown = stdout.isTerminal ? text.split('\n').map(safeText).join('\n') : text
      await stdout.write(`${stdout.style('bold', `--- ${title}`)}\n${shown}`)
    }
    return
  }
  for (const { ending, title, text } of parts) {
    const path = `${prefix}.${ending}`
    await writeNewFile(path, { mayOverwrite: given.has('force') }, (output) => output.write(text))
    await stderr.line(`${title} written to ${safeText(path)}`)
  }
}
