import { amountCases } from './conformance/amounts.ts'
import { callCases } from './conformance/calls.ts'
import type { ConformanceCase } from './conformance/case.ts'
import { inFlightCases } from './conformance/in-flight.ts'
import { requestCases } from './conformance/requests.ts'

export type { ConformanceCase, ConformanceSubject } from './conformance/case.ts'

/**
 * The contract of a quota store, as data. Any test runner runs it in one line:
 *
 * @example
 * test.for(quotaStoreConformance)('$title', ({ run }) => run(createSubject))
 */
export const quotaStoreConformance: readonly ConformanceCase[] = [
  ...callCases,
  ...inFlightCases,
  ...amountCases,
  ...requestCases,
]
