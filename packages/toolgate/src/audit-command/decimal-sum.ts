const decimal = /^(-?)(\d{1,60})(?:\.(\d{1,60}))?$/

/** A sum of decimal strings, exact, whatever their number of decimals. */
export class DecimalSum {
  #units = 0n
  /** How many decimals the units have. */
  #scale = 0
  /** How many were added. */
  count = 0
  /** How many texts were no decimals, and are not in the sum. */
  unreadable = 0

  get scale(): number {
    return this.#scale
  }

  add(text: string): void {
    const [, sign, whole, fraction = ''] = decimal.exec(text) ?? []
    if (whole === undefined) {
      this.unreadable++
      return
    }
    if (fraction.length > this.#scale) {
      this.#units *= 10n ** BigInt(fraction.length - this.#scale)
      this.#scale = fraction.length
    }
    this.count++
    const units = BigInt(whole + fraction.padEnd(this.#scale, '0'))
    this.#units += sign === '-' ? -units : units
  }

  /** With as many decimals as the most precise that was added, or more where that is asked for. */
  toString(leastScale: number = 0): string {
    const isNegative = this.#units < 0n
    const digits = String(isNegative ? -this.#units : this.#units).padStart(this.#scale + 1, '0')
    const whole = digits.slice(0, digits.length - this.#scale)
    const fraction = digits.slice(digits.length - this.#scale).padEnd(leastScale, '0')
    return `${isNegative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
  }
}
