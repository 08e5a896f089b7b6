export { type CalendarPeriod, type CalendarUnit, calendarPeriod, isTimeZone } from './calendar.ts'
export { quotaCheckpoint } from './checkpoint.ts'
export {
  type AmountClaim,
  type AmountWindow,
  type CallsClaim,
  type Claim,
  type InFlightClaim,
  isHeld,
  sliceMs,
  slicesPerWindow,
} from './claim.ts'
export { leaseMsFor } from './lease.ts'
export { type MemoryQuotaStore, type MemoryStoreOptions, memoryQuotaStore } from './memory/memory-store.ts'
export type { GateSettlement, QuotaPolicy, Standing } from './quota-policy.ts'
export { checkClaims, checkSettlements, isSameClaims } from './request.ts'
export {
  type NamedScope,
  quotaKeyPart,
  refuseTwins,
  type Scope,
  type ScopedQuota,
  type ScopeName,
  scopedQuota,
} from './scope.ts'
export {
  type AcquireRequest,
  type Admitted,
  type ClaimReport,
  defaultLeaseMs,
  type Hold,
  type Peeked,
  QuotaCapacityError,
  QuotaRequestError,
  type QuotaStore,
  QuotaTimeoutError,
  type Refused,
  readStore,
  type Settlement,
  type UsageReport,
  type Verdict,
} from './store.ts'
export { describeRetry, describeWindow, type Wait } from './wording.ts'
