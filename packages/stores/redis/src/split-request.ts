import { QuotaRequestError, type Refused, type UsageReport } from '@toolgate/quota'
import { type Asked, LateVerdictError, type PartitionStore, type ShareUsage, type Taken } from './partition-store.ts'
import { inCallOrder, type Share } from './shares.ts'
import { RedisUnavailableError } from './unavailable.ts'

/** How what was taken of a share is given back; it does not reject. */
type GiveBack = (taken: Taken) => Promise<unknown>

/**
 * Takes shares that no script can take together, one after the other, always in the same order. If one is refused, or
 * can not be decided on, those before it are given back; until then, they may have kept another call out.
 */
export async function acquireApart(
  store: PartitionStore,
  shares: readonly Share[],
  asked: Asked,
  giveBack: GiveBack,
): Promise<readonly Taken[] | Refused> {
  const all: Taken[] = []
  const giveAllBack = () => Promise.all(all.filter(({ part }) => !part.isRepeated).map(giveBack))
  for (const share of shares) {
    try {
      const verdict = await store.acquire(share, asked)
      if (!verdict.admitted) {
        await giveAllBack()
        const others = await Promise.all(shares.filter((other) => other !== share).map((other) => usage(store, other)))
        return mergedRefusal([{ share, usage: { ...verdict, reports: verdict.reports as UsageReport[] } }, ...others])
      }
      all.push(verdict)
    } catch (error) {
      if (error instanceof QuotaRequestError) await giveAllBack()
      // With an id, another attempt at the call may be using it: it goes on with it, or the lease ends it.
      else if (asked.id === undefined) void giveAllBack()
      throw error instanceof LateVerdictError ? withoutVerdict(error, asked, giveBack) : error
    }
  }
  return all
}

/** What comes too late for one share goes back by itself, unless a retry of the call may be using it by then. */
function withoutVerdict(error: LateVerdictError, { id }: Asked, giveBack: GiveBack): Error {
  error.verdict.then(
    (verdict) => verdict.admitted && id === undefined && giveBack(verdict),
    () => undefined,
  )
  return new RedisUnavailableError(error.message, { cause: error, isPassing: true })
}

interface UsedShare {
  readonly share: Share
  readonly usage: ShareUsage
}

async function usage(store: PartitionStore, share: Share): Promise<UsedShare> {
  return { share, usage: await store.peek(share) }
}

/** What would be said of all shares, if they stood together. */
export async function peekApart(store: PartitionStore, shares: readonly Share[]): Promise<ShareUsage> {
  const used = await Promise.all(shares.map((share) => usage(store, share)))
  const reports = inCallOrder(used.map(({ share, usage }) => ({ share, values: usage.reports })))
  return used.every(({ usage }) => usage.admitted) ? { admitted: true, reports } : mergedRefusal(used)
}

/** The first claim of the call that does not fit, with the wait after which all of them do. */
function mergedRefusal(all: readonly UsedShare[]): Extract<ShareUsage, { admitted: false }> {
  let first = { position: Number.POSITIVE_INFINITY, ownRetryAfterMs: undefined as number | undefined }
  let retryAfterMs: number | undefined = 0
  let isFinal = false
  for (const { share, usage } of all) {
    if (usage.admitted) continue
    const position = share.positions[usage.refused] as number
    if (position < first.position) first = { position, ownRetryAfterMs: usage.ownRetryAfterMs }
    retryAfterMs =
      retryAfterMs === undefined || usage.retryAfterMs === undefined
        ? undefined
        : Math.max(retryAfterMs, usage.retryAfterMs)
    isFinal ||= usage.isFinal
  }
  return {
    admitted: false,
    refused: first.position,
    retryAfterMs,
    ownRetryAfterMs: first.ownRetryAfterMs,
    isFinal,
    reports: inCallOrder(all.map(({ share, usage }) => ({ share, values: usage.reports }))),
    atomic: false,
  }
}
