let second = Number.NaN
let prefix = ''

/**
 * A time in ISO 8601 and UTC, as `Date.prototype.toISOString` has it. Times that are told one after the other are
 * mostly of the same second, and making a date of each would cost as much as the rest of a record.
 */
export function isoTime(ms: number): string {
  const whole = Math.floor(ms)
  const ofSecond = Math.floor(whole / 1_000)
  if (ofSecond !== second) {
    prefix = new Date(whole).toISOString().slice(0, -4)
    second = ofSecond
  }
  return `${prefix}${String(whole - ofSecond * 1_000).padStart(3, '0')}Z`
}
