/**
 * Text of calls (names, messages, arguments) comes from models and from whatever they have read. On its way to a
 * terminal nothing in it may act: not as an escape sequence, not as a line of its own, not by turning the direction of
 * what follows or by standing there unseen.
 */

/** Controls, invisible formats, lone surrogates and separators of lines; not the joiners of emoji and scripts. */
const acting = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text with everything that could act written out: `\n`, `\x1b`, `\u202e`. */
export function safeText(text: string): string {
  return text.replace(acting, (character) => named[character] ?? escaped(character.codePointAt(0) ?? 0))
}

function escaped(codePoint: number): string {
  const hex = codePoint.toString(16)
  if (codePoint < 0x100) return `\\x${hex.padStart(2, '0')}`
  return codePoint < 0x1_0000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}

/** A value as one line of JSON in which nothing acts, and that means the same. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(acting, (character) =>
    Array.from({ length: character.length }, (_, unit) => {
      return `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
    }).join(''),
  )
}

const plain = /^[\x20-\x7e]*$/
const withoutWidth = /^[\p{Mn}\p{Me}\u200c\u200d]$/u
const wide =
  /^[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]$/u

/** How many columns a text that is safe takes on a terminal, as far as one can tell. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

function characterWidth(character: string): number {
  if (withoutWidth.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

/** The text where it fits, or as much of it as does, with a mark that something is missing. */
export function clip(text: string, width: number): string {
  if (text.length <= width && plain.test(text)) return text
  let [end, used, fits] = [0, 0, 0]
  for (const character of text) {
    used += characterWidth(character)
    end += character.length
    if (used <= width - 1) fits = end
    if (used > width) return `${text.slice(0, fits)}…`
  }
  return text
}

/** Fills up with spaces, on the right or on the left. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const room = ' '.repeat(Math.max(0, width - widthOf(text)))
  return side === 'left' ? text + room : room + text
}

/** Breaks a text into lines at its spaces; a word that is longer than a line is left whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
