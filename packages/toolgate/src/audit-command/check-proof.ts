import { verifyEntryProof, verifyGrowthProof } from '@toolgate/audit'
import type { Command } from '../command-line/command.ts'
import { exitOk, UsageError } from '../command-line/failure.ts'
import { readText } from '../command-line/files.ts'
import { formatCount } from '../command-line/quantities.ts'
import { safeText } from '../command-line/safe-text.ts'
import { readKeys } from './keys.ts'
import { readNotes } from './notes.ts'
import { keyOption } from './shared-options.ts'

const exitInvalid = 1

export const checkProofCommand: Command = {
  name: 'check-proof',
  summary: 'check what `prove` made, without the journal',
  usage: ['PROOF', 'LINE'],
  options: {
    key: { ...keyOption, summary: 'the key that signed the checkpoint, as name+id+base64 or a file of such lines' },
  },
  notes:
    'PROOF and LINE are the files that `prove` wrote; for a proof of growth, the file of the older checkpoint stands in the place of LINE. Get the key from somebody whom you trust: with a key of its own anybody can make a proof. Exit code 0 when the proof holds, 1 when it does not.',
  examples: ['toolgate audit check-proof call.tlog-proof call.line --key kept.key'],
  run: async ({ given, stdout }) => {
    const keys = (await Promise.all(given.list('key').map(readKeys))).flat()
    if (keys.length === 0) throw new UsageError('--key is missing: a proof shows nothing without a key that is trusted')
    const proof = await readText('the proof', given.operand('PROOF'))
    const results = proof.startsWith('old ')
      ? await checkGrowth(proof, given.operand('LINE'), keys)
      : await checkEntry(proof, given.operand('LINE'), keys)
    const valid = results.find((result) => result.valid)
    if (valid === undefined) {
      const reasons = new Set(results.flatMap((result) => (result.valid ? [] : safeText(result.reason))))
      await stdout.line(`${stdout.style(['bold', 'red'], '✗ not proved')}: ${[...reasons].join('; ')}`)
      return exitInvalid
    }
    await stdout.line(`${stdout.style(['bold', 'green'], '✓ proved')}: ${safeText(said(valid))}`)
    return exitOk
  },
}

type Result = ReturnType<typeof verifyEntryProof> | ReturnType<typeof verifyGrowthProof>

async function checkEntry(proof: string, file: string, keys: readonly string[]): Promise<Result[]> {
  const line = await readText('the line', file)
  return keys.map((key) => verifyEntryProof({ proof, line, key }))
}

/** Of the checkpoints that were kept, any may be the one that the proof begins at. */
async function checkGrowth(proof: string, file: string, keys: readonly string[]): Promise<Result[]> {
  const notes = await readNotes(file)
  return notes.flatMap((from) => keys.map((key) => verifyGrowthProof({ proof, from, key })))
}

type Valid = Extract<Result, { valid: true }>

function said(valid: Valid): string {
  if ('index' in valid) {
    const { origin, index, size } = valid
    return `the line is entry ${index} of ${origin}, as signed when there were ${formatCount(size)} entries`
  }
  const { origin, oldSize, newSize } = valid
  return `${origin} has only grown, from ${formatCount(oldSize)} to ${formatCount(newSize)} entries`
}
