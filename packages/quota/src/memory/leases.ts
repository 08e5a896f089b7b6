import type { Claim } from '../claim.ts'
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

/** Whether what a claim takes comes back by itself when its lease ends. */
export function isHeld(claim: Claim): boolean {
  return claim.kind === 'inFlight' || isHeldAmount(claim)
}

function isHeldAmount(claim: Claim): boolean {
  return claim.kind === 'amount' && claim.held
}

/**
 * The holds that end by themselves if nobody settles them. Holds of one lease length end in the order in which they
 * were taken, so each length has a set in that order: taking, settling and ending a hold are one step each.
 */
export class Leases {
  readonly #byLength = new Map<number, Set<MemoryHold>>()
  readonly #byAmount = new Map<string, Set<MemoryHold>>()

  add(hold: MemoryHold): void {
    addTo(this.#byLength, hold.leaseMs, hold)
    for (const claim of hold.claims) if (isHeldAmount(claim)) addTo(this.#byAmount, claim.key, hold)
  }

  remove(hold: MemoryHold): void {
    removeFrom(this.#byLength, hold.leaseMs, hold)
    for (const claim of hold.claims) if (isHeldAmount(claim)) removeFrom(this.#byAmount, claim.key, hold)
  }

  /** The holds that have a part of an amount. */
  holding(key: string): Iterable<MemoryHold> {
    return this.#byAmount.get(key) ?? []
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

function addTo<Key>(sets: Map<Key, Set<MemoryHold>>, key: Key, hold: MemoryHold): void {
  const holds = sets.get(key)
  if (holds === undefined) sets.set(key, new Set([hold]))
  else holds.add(hold)
}

function removeFrom<Key>(sets: Map<Key, Set<MemoryHold>>, key: Key, hold: MemoryHold): void {
  const holds = sets.get(key)
  holds?.delete(hold)
  if (holds?.size === 0) sets.delete(key)
}
