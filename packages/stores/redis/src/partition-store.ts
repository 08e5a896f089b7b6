import { randomBytes } from 'node:crypto'
import {
  type Claim,
  type ClaimReport,
  isHeld,
  QuotaRequestError,
  type Refused,
  type Settlement,
  type UsageReport,
} from '@toolgate/quota'
import type { HoldPart } from './hold.ts'
import type { QuotaKeys, RedisKeys } from './keys.ts'
import type { Periods } from './periods.ts'
import { LateReplyError, type ScriptName, type Scripts } from './scripts.ts'
import type { Share } from './shares.ts'
import { RedisUnavailableError } from './unavailable.ts'
import {
  decodeRefusal,
  decodeReports,
  decodeTaken,
  decodeUsage,
  type Encoding,
  encodeClaim,
  type Reply,
  refusalLength,
  type ScriptCall,
} from './wire.ts'

export interface Taken {
  readonly admitted: true
  readonly part: HoldPart
  readonly reports: readonly ClaimReport[]
}

export type ShareVerdict = Taken | Refused

export type ShareUsage =
  | { readonly admitted: true; readonly reports: readonly UsageReport[] }
  | (Omit<Refused, 'reports'> & { readonly reports: readonly UsageReport[] })

/** What is asked for beside the claims. */
export interface Asked {
  readonly id: string | undefined
  /** What tells the claims of a call with an id from others, in all partitions. */
  readonly print: string
  readonly leaseMs: number
}

interface Ending {
  readonly id: string | undefined
  /** For all claims of the call, in their order. */
  readonly settlements: readonly Settlement[]
  /** How long Redis remembers that it was settled. */
  readonly rememberMs: number
}

/** Redis did not answer a request in time; its verdict may come after all. */
export class LateVerdictError extends RedisUnavailableError {
  readonly verdict: Promise<ShareVerdict>

  constructor({ message }: LateReplyError, verdict: Promise<ShareVerdict>) {
    super(`${message}; whether it has counted the call is not known`, { isPassing: true })
    this.verdict = verdict
    verdict.catch(() => undefined)
  }
}

const plain = ['plain']

/** How often a calendar period may turn out to be over while it is being asked about. */
const mostTries = 4

/** What this process's holds are named with, so that no two processes ever name two alike. */
const processName = randomBytes(9).toString('base64url')
let holdsNamed = 0

/** Claims and settlements within one partition: each is one script, and one trip. */
export class PartitionStore {
  readonly #scripts: Scripts
  readonly #keys: RedisKeys
  readonly #encoding: Encoding
  readonly #clock: (() => number) | undefined

  constructor(scripts: Scripts, keys: RedisKeys, encoding: Encoding, clock: (() => number) | undefined) {
    this.#scripts = scripts
    this.#keys = keys
    this.#encoding = encoding
    this.#clock = clock
  }

  /**
   * @throws RedisUnavailableError, which is a `LateVerdictError` at the time-out; QuotaRequestError for an id that is in
   * use for other claims.
   */
  acquire(share: Share, { id, print, leaseMs }: Asked): Promise<ShareVerdict> {
    const name = `${processName}${(holdsNamed++).toString(36)}`
    const isPlain = id === undefined && !share.claims.some(isHeld) && !hasTwins(share.keys)
    const head = isPlain ? plain : ['held', name, leaseMs * 1_000, print]
    const further = id === undefined ? [] : [this.#keys.call(share.partition, id)]
    const read = (reply: Reply) => verdictOf(share, reply, { id, leaseMs, name }, this.#encoding.periods)
    return this.#run('toolgateAcquire', share, head, undefined, further).then(read, (error: unknown) => {
      if (!(error instanceof LateReplyError)) throw error
      throw new LateVerdictError(error, error.reply.then(read))
    })
  }

  async peek(share: Share): Promise<ShareUsage> {
    const reply = await this.#run('toolgatePeek', share, ['peek'], undefined, [])
    if (reply[0] === 'admitted') return { admitted: true, reports: decodeUsage(share.claims, reply, 2) }
    if (reply[0] !== 'refused') throw notUnderstood(reply)
    return { ...decodeRefusal(reply), reports: decodeUsage(share.claims, reply, refusalLength) }
  }

