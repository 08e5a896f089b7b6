/** How separators are written in shapes, by how they are written in texts. */
const separators = new Map<string, string>([
  ...spellings(' ', ' ', '\u00a0', '\u2009', '\u202f', '  ', '%20'),
  ...spellings('-', '-', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212', ' - ', ' \u2013 '),
  ...spellings('.', '.'),
  ...spellings('/', '/', ' / '),
  ...spellings('+', '+'),
  ...spellings('(', ' (', '-('),
  ...spellings(')', ')', ') ', ')-'),
])

const longestSeparator = 3

function spellings(separator: string, ...written: readonly string[]): [string, string][] {
  return written.map((spelling) => [spelling, separator])
}

/** The code of the separator between two groups of digits, as shapes write it; 0 where there is none. */
export function separatorBetween(text: string, end: number, start: number): number {
  if (start - end > longestSeparator) return 0
  return separators.get(text.slice(end, start))?.charCodeAt(0) ?? 0
}
