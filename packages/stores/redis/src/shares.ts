import type { Claim } from '@toolgate/quota'
import type { QuotaKeys, RedisKeys } from './keys.ts'

/** The claims of a call that are kept in one partition, with their keys and their positions in the call. */
export interface Share {
  readonly partition: string
  readonly claims: readonly Claim[]
  readonly keys: readonly QuotaKeys[]
  readonly positions: readonly number[]
}

/** All claims of a call as one share: a single server takes them in one step, wherever they are kept. */
export function wholeShare(claims: readonly Claim[], redisKeys: RedisKeys): Share {
  const keys = new Array<QuotaKeys>(claims.length)
  const positions = new Array<number>(claims.length)
  for (let index = 0; index < claims.length; index++) {
    keys[index] = redisKeys.of(claims[index] as Claim)
    positions[index] = index
  }
  return { partition: keys[0]?.partition ?? '-', claims, keys, positions }
}

/** The shares of a call in a cluster, by partition, always in the same order. */
export function sharesOf(claims: readonly Claim[], redisKeys: RedisKeys): Share[] {
  const whole = wholeShare(claims, redisKeys)
  const partitions = new Set(whole.keys.map(({ partition }) => partition))
  if (partitions.size <= 1) return [whole]
  return [...partitions].sort().map((partition) => {
    const positions = whole.positions.filter((position) => whole.keys[position]?.partition === partition)
    return {
      partition,
      claims: positions.map((position) => claims[position] as Claim),
      keys: positions.map((position) => whole.keys[position] as QuotaKeys),
      positions,
    }
  })
}

/** What shares were told of their claims, in the order of the claims of the call. */
export function inCallOrder<Value>(
  parts: readonly { readonly share: Share; readonly values: readonly Value[] }[],
): Value[] {
  const all: Value[] = []
  for (const { share, values } of parts) {
    share.positions.forEach((position, index) => {
      all[position] = values[index] as Value
    })
  }
  return all
}
