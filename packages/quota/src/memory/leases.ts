import { type Claim, isHeld } from '../claim.ts'
import { type AcquireRequest, defaultLeaseMs, type Hold } from '../store.ts'

/** What was taken for one call, in this store's memory. */
export class MemoryHold implements Hold {
  readonly id: string | undefined
  readonly claims: readonly Claim[]
  readonly mustSettle: boolean
  readonly atMs: number
  readonly leaseMs: number
  /** `expired`: the lease ended first. What was held is back, and a late settlement still books what was spent. */
  state: 'open' | 'expired' | 'settled' = 'open'

  constructor({ id, claims, leaseMs = defaultLeaseMs }: AcquireRequest, atMs: number) {
    this.id = id
    this.claims = claims
    this.mustSettle = id !== undefined || claims.some(isHeld)
    this.atMs = atMs
    this.leaseMs = leaseMs
  }
}

/** The same hold, asked for again: its claims may have other limits now, and it is settled under these. */
export class RepeatedHold implements Hold {
  readonly first: MemoryHold
  readonly id: string | undefined
  readonly claims: readonly Claim[]
  readonly mustSettle: boolean

  constructor(first: MemoryHold, claims: readonly Claim[]) {
    this.first = first
    this.id = first.id
    this.claims = claims
    this.mustSettle = first.mustSettle
  }
}

function isHeldAmount(claim: Claim): boolean {
  return claim.kind === 'amount' && isHeld(claim)
}

/**
 * The holds that end by themselves if nobody settles them. Holds of one lease length end in the order in which they
 * were taken, so each length has a set in that order: taking, settling and ending a hold are one step each.
 */
export class Leases {
  readonly #byLength = new Map<number, Set<MemoryHold>>()
  readonly #byAmount = new Map<string, { readonly holds: Set<MemoryHold>; units: number }>()

  add(hold: MemoryHold): void {
    const ofLength = this.#byLength.get(hold.leaseMs)
    if (ofLength === undefined) this.#byLength.set(hold.leaseMs, new Set([hold]))
    else ofLength.add(hold)
    for (const claim of hold.claims) {
      if (!isHeldAmount(claim)) continue
      const held = this.#byAmount.get(claim.key) ?? { holds: new Set(), units: 0 }
      held.holds.add(hold)
      held.units += claim.units
      this.#byAmount.set(claim.key, held)
    }
  }

  remove(hold: MemoryHold): void {
    const ofLength = this.#byLength.get(hold.leaseMs)
    if (!ofLength?.delete(hold)) return
    if (ofLength.size === 0) this.#byLength.delete(hold.leaseMs)
    for (const claim of hold.claims) {
      const held = isHeldAmount(claim) ? this.#byAmount.get(claim.key) : undefined
      if (held === undefined) continue
      held.holds.delete(hold)
      held.units -= claim.units
      if (held.holds.size === 0 && held.units === 0) this.#byAmount.delete(claim.key)
    }
  }

  /** The units of an amount that holds have which count, where those that were taken first may count no more. */
  heldUnits(key: string, counts: (hold: MemoryHold) => boolean): number {
    const held = this.#byAmount.get(key)
    if (held === undefined) return 0
    let units = held.units
    // In the order in which they were taken: as a rule the first counts, and with it all.
    for (const hold of held.holds) {
      if (counts(hold)) break
      units -= unitsOf(hold, key)
    }
    return units
  }

  /** Takes out a hold whose lease has ended. */
  takeEnded(nowMs: number): MemoryHold | undefined {
    if (this.#byLength.size === 0) return undefined
    for (const holds of this.#byLength.values()) {
      for (const first of holds) {
        if (first.atMs + first.leaseMs > nowMs) break
        this.remove(first)
        return first
      }
    }
    return undefined
  }
}

function unitsOf(hold: MemoryHold, key: string): number {
  return hold.claims.reduce((sum, claim) => sum + (claim.key === key && isHeldAmount(claim) ? claim.units : 0), 0)
}
