import { messageOf } from '@toolgate/core'

/** Redis could not answer: it is no limit that was reached. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError'
  /** Whether asking again may help by itself: the connection was lost, or there was none. */
  readonly isPassing: boolean

  constructor(message: string, { cause, isPassing }: { cause?: unknown; isPassing: boolean }) {
    super(message, { cause })
    this.isPassing = isPassing
  }
}

/** What the first word of an error of Redis means, and what to do. */
const knownReplies: readonly (readonly [RegExp, string, 'passing' | 'lasting'])[] = [
  [/^OOM\b/, 'Redis is full; raise its `maxmemory`, and keep its eviction policy at `noeviction`', 'passing'],
  [/^READONLY\b/, 'Redis is a read-only replica; connect to the master', 'passing'],
  [/^(LOADING|MASTERDOWN|TRYAGAIN|CLUSTERDOWN)\b/, 'Redis is not ready', 'passing'],
  [/^NOREPLICAS\b/, 'Redis has too few replicas to write', 'passing'],
  [/^MISCONF\b/, 'Redis can not write to its disk, and refuses to write at all', 'passing'],
  [/^BUSY\b/, 'Redis is busy with another script', 'passing'],
  [/^NOAUTH\b/, 'Redis wants a password: put it in the url', 'passing'],
  [/^WRONGPASS\b/, 'Redis refuses the user or the password', 'passing'],
  [
    /^NOPERM\b|user executing the script can't run/,
    'Redis does not let this user do what the store needs (see docs/redis.md)',
    'passing',
  ],
  [/\bWRONGTYPE\b/, 'a key of the store holds something else; give the store a `prefix` of its own', 'lasting'],
  [/Error compiling script/, 'Redis does not understand the script; the store needs Redis 7 or newer', 'lasting'],
  [/^NOSCRIPT\b/, 'Redis forgets its scripts', 'passing'],
  [/^Too many Cluster redirections/, 'the cluster is being rearranged', 'passing'],
]

/** How ioredis says that there will be no answer to what was sent. */
const lostWhileSent = /max retries per request|^Connection is closed|^Command aborted/

/** An error of the client or of Redis, as one that says what is wrong. */
export function asUnavailable(error: unknown, lastError: Error | undefined): RedisUnavailableError {
  if (error instanceof RedisUnavailableError) return error
  const message = messageOf(error)
  if (lostWhileSent.test(message)) {
    return new RedisUnavailableError(
      'the connection to Redis was lost before it answered, so what it did is not known',
      {
        cause: error,
        isPassing: true,
      },
    )
  }
  for (const [pattern, meaning, kind] of knownReplies) {
    if (pattern.test(message)) {
      return new RedisUnavailableError(`${meaning} (${message})`, { cause: error, isPassing: kind === 'passing' })
    }
  }
  if (error instanceof Error && error.name === 'ReplyError') {
    return new RedisUnavailableError(`Redis could not run the script: ${message}`, { cause: error, isPassing: true })
  }
  // What ioredis says of itself here is only that there is no connection.
  return notConnected(lastError)
}

/** There is no connection: what Redis, or the system, has said last may be the reason. */
export function notConnected(lastError: Error | undefined): RedisUnavailableError {
  if (lastError?.name === 'ReplyError') return asUnavailable(lastError, undefined)
  const why = lastError === undefined ? '' : `: ${lastError.message}`
  return new RedisUnavailableError(`Redis can not be reached${why}`, { cause: lastError, isPassing: true })
}
