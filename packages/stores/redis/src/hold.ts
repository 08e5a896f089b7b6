import { type Claim, type Hold, isHeld } from '@toolgate/quota'
import type { Share } from './shares.ts'

/** What was taken in one partition. */
export interface HoldPart {
  readonly share: Share
  /** What names the hold in Redis. */
  readonly name: string
  /** When it was charged, on Redis's clock, in microseconds: a time for each claim, or one for all of them. */
  readonly times: string
  readonly leaseEndUs: number
  /** Whether an earlier request for the same call took it. */
  readonly isRepeated: boolean
}

/** What was taken for one call, in Redis. */
export class RedisHold implements Hold {
  readonly id: string | undefined
  readonly claims: readonly Claim[]
  readonly mustSettle: boolean
  readonly leaseMs: number
  readonly parts: readonly HoldPart[]
  /** Whether settling it has begun in this process; Redis knows of the others. */
  isSettled = false

  constructor(taken: Pick<RedisHold, 'id' | 'claims' | 'leaseMs' | 'parts'>) {
    this.id = taken.id
    this.claims = taken.claims
    this.leaseMs = taken.leaseMs
    this.parts = taken.parts
    this.mustSettle = taken.id !== undefined || taken.claims.some(isHeld)
  }
}
