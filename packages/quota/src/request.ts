import { type Claim, isHeld } from './claim.ts'
import { QuotaRequestError, type Settlement } from './store.ts'

/**
 * Refuses claims that can not be meant, before a store looks at them.
 * @throws QuotaRequestError unless limits and units are whole numbers of 0 or more that doubles hold exactly.
 */
export function checkClaims(claims: readonly Claim[]): void {
  for (let index = 0; index < claims.length; index++) {
    const { key, limit, units } = claims[index] as Claim
    if (!isCount(units)) throw notACount(`units of \`${key}\``, units)
    if (!isCount(limit)) throw notACount(`limit of \`${key}\``, limit)
  }
}

/** @throws QuotaRequestError unless there is a settlement for each claim, and amounts only where amounts are counted. */
export function checkSettlements(claims: readonly Claim[], settlements: readonly Settlement[]): void {
  if (settlements.length !== claims.length) {
    throw new QuotaRequestError(
      `there are ${settlements.length} settlements; expected one for each of ${claims.length} claims`,
    )
  }
  settlements.forEach((settlement, index) => {
    if (typeof settlement === 'string') return
    const { key, kind } = claims[index] as Claim
    if (kind !== 'amount') throw new QuotaRequestError(`\`${key}\` counts calls; expected \`keep\` or \`release\``)
    if (!isCount(settlement.units)) throw notACount(`settlement of \`${key}\``, settlement.units)
  })
}

/** Whether a request that repeats a call id asks for what was asked for before. */
export function isSameClaims(before: readonly Claim[], now: readonly Claim[]): boolean {
  if (before.length !== now.length) return false
  return before.every((claim, index) => {
    const again = now[index] as Claim
    return (
      claim.kind === again.kind &&
      claim.key === again.key &&
      claim.units === again.units &&
      isHeld(claim) === isHeld(again)
    )
  })
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function notACount(what: string, value: unknown): QuotaRequestError {
  return new QuotaRequestError(`the ${what} is \`${String(value)}\`; expected a whole number from 0 to 2^53 - 1`)
}
