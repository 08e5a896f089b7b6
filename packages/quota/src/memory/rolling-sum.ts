import type { Claim } from '../claim.ts'
import type { QuotaSum } from './quota-sum.ts'

/** Fields of an entry in the ring: the time of its last charge, and its units. */
const stride = 2
const smallestCapacity = 2

/**
 * A sum over a rolling window: a ring of (time of the last charge, units), the oldest first.
 *
 * With slices of length 0 every moment has an entry of its own, and the sum is an exact log: whatever is charged at t
 * is in use until t + windowMs, exclusive. With longer slices the charges of a slice share one entry, which counts
 * whole until its last charge has left the window, so the sum is never too low and the ring has a bounded length.
 *
 * The ring grows with what is in use, not with the limit. Each entry is added once and dropped once, so a call costs
 * the same at any limit.
 */
export class RollingSum implements QuotaSum {
  readonly key: string
  used = 0
  readonly #windowMs: number
  readonly #sliceMs: number
  #ring: number[] = newRing(smallestCapacity)
  #capacity = smallestCapacity
  #first = 0
  #length = 0

  constructor(key: string, windowMs: number, sliceMs: number) {
    this.key = key
    this.#windowMs = windowMs
    this.#sliceMs = sliceMs
  }

  isOf(claim: Claim): boolean {
    if (claim.kind === 'calls') return this.#sliceMs === 0 && claim.windowMs === this.#windowMs
    if (claim.kind !== 'amount' || claim.window.kind !== 'rolling') return false
    return this.#sliceMs !== 0 && claim.window.windowMs === this.#windowMs
  }

  advance(nowMs: number): void {
    while (this.#length > 0 && this.#timeAt(0) + this.#windowMs <= nowMs) {
      this.used -= this.#unitsAt(0)
      this.#first = (this.#first + 1) % this.#capacity
      this.#length--
    }
  }

  add(nowMs: number, units: number): void {
    const last = this.#length - 1
    if (this.#isEntryOf(last, nowMs)) {
      this.#write(last, nowMs, this.#unitsAt(last) + units)
    } else {
      this.#insert(this.#length, nowMs, units)
    }
    this.used += units
  }

  adjust(bookedAtMs: number, units: number, nowMs: number): void {
    const index = this.#find(bookedAtMs)
    if (this.#isEntryOf(index, bookedAtMs)) {
      const left = this.#unitsAt(index) + units
      if (left === 0) this.#remove(index)
      else this.#write(index, this.#timeAt(index), left)
    } else if (bookedAtMs + this.#windowMs > nowMs) {
      this.#insert(index + 1, bookedAtMs, units)
    } else {
      return
    }
    this.used += units
  }

  counts(bookedAtMs: number, nowMs: number): boolean {
    return bookedAtMs + this.#windowMs > nowMs || this.#isEntryOf(this.#find(bookedAtMs), bookedAtMs)
  }

  fitsAtMs(units: number, limit: number): number {
    if (units > limit) return Number.POSITIVE_INFINITY
    let excess = this.used - (limit - units)
    for (let index = 0; index < this.#length; index++) {
      excess -= this.#unitsAt(index)
      if (excess <= 0) return this.#timeAt(index) + this.#windowMs
    }
    return Number.POSITIVE_INFINITY
  }

  emptyAtMs(): number {
    return this.#length === 0 ? Number.NEGATIVE_INFINITY : this.#timeAt(this.#length - 1) + this.#windowMs
  }

  /** The entry of a booking, or else the last one before it. Searched from the newest, where most bookings are. */
  #find(bookedAtMs: number): number {
    let index = this.#length - 1
    while (index >= 0 && this.#timeAt(index) > bookedAtMs && !this.#isEntryOf(index, bookedAtMs)) index--
    return index
  }

  #isEntryOf(index: number, bookedAtMs: number): boolean {
    return index >= 0 && this.#isSameSlice(this.#timeAt(index), bookedAtMs)
  }

  #isSameSlice(oneMs: number, otherMs: number): boolean {
    if (this.#sliceMs === 0) return oneMs === otherMs
    return Math.floor(oneMs / this.#sliceMs) === Math.floor(otherMs / this.#sliceMs)
  }

  #insert(index: number, atMs: number, units: number): void {
    if (this.#length === this.#capacity) this.#grow()
    this.#length++
    for (let later = this.#length - 1; later > index; later--) {
      this.#write(later, this.#timeAt(later - 1), this.#unitsAt(later - 1))
    }
    this.#write(index, atMs, units)
  }

  #remove(index: number): void {
    for (let later = index + 1; later < this.#length; later++) {
      this.#write(later - 1, this.#timeAt(later), this.#unitsAt(later))
    }
    this.#length--
  }

  #grow(): void {
    const capacity = Math.ceil(this.#capacity * 1.5)
    const ring = newRing(capacity)
    for (let index = 0; index < this.#length; index++) {
      ring[index * stride] = this.#timeAt(index)
      ring[index * stride + 1] = this.#unitsAt(index)
    }
    this.#ring = ring
    this.#capacity = capacity
    this.#first = 0
  }

  #slot(index: number): number {
    const slot = this.#first + index
    return (slot < this.#capacity ? slot : slot - this.#capacity) * stride
  }

  #timeAt(index: number): number {
    return this.#ring[this.#slot(index)] as number
  }

  #unitsAt(index: number): number {
    return this.#ring[this.#slot(index) + 1] as number
  }

  #write(index: number, atMs: number, units: number): void {
    const slot = this.#slot(index)
    this.#ring[slot] = atMs
    this.#ring[slot + 1] = units
  }
}

/** Of an exact size, since an array that grows by itself reserves more than it needs; filled, so that it is packed. */
function newRing(capacity: number): number[] {
  return new Array<number>(capacity * stride).fill(0.5)
}
