/** A key may be a text of any length, and a label is looked through for each number that it may tell. */
const longestKey = 100

/** What a value is called: by the last two keys that lead to it, since `number` says little and `phone number` all. */
export function labelOf(keys: readonly (string | number)[]): string {
  let last = ''
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index]
    if (typeof key !== 'string') continue
    const end = key.slice(-longestKey)
    if (last !== '') return `${end} ${last}`
    last = end
  }
  return last
}
