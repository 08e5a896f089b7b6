/** Beyond this a key is cut in a path: it may be a text of any length. */
const longestKey = 100

/** A path as documents write it, such as `arguments.items.0.note`: a dot that is part of a key is written `\.`. */
export function pathText(keys: readonly (string | number)[]): string {
  return ['arguments', ...keys.map(keyText)].join('.')
}

function keyText(key: string | number): string {
  const text = String(key)
  const short = text.length > longestKey ? `${text.slice(0, longestKey)}…` : text
  // Cut, or as it came, a key may hold half a character, which no record could hold.
  return short.replaceAll('.', '\\.').toWellFormed()
}
