export type { RateQuotaName } from './compile.ts'
export type { RateLimit, RatePolicy } from './policy.ts'
export {
  type RateAllow,
  type RateBlock,
  type RateDecision,
  type RateGate,
  type RateGateOptions,
  rateGate,
} from './rate-gate.ts'
