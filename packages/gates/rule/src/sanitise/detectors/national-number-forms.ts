import { isLuhn, isMod11And10, isVerhoeff, remainderBy97, weightedSum } from './check-digits.ts'
import { grouped, type NumberForm, type NumberInText } from './number-form.ts'
import { anyOf, hasWordBeside, isNumberOfAThing } from './words.ts'

/**
 * National identifiers that are written in digits only. Where check digits leave too much of what is no identifier, the
 * usual separators or a word beside the number are asked for as well.
 */
export const nationalNumberForms: readonly NumberForm[] = [
  // United States: social security number. It has no check digit.
  form(grouped([3, 2, 4], '- '), isSocialSecurityNumber, { unlessThing: true }),
  form(['9'], isSocialSecurityNumber, { words: anyOf('ssns?', 'social security', 'social') }),
  // France: numéro d'inscription au répertoire.
  form(['15', '13 2', '1 2 2 2 3 3 2', '1-2-2-2-3-3-2', '1.2.2.2.3.3.2'], isRepertoryNumber),
  // Germany: steuerliche Identifikationsnummer.
  form(['2 3 3 3'], isTaxIdentifier),
  form(['11'], isTaxIdentifier, {
    words: anyOf('steuer\\p{L}{0,24}', 'steuer id', 'id ?nr', 'identifikationsnummer', 'tin', 'tax id'),
  }),
  // Netherlands: burgerservicenummer.
  form(['9', '4.2.3', ...grouped([3, 3, 3], ' .')], isCitizenServiceNumber, {
    words: anyOf('bsn', 'burgerservice\\p{L}{0,8}', 'sofi\\p{L}{0,8}'),
  }),
  // Brazil: cadastro de pessoas físicas.
  form(['3.3.3-2'], isTaxpayerNumber),
  form(['11'], isTaxpayerNumber, { words: anyOf('cpf') }),
  // Canada: social insurance number. In groups with spaces it looks like an amount.
  form(['3-3-3'], isSocialInsuranceNumber),
  form(['9', '3 3 3'], isSocialInsuranceNumber, { words: anyOf('sin', 'social insurance', 'nas') }),
  // Sweden: personnummer, and samordningsnummer with 60 added to the day.
  form(['6-4', '6+4', '8-4'], isPersonalNumber),
  form(['10', '12'], isPersonalNumber, { words: anyOf('personnummer', 'person ?nr', 'pnr', 'samordningsnummer') }),
  // Poland: PESEL, which has no separators.
  form(['11'], isPesel, { words: anyOf('pesel\\p{L}{0,4}') }),
  // India: Aadhaar.
  form(grouped([4, 4, 4], ' -'), isAadhaar),
  form(['12'], isAadhaar, { words: anyOf('aadh?aa?r', 'uid(?:ai)?') }),
  // Switzerland: AHV number.
  form(['13', '3.4.4.2', '3 4 4 2'], isOldAgeInsuranceNumber),
]

interface Asked {
  /** One of these stands beside it. */
  readonly words?: RegExp
  /** The text does not say that it is the number of an order, a part and so on. */
  readonly unlessThing?: boolean
}

function form(shapes: readonly string[], isRight: (digits: string) => boolean, asked: Asked = {}): NumberForm {
  const accepts = ({ digits, search, start, end }: NumberInText): boolean => {
    if (!isRight(digits)) return false
    if (asked.unlessThing === true && isNumberOfAThing(search, start)) return false
    return asked.words === undefined || hasWordBeside(search, start, end, asked.words)
  }
  return { kind: 'national_id', shapes, accepts }
}

/** Areas 000, 666 and from 900 on, group 00 and serial number 0000 are not issued. */
function isSocialSecurityNumber(digits: string): boolean {
  return /^(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}$/.test(digits)
}

/** Sex, year, month (also the special ones), department, commune, order, and 97 less the remainder of it all. */
function isRepertoryNumber(digits: string): boolean {
  if (!/^[1-478][0-9]{2}(?:0[1-9]|1[0-2]|[2-9][0-9])[0-9]{10}$/.test(digits)) return false
  return 97 - remainderBy97(digits.slice(0, 13)) === Number(digits.slice(13))
}

/** One digit of the first ten stands in them twice or three times, and no other one does. */
function isTaxIdentifier(digits: string): boolean {
  const times = new Map<string, number>()
  for (const digit of digits.slice(0, 10)) times.set(digit, (times.get(digit) ?? 0) + 1)
  const repeated = [...times.values()].filter((count) => count > 1)
  const isFormed = repeated.length === 1 && Number(repeated[0]) < 4 && !digits.startsWith('0')
  return isFormed && isMod11And10(digits)
}

function isCitizenServiceNumber(digits: string): boolean {
  return digits !== '000000000' && weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
}

function isTaxpayerNumber(digits: string): boolean {
  if (/^(.)\1*$/.test(digits)) return false
  const first = ((weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10
  const second = ((weightedSum(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11) % 10
  return first === Number(digits[9]) && second === Number(digits[10])
}

function isSocialInsuranceNumber(digits: string): boolean {
  return !digits.startsWith('8') && digits !== '000000000' && isLuhn(digits)
}

function isPersonalNumber(digits: string): boolean {
  const short = digits.slice(-10)
  return (
    /^(?:1[89]|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278][0-9]|[39][01])[0-9]{4}$/.test(digits) && isLuhn(short)
  )
}

/** The century is added to the month: 80 for the nineteenth, 20, 40 and 60 for those after the twentieth. */
function isPesel(digits: string): boolean {
  if (!/^[0-9]{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{5}$/.test(digits)) return false
  return weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
}

function isAadhaar(digits: string): boolean {
  return digits >= '2' && isVerhoeff(digits)
}

/** The code of the country is 756; the check digit is that of EAN-13. */
function isOldAgeInsuranceNumber(digits: string): boolean {
  return digits.startsWith('756') && weightedSum(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0
}
