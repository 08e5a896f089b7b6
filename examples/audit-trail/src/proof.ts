import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { proveEntry } from 'toolgate'
import { check, did } from './screen.ts'
import type { Trail } from './trail.ts'

/** It imports nothing but Node.js, so it is as good as one that the other side has written. */
const checker = fileURLToPath(new URL('../../../docs/audit/verify-proof.mjs', import.meta.url))

export interface Proven {
  readonly trail: Trail
  readonly writer: string
  readonly entry: number
  readonly key: string
}

/** Proves an entry with nothing but two files and a key, and that another entry is not proved by them. */
export async function proveToOthers({ trail, writer, entry, key }: Proven): Promise<void> {
  const { line, proof } = await proveEntry({ directory: trail.directory, writer, seq: entry })
  const proofFile = join(trail.folder, 'proof')
  const lineFile = join(trail.folder, 'line')
  writeFileSync(proofFile, proof)
  const verdictOn = (text: string) => {
    writeFileSync(lineFile, text)
    const { status, stdout } = spawnSync(process.execPath, [checker, proofFile, lineFile, key], { encoding: 'utf8' })
    // The id of the process is another one in every run.
    return { status, said: stdout.trim().replace(/ of \S+,/, ',') }
  }
  did(`a proof of entry ${entry} of the second process, for verify-proof.mjs`)
  const asItIs = verdictOn(line)
  check(asItIs.status === 0, asItIs.said)
  did('the same proof, with another amount in the entry')
  const changed = verdictOn(line.replace('"15.00"', '"75.00"'))
  check(changed.status === 1, changed.said)
}
