import { display } from './policy-error.ts'

/** How many calls run at the same time where nothing else is said. */
export const defaultMaxParallel = 8

/**
 * Runs `work` on every item, at most `maxParallel` at a time; the results stand in the order of the items.
 * @throws TypeError when `maxParallel` is not a whole number of 1 or more; whatever `work` throws.
 */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  maxParallel: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  if (!Number.isSafeInteger(maxParallel) || maxParallel < 1) {
    throw new TypeError(`maxParallel is \`${display(maxParallel)}\`; expected a whole number of 1 or more`)
  }
  const results = new Array<Result>(items.length)
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index] as Item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(maxParallel, items.length) }, worker))
  return results
}
