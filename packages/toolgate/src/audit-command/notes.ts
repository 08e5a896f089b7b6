import { UnableError } from '../command-line/failure.ts'
import { readText } from '../command-line/files.ts'
import { safeText } from '../command-line/safe-text.ts'

/** The signed notes of a file: one, or several after each other. @throws UnableError */
export async function readNotes(file: string): Promise<string[]> {
  const notes = await readNotesIfAny(file)
  if (notes.length > 0) return notes
  throw new UnableError(`\`${safeText(file)}\` holds no checkpoint: expected what \`toolgate audit checkpoint\` prints`)
}

/** The same for a file to which the first are only to be added. @throws UnableError */
export async function readNotesIfAny(file: string): Promise<string[]> {
  return splitNotes(await readText('the checkpoints', file))
}

/**
 * Takes a file apart that holds signed notes after each other, as people keep them: with empty lines between them or
 * none, with the line ends of another system, or copied as they stand in a journal's `checkpoints.jsonl`.
 *
 * What is no whole note is handed on as it is, so that whoever reads notes refuses it: nothing is left out unseen.
 */
export function splitNotes(text: string): string[] {
  const notes: string[] = []
  let lines: string[] = []
  const end = (): void => {
    if (lines.some((line) => line !== '')) notes.push(`${lines.join('\n')}\n`)
    lines = []
  }
  for (const line of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const isSignature = line.startsWith('— ')
    // A signature stands below an empty line or another signature; what follows the last one is the next note.
    if (isSigned(lines) && !isSignature) end()
    const note = lines.length === 0 ? noteOfJson(line) : undefined
    if (note !== undefined) notes.push(note)
    else if (line !== '' || lines.length > 0) lines.push(line)
  }
  while (lines.at(-1) === '') lines.pop()
  end()
  return notes
}

function isSigned(lines: readonly string[]): boolean {
  return lines.length > 2 && lines.at(-1)?.startsWith('— ') === true
}

function noteOfJson(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const { note } = JSON.parse(line) as { readonly note?: unknown }
    return typeof note === 'string' ? note : undefined
  } catch {
    return undefined
  }
}
