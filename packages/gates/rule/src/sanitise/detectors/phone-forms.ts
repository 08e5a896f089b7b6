import { isNorthAmerican } from './calling-codes.ts'
import { grouped, type NumberForm, type NumberInText } from './number-form.ts'
import { anyOf, hasWordBeside, isNumberOfAThing } from './words.ts'

const phoneWords = anyOf(
  'tel',
  'tele?(?:f|ph)on\\p{L}{0,12}',
  'tél(?:éphone)?',
  'teléfonos?',
  'ph',
  'phones?',
  'mobile?s?',
  'mobil\\p{L}{0,10}',
  'm[óo]vil',
  'cell(?:s|phone|ular|ulare)?',
  'celular',
  'handy\\p{L}{0,8}',
  'gsm',
  'fax',
  'call(?:ed|ing|s)?',
  'ring',
  'dial',
  'sms',
  'text (?:me|us)',
  'whatsapp',
  'portable',
  'msisdn',
  'tlf',
  'bel',
)

/** Mobile and regional numbers that people write with the zero that is dialled within the country. */
const withTrunkZero: readonly string[] = [
  // France, and others in pairs.
  ...grouped([2, 2, 2, 2, 2], ' .-'),
  // United Kingdom and Ireland.
  ...grouped([3, 4, 4], ' -'),
  ...grouped([4, 3, 4], ' -'),
  ...grouped([5, 6], ' -'),
  ...grouped([5, 3, 3], ' -'),
  ...grouped([3, 3, 4], ' -'),
  ...grouped([2, 3, 4], ' -'),
  // Japan.
  ...grouped([2, 4, 4], ' -'),
  // Germany and Austria.
  ...['2', '3', '4', '5'].flatMap((area) => ['5', '6', '7', '8'].flatMap((rest) => oneSplit(area, rest))),
  ...['3 5-3', '3/5-3', '3 2 2 2 2', '3 3 2 2 2', '4 2 2 2 2', '4 3 2 2', '3 5 3', '4 5 2'],
  // Switzerland, Belgium, the Netherlands, Turkey.
  ...grouped([3, 3, 2, 2], ' .'),
  ...grouped([4, 2, 2, 2], ' ./'),
  ...['4/2 2 2', '4/2.2.2', '3/2 2 2', '2 3 2 2', '2/3 2 2', '2/3.2.2', '4 3 2 2', '2 4 4'],
  // Sweden.
  ...['2-3 3 2', '2-3 3 2 2', '3-3 2 2', '3-3 3 2', '4-2 2 2', '3-2 2 2', '2-3 2 2'],
  ...['(3)4 4', '(4)3 4', '(5)6', '(5)3 3', '(3)5-3', '(3)3 4', '(2)4 4', '(2)3 4'],
  ...['(3)6', '(3)7', '(3)8', '(4)6', '(4)7', '(4)8', '(5)5', '(5)7'],
]

function oneSplit(area: string, rest: string): string[] {
  return [' ', '-', '/'].map((separator) => `${area}${separator}${rest}`)
}

export const phoneForms: readonly NumberForm[] = [
  // North America. What is written with spaces may be many a thing, but area and exchange have rules of their own.
  form(['(3)3-4', '(3)3 4', '(3)3.4', ...grouped([3, 3, 4], '-. ')], isNorthAmerican),
  form(['1(3)3-4', '1(3)3 4', ...grouped([1, 3, 3, 4], '-. ')], (digits) => {
    return digits.startsWith('1') && isNorthAmerican(digits.slice(1))
  }),
  form(withTrunkZero, (digits) => /^0[1-9][0-9]{6,10}$/.test(digits)),
  // Where there is no such zero, numbers look like amounts; without separators they look like anything.
  form(
    [
      ...grouped([3, 3, 3], ' -.'),
      ...grouped([3, 3, 4], ' -.'),
      ...grouped([2, 3, 4], ' -'),
      ...grouped([2, 3, 2, 2], ' -'),
      ...grouped([2, 2, 2, 2], ' -'),
      ...grouped([3, 2, 3], ' '),
      ...grouped([3, 2, 2, 2], ' '),
      ...grouped([4, 4], ' -'),
      ...grouped([3, 4], '-. '),
      ...grouped([3, 6], ' -'),
      ...grouped([3, 7], ' -'),
      '(2)5-4',
      '(2)4-4',
      '8',
      '9',
      '10',
      '11',
      '12',
      '13',
      '14',
    ],
    () => true,
    phoneWords,
  ),
]

function form(shapes: readonly string[], isRight: (digits: string) => boolean, words?: RegExp): NumberForm {
  const accepts = (number: NumberInText): boolean => {
    const { digits, search, start, end } = number
    if (!isRight(digits) || isNumberOfAThing(search, start)) return false
    return words === undefined || hasWordBeside(search, start, end, words)
  }
  return { kind: 'phone', shapes, accepts }
}
