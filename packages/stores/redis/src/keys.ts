import { type AmountWindow, type CalendarUnit, type Claim, isTimeZone, QuotaRequestError } from '@toolgate/quota'

/** Names the partition of a claim: the quotas of one are kept together, so that they can be taken in one step. */
export type PartitionOf = (claim: Claim) => string

/** Where a claim's quota is kept. */
export interface QuotaKeys {
  readonly partition: string
  readonly quota: string
  /** The leases of what is held of it; for amounts alone. */
  readonly leases: string
}

/** How many keys are remembered; beyond it, all are forgotten and made anew. */
const mostRemembered = 20_000

/**
 * The keys in Redis: `prefix:{partition}:kind:key`. The braces are a hash tag, by which a cluster puts all keys of a
 * partition in one slot. The kind says what is counted and in which window, so that no key ever holds two quotas.
 */
export class RedisKeys {
  readonly #prefix: string
  readonly #partitionOf: PartitionOf
  readonly #known = new Map<string, { readonly kind: string; readonly keys: QuotaKeys }>()

  constructor(prefix: string, partitionOf: PartitionOf) {
    this.#prefix = prefix
    this.#partitionOf = partitionOf
  }

  /** On the hot path: a key that was made before is found again. @throws QuotaRequestError for a key that is no text. */
  of(claim: Claim): QuotaKeys {
    const kind = kindOf(claim)
    const known = this.#known.get(claim.key)
    if (known?.kind === kind) return known.keys
    const partition = tagOf(this.#partitionOf(claim))
    const keys = this.#keysOf(partition, kind, wellFormed(claim.key))
    if (this.#known.size >= mostRemembered) this.#known.clear()
    this.#known.set(claim.key, { kind, keys })
    return keys
  }

  /** What remembers the id of a call until it is settled. */
  call(partition: string, id: string): string {
    return `${this.#stem(partition)}call:${wellFormed(id)}`
  }

  /** What remembers that a hold was settled. */
  settled(partition: string, hold: string): string {
    return `${this.#stem(partition)}settled:${hold}`
  }

  /** A pattern that finds all keys of this store. */
  get pattern(): string {
    return `${this.#prefix.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)}:{*}:*`
  }

  /** The quota that a key of Redis holds, with nothing asked of it; `undefined` for any other key. */
  quotaOf(redisKey: string): { readonly claim: Claim; readonly keys: QuotaKeys } | undefined {
    const parts = /^\{([^}]*)\}:([^:]*):(.*)$/s.exec(redisKey.slice(this.#prefix.length + 1))
    if (parts === null) return undefined
    const [, partition, kind, key] = parts as unknown as [string, string, string, string]
    const claim = claimOfKind(kind, key)
    return claim && { claim, keys: this.#keysOf(partition, kind, key) }
  }

  #keysOf(partition: string, kind: string, key: string): QuotaKeys {
    const stem = this.#stem(partition)
    return { partition, quota: `${stem}${kind}:${key}`, leases: `${stem}held.${kind}:${key}` }
  }

  #stem(partition: string): string {
    return `${this.#prefix}:{${partition}}:`
  }
}

const foreverKind = 'spend.forever'

/** What is counted, in which window. Windows are in milliseconds; a time zone may hold a colon. */
function kindOf(claim: Claim): string {
  switch (claim.kind) {
    case 'inFlight':
      return 'inflight'
    case 'calls':
      return claim.windowMs === undefined ? 'calls.forever' : `calls.${claim.windowMs}`
    case 'amount':
      return kindOfAmount(claim.window)
    default:
      return claim satisfies never
  }
}

function kindOfAmount(window: AmountWindow): string {
  switch (window.kind) {
    case 'rolling':
      return `spend.${window.windowMs}`
    case 'calendar':
      return `spend.${window.unit}.${encodeURIComponent(window.timeZone)}`
    case 'forever':
      return foreverKind
    default:
      return window satisfies never
  }
}

function claimOfKind(kind: string, key: string): Claim | undefined {
  const asked = { quota: kind, key, limit: 0, units: 0 }
  if (kind === 'inflight') return { ...asked, kind: 'inFlight' }
  if (kind === 'calls.forever') return { ...asked, kind: 'calls', windowMs: undefined }
  const amount = { ...asked, kind: 'amount', held: false } as const
  if (kind === foreverKind) return { ...amount, window: { kind: 'forever' } }
  const [, of, windowMs] = /^(calls|spend)\.(\d+(?:\.\d+)?)$/.exec(kind) ?? []
  if (of === 'calls') return { ...asked, kind: 'calls', windowMs: Number(windowMs) }
  if (of === 'spend') return { ...amount, window: { kind: 'rolling', windowMs: Number(windowMs) } }
  const [, unit, timeZone] = /^spend\.(day|week|month)\.(.+)$/.exec(kind) ?? []
  const zone = timeZone?.replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2B', '+')
  if (!isTimeZone(zone)) return undefined
  return { ...amount, window: { kind: 'calendar', unit: unit as CalendarUnit, timeZone: zone } }
}

/** A hash tag ends at the first brace, and an empty one is none. */
function tagOf(partition: string): string {
  if (partition === '') return '-'
  return wellFormed(partition).replaceAll(/[%{}]/g, encodeURIComponent)
}

/** @throws QuotaRequestError for half a surrogate pair: as bytes, it would be the same as any other. */
function wellFormed(text: string): string {
  if (text.isWellFormed()) return text
  throw new QuotaRequestError(`\`${text}\` holds half a surrogate pair, which Redis can not tell from another`)
}