  /** Settles what was taken in the partition. `undefined` when that was done before. */
  async settle(
    { share, name, times, leaseEndUs }: HoldPart,
    { id, settlements, rememberMs }: Ending,
  ): Promise<readonly ClaimReport[] | undefined> {
    const further = [this.#keys.settled(share.partition, name)]
    if (id !== undefined) further.push(this.#keys.call(share.partition, id))
    const head = [name, times, leaseEndUs, rememberMs]
    const reply = await this.#run('toolgateSettle', share, head, settlements, further)
    if (reply[0] === 'settledBefore') return undefined
    if (reply[0] !== 'settled') throw notUnderstood(reply)
    return decodeReports(share.claims, reply, 2)
  }

  /** Sends a request, and again if Redis is in another calendar period than was thought here. */
  #run(
    script: ScriptName,
    share: Share,
    head: readonly (string | number)[],
    settlements: readonly Settlement[] | undefined,
    further: readonly string[],
    triesLeft: number = mostTries,
  ): Promise<Reply> {
    return this.#scripts.run(script, this.#encode(share, head, settlements, further)).then((reply) => {
      if (reply[0] !== 'otherPeriod') return reply
      if (triesLeft === 1) throw new RedisUnavailableError('the clock of Redis jumps', { isPassing: true })
      this.#encoding.periods.learn(Number(reply[1]))
      return this.#run(script, share, head, settlements, further, triesLeft - 1)
    })
  }

  #encode(
    { claims, keys, positions }: Share,
    head: readonly (string | number)[],
    settlements: readonly Settlement[] | undefined,
    further: readonly string[],
  ): ScriptCall {
    const clock = this.#clock === undefined ? '' : Math.round(this.#clock() * 1_000)
    const scriptCall: ScriptCall = { keys: [], args: [clock, ...head] }
    for (let index = 0; index < claims.length; index++) {
      const settlement = settlements?.[positions[index] as number]
      encodeClaim(scriptCall, claims[index] as Claim, keys[index] as QuotaKeys, settlement, this.#encoding)
    }
    scriptCall.keys.push(...further)
    return scriptCall
  }
}

/** @throws QuotaRequestError for an id that is in use for other claims. */
function verdictOf(
  share: Share,
  reply: Reply,
  { id, leaseMs, name }: Omit<Asked, 'print'> & { readonly name: string },
  periods: Periods,
): ShareVerdict {
  const { claims } = share
  const isBrief = Number(reply[0]) > 0
  const atUs = Number(reply[isBrief ? 0 : 1])
  const times = String(isBrief ? atUs : reply[2])
  const part = { share, name, times, leaseEndUs: atUs + leaseMs * 1_000, isRepeated: false }
  if (isBrief) return { admitted: true, part, reports: decodeTaken(claims, reply, periods) }
  switch (reply[0]) {
    case 'admitted':
      return { admitted: true, part, reports: decodeReports(claims, reply, 3) }
    case 'repeated': {
      const [, , known, leaseEndUs, charged] = reply
      const before = {
        share,
        name: String(known),
        times: String(charged),
        leaseEndUs: Number(leaseEndUs),
        isRepeated: true,
      }
      return { admitted: true, part: before, reports: decodeReports(claims, reply, 5) }
    }
    case 'refused':
      return { ...decodeRefusal(reply), reports: decodeReports(claims, reply, refusalLength) }
    case 'otherCall':
      throw new QuotaRequestError(`the call id \`${id}\` is in use for a call that asks for something else`)
    default:
      throw notUnderstood(reply)
  }
}

/** Whether two claims are on one quota. */
function hasTwins(keys: readonly QuotaKeys[]): boolean {
  for (let index = 1; index < keys.length; index++) {
    for (let before = 0; before < index; before++) if (keys[index]?.quota === keys[before]?.quota) return true
  }
  return false
}

function notUnderstood(reply: Reply): Error {
  return new RedisUnavailableError(`Redis answered what the store does not understand: ${reply[0]}`, {
    isPassing: false,
  })
}
