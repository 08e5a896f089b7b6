import { type Detector, report } from '../detection.ts'
import { beginsWord, isAlphanumeric, isWordCharacter } from './characters.ts'
import { remainderBy97 } from './check-digits.ts'
import { eachMatch } from './each-match.ts'
import { ibanCountries } from './iban-countries.ts'

/** The country and the check digits. */
const anchor = /[A-Za-z]{2}[0-9]{2}/g

const separators = ' +.-\u00a0\u2009\u202f\n\r\t'
const escapedSpace = '%20'
const mostSeparators = 2

interface Structure {
  readonly length: number
  readonly pattern: RegExp
}

const structures = new Map(
  Array.from(ibanCountries, ([country, notation]) => [country, structureOf(country, notation)]),
)

function structureOf(country: string, notation: string): Structure {
  const parts = Array.from(notation.matchAll(/([0-9]+)([anc])/g), ([, count, characters]) => ({
    count: Number(count),
    characters: characters === 'n' ? '[0-9]' : characters === 'a' ? '[A-Z]' : '[A-Z0-9]',
  }))
  const length = parts.reduce((sum, { count }) => sum + count, country.length + 2)
  const account = parts.map(({ count, characters }) => `${characters}{${count}}`).join('')
  return { length, pattern: new RegExp(`^${country}[0-9]{2}${account}$`) }
}

export const findIbans: Detector = (search) => {
  const { text } = search
  eachMatch(anchor, text, (first, index) => {
    const structure = structures.get(first.slice(0, 2).toUpperCase())
    if (structure === undefined || !beginsWord(text, index)) return
    const end = endOf(text, index, structure.length)
    if (end === undefined || isWordCharacter(text.charCodeAt(end))) return
    const characters = text
      .slice(index, end)
      .replace(/%20|[^A-Za-z0-9]/g, '')
      .toUpperCase()
    const isRight =
      structure.pattern.test(characters) && remainderBy97(characters.slice(4) + characters.slice(0, 4)) === 1
    if (isRight) report(search, 'iban', index, end)
  })
}

/** After so many letters and digits, with few separators between any two of them. */
function endOf(text: string, start: number, length: number): number | undefined {
  let left = length
  let separatorsLeft = mostSeparators
  for (let index = start; index < text.length; index++) {
    if (isAlphanumeric(text.charCodeAt(index))) {
      left--
      if (left === 0) return index + 1
      separatorsLeft = mostSeparators
    } else {
      separatorsLeft--
      if (separatorsLeft < 0) return undefined
      if (text.startsWith(escapedSpace, index)) index += escapedSpace.length - 1
      else if (!separators.includes(text.charAt(index))) return undefined
    }
  }
  return undefined
}
