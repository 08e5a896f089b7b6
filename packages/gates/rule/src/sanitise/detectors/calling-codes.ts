/** How many digits follow a calling code, at least and at most. */
type Lengths = readonly [least: number, most: number]

/** For codes that are in use and not named below. */
const usualLengths: Lengths = [6, 10]

/** The calling codes of countries (ITU-T E.164), and how long their national numbers are where more is known. */
const lengthsByCode = new Map<string, Lengths>([
  ['1', [10, 10]],
  ['7', [10, 10]],
  ['20', [8, 10]],
  ['27', [9, 9]],
  ['30', [10, 10]],
  ['31', [9, 9]],
  ['32', [8, 9]],
  ['33', [9, 9]],
  ['34', [9, 9]],
  ['36', [8, 9]],
  ['39', [6, 11]],
  ['40', [9, 9]],
  ['41', [9, 9]],
  ['43', [7, 13]],
  ['44', [9, 10]],
  ['45', [8, 8]],
  ['46', [7, 10]],
  ['47', [8, 8]],
  ['48', [9, 9]],
  ['49', [6, 11]],
  ['51', [8, 9]],
  ['52', [10, 11]],
  ['53', [6, 8]],
  ['54', [10, 11]],
  ['55', [10, 11]],
  ['56', [9, 9]],
  ['57', [8, 10]],
  ['58', [10, 10]],
  ['60', [8, 10]],
  ['61', [9, 9]],
  ['62', [8, 12]],
  ['63', [8, 10]],
  ['64', [8, 10]],
  ['65', [8, 8]],
  ['66', [8, 9]],
  ['81', [9, 10]],
  ['82', [8, 10]],
  ['84', [9, 10]],
  ['86', [10, 11]],
  ['90', [10, 10]],
  ['91', [10, 10]],
  ['92', [9, 10]],
  ['93', [9, 9]],
  ['94', [9, 9]],
  ['95', [7, 10]],
  ['98', [10, 10]],
  ['351', [9, 9]],
  ['352', [6, 11]],
  ['353', [7, 9]],
  ['354', [7, 9]],
  ['355', [8, 9]],
  ['356', [8, 8]],
  ['357', [8, 8]],
  ['358', [6, 12]],
  ['359', [8, 9]],
  ['370', [8, 8]],
  ['371', [8, 8]],
  ['372', [7, 8]],
  ['373', [8, 8]],
  ['374', [8, 8]],
  ['375', [9, 9]],
  ['380', [9, 9]],
  ['381', [8, 9]],
  ['385', [8, 9]],
  ['386', [8, 8]],
  ['387', [8, 9]],
  ['420', [9, 9]],
  ['421', [9, 9]],
  ['852', [8, 8]],
  ['886', [8, 9]],
  ['966', [8, 9]],
  ['971', [8, 9]],
  ['972', [8, 9]],
])

/** The first two digits of the codes of three digits. */
const threeDigits = /^(?:2[1-69]|3[578]|42|50|59|6[789]|8[0578]|9[679])[0-9]/

/** How many digits may follow the calling code with which these digits begin; `undefined` where they begin with none. */
export function lengthsAfter(digits: string): { readonly code: string; readonly lengths: Lengths } | undefined {
  for (const code of [digits.slice(0, 1), digits.slice(0, 2), digits.slice(0, 3)]) {
    const lengths = lengthsByCode.get(code)
    if (lengths !== undefined) return { code, lengths }
  }
  return threeDigits.test(digits) ? { code: digits.slice(0, 3), lengths: usualLengths } : undefined
}

/** Ten digits: an area code and an exchange code that begin with 2 to 9 and do not end in 11. */
export function isNorthAmerican(digits: string): boolean {
  return /^[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}$/.test(digits)
}
