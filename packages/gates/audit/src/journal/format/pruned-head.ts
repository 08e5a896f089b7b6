import { readFile } from 'node:fs/promises'
import { unlessMissing } from './files.ts'
import { prunedPath } from './layout.ts'
import type { PrunedHead } from './line.ts'
import { MerkleTree } from './merkle.ts'

/** What is left of a writer's pruned segments. @throws Error for a file that does not say it. */
export async function readPrunedHead(directory: string, writer: string): Promise<PrunedHead | undefined> {
  const path = prunedPath(directory, writer)
  const text = await readFile(path, 'utf8').catch(unlessMissing)
  if (text === undefined) return undefined
  const head = parsed(text)
  if (head === undefined)
    throw new Error(`\`${path}\` does not say what was pruned; toolgate audit verify looks into it`)
  return head
}

function parsed(text: string): PrunedHead | undefined {
  try {
    const head = JSON.parse(text) as PrunedHead
    const isWhole = [head.through, head.entries].every((count) => Number.isSafeInteger(count) && count > 0)
    const areHashes = [head.head, ...head.subtrees].every((hash) => /^[0-9a-f]{64}$/.test(hash))
    // The tree refuses subtrees that are not those of so many entries.
    return isWhole && areHashes && new MerkleTree(head.entries, head.subtrees).size > 0 ? head : undefined
  } catch {
    return undefined
  }
}
