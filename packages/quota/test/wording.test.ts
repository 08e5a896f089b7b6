import { describeRetry, describeWindow } from '@toolgate/quota'
import { expect, test } from 'vitest'

test.each([
  [1, '1 ms'],
  [1_000, 'second'],
  [60_000, 'minute'],
  [90_000, '90 s'],
  [90_500, '90500 ms'],
  [3_600_000, 'hour'],
  [86_400_000, 'day'],
  [604_800_000, '7 d'],
])('a window of %i ms is said exactly: per %s', (windowMs, expected) => {
  expect(describeWindow(windowMs)).toBe(expected)
})

test.each([
  [1, 'retry after 1 ms'],
  [999, 'retry after 999 ms'],
  [1_001, 'retry after 2 s'],
  [59_001, 'retry after 1 min'],
  [61_000, 'retry after 1 min 1 s'],
  [3_599_001, 'retry after 1 h'],
  [5_025_000, 'retry after 1 h 24 min'],
  [90_000_000, 'retry after 1 d 1 h'],
])('a wait of %i ms is said in two units, rounded up: %s', (retryAfterMs, expected) => {
  expect(describeRetry({ retryAfterMs, ownRetryAfterMs: retryAfterMs, isFinal: false })).toBe(expected)
})

test.each([
  [{ retryAfterMs: undefined, ownRetryAfterMs: undefined, isFinal: true }, 'retrying is useless'],
  [
    { retryAfterMs: undefined, ownRetryAfterMs: 5, isFinal: true },
    'retrying is useless, for another limit is used up for good',
  ],
  [
    { retryAfterMs: undefined, ownRetryAfterMs: undefined, isFinal: false },
    'retry when one of the calls under way has ended',
  ],
  [
    { retryAfterMs: undefined, ownRetryAfterMs: 5_000, isFinal: false },
    'retry after 5 s, when a call under way has ended too',
  ],
  [
    { retryAfterMs: 9_000, ownRetryAfterMs: 5_000, isFinal: false },
    'retry after 9 s, when another limit is free again too',
  ],
])('%j: %s', (wait, expected) => {
  expect(describeRetry(wait)).toBe(expected)
})
