import { readFile, writeFile } from 'node:fs/promises'
import { type AuditEntry, jsonlSink } from '@toolgate/audit'

/**
 * Run by a test under a limit on the size of files: writes entries until one is cut off in the middle, makes room
 * and goes on. Prints what was refused.
 */
const [path] = process.argv.slice(2) as [string]
process.on('SIGXFSZ', () => undefined)
const sink = jsonlSink({ path })
const refused: string[] = []
for (const callId of ['a', 'b', 'c', 'd', 'e']) {
  const entry = { callId, note: 'x'.repeat(250) } as unknown as AuditEntry
  try {
    await sink.end(entry, { durability: 'intent', erasable: [] })
  } catch (error) {
    refused.push(`${callId} ${(error as NodeJS.ErrnoException).code}`)
  }
}
// What is left is the part of a line that was written before the limit was reached.
await writeFile(path, (await readFile(path, 'utf8')).split('\n').at(-1) ?? '')
await sink.begin?.({} as never, { durability: 'intent', erasable: [] })
await sink.close?.()
console.log(JSON.stringify(refused))
