import { createPublicKey } from 'node:crypto'
import { type Journal, type JournalReport, journal } from '@toolgate/audit'
import type { CommandContext } from '../command-line/command.ts'
import { UnableError, UsageError } from '../command-line/failure.ts'
import { readText } from '../command-line/files.ts'
import type { Option } from '../command-line/option.ts'
import { safeText } from '../command-line/safe-text.ts'
import { directoryOperand } from '../journal-reading/journal-place.ts'
import { verify } from './verification.ts'

export const keyFileOption: Option = {
  value: 'FILE',
  summary: 'the private key of the journal, in PEM: what is done is recorded in the journal and signed with it',
}

/**
 * Opens a journal to change something in it: as a writer of its own, with the name that the others have. It is verified
 * first, since pruning or erasing would hide what was tampered with.
 */
export async function changeJournal<Result>(
  context: CommandContext,
  change: (journal: Journal) => Promise<Result>,
): Promise<Result> {
  const { given, stderr } = context
  const directory = given.operand(directoryOperand)
  const keyFile = given.text('key-file')
  if (keyFile === undefined)
    throw new UsageError('--key-file is missing: the private key that the journal is signed with')
  // A key that is not there would be made.
  const pem = await readText('the private key', keyFile)
  const report = await verify(context, [])
  if (report.verdict === 'tampered') {
    throw new UnableError(
      'the journal was tampered with, so nothing in it is changed: `toolgate audit verify` says more',
    )
  }
  checkKey(pem, keyFile, report)
  const failures: Error[] = []
  const opened = journal({ directory, keyFile, onError: (error) => failures.push(error), ...nameOf(report) })
  try {
    return await change(opened)
  } finally {
    await opened.close()
    for (const { message } of failures) await stderr.line(safeText(message))
  }
}

/** With another key than theirs, nobody who trusts theirs could verify the journal any more. */
function checkKey(pem: string, keyFile: string, { writers }: JournalReport): void {
  const keys = [...new Set(writers.flatMap(({ key }) => key ?? []))]
  const own = publicKeyOf(pem)
  if (keys.length === 0 || keys.some((key) => key.endsWith(`+${own}`))) return
  const theirs = keys.map((key) => `\`${safeText(key)}\``).join(', ')
  throw new UnableError(
    own === undefined
      ? `\`${safeText(keyFile)}\` is no Ed25519 private key in PEM; expected that of ${theirs}`
      : `\`${safeText(keyFile)}\` is another key than the journal is signed with, which is ${theirs}`,
  )
}

/** As keys of signed notes end: the base64 of 0x01 and the 32 bytes of the public key. */
function publicKeyOf(pem: string): string | undefined {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType !== 'ed25519') return undefined
    const bytes = key.export({ format: 'der', type: 'spki' }).subarray(-32)
    return Buffer.concat([Buffer.of(1), bytes]).toString('base64')
  } catch {
    return undefined
  }
}

/** What was recorded has a checkpoint of its own, which nobody has kept yet. */
export const keepHint = 'The journal has a new checkpoint: keep it, as `toolgate audit checkpoint` prints it.'

/** The name of the latest writer's key, which is the journal's. */
function nameOf({ writers }: JournalReport): { readonly name?: string } {
  const name = writers.findLast(({ key }) => key !== undefined)?.key?.split('+')[0]
  return name === undefined ? {} : { name }
}
