import { setImmediate as turn } from 'node:timers/promises'
import {
  type AmountClaim,
  type CallsClaim,
  type Claim,
  type InFlightClaim,
  QuotaRequestError,
  QuotaTimeoutError,
  type Verdict,
} from '@toolgate/quota'
import { quotaStoreConformance } from '@toolgate/quota/conformance'
import {
  clusterOptions,
  type RedisQuotaStore,
  type RedisQuotaStoreOptions,
  RedisUnavailableError,
  redisQuotaStore,
} from '@toolgate/redis'
import { type RedisCluster, type RedisServer, SlotMove, startRedisCluster, until } from '@toolgate/redis-server'
import type { Cluster, Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

let cluster: RedisCluster
let client: Cluster
let masters: Redis[]
let stores = 0
let prefix: string
let nowMs: number
let store: RedisQuotaStore

beforeAll(async () => {
  cluster = await startRedisCluster(3)
  client = cluster.client(clusterOptions)
  masters = cluster.masters.map((master) => master.client())
})
beforeEach(() => {
  prefix = `store${stores++}`
  nowMs = Date.UTC(2026, 0, 15, 12)
  store = storeWith({ clock: () => nowMs })
})
afterAll(async () => {
  client.disconnect()
  for (const master of masters) master.disconnect()
  await cluster[Symbol.asyncDispose]()
})

/** A store with keys of this test. Without a clock it has that of the servers. */
function storeWith(options: RedisQuotaStoreOptions): RedisQuotaStore {
  return redisQuotaStore({ client, prefix, ...options })
}

const minuteMs = 60_000
const hourMs = 3_600_000

function keyOf(tenant: string | undefined): string {
  return tenant === undefined ? 'agent/quota/tool=refund' : `agent/quota/tool=refund/tenant=${tenant}`
}

function calls(limit: number, tenant?: string, windowMs = minuteMs): CallsClaim {
  return { kind: 'calls', quota: 'calls', key: keyOf(tenant), limit, units: 1, windowMs }
}

function amount(limit: number, units: number, tenant?: string, held = true): AmountClaim {
  const window = { kind: 'rolling', windowMs: hourMs } as const
  return { kind: 'amount', quota: 'amount', key: keyOf(tenant), limit, units, window, held }
}

function inFlight(limit: number, tenant?: string): InFlightClaim {
  return { kind: 'inFlight', quota: 'inFlight', key: keyOf(tenant), limit, units: 1 }
}

async function used(...claims: Claim[]): Promise<number[]> {
  const { reports } = await store.peek(claims)
  return reports.map((report) => report.used)
}

/** The keys of this test's store on each master. */
function keys(): Promise<string[][]> {
  return Promise.all(masters.map((master) => master.keys(`${prefix}:*`)))
}

function slotOf(key: string): Promise<number> {
  const [master] = masters as [Redis]
  return master.cluster('KEYSLOT', key)
}

describe('a quota store on a cluster', () => {
  test.for(quotaStoreConformance)('$title', async ({ run }) => {
    await run(() => ({
      store,
      now: () => nowMs,
      advance: (ms) => {
        nowMs += ms
      },
    }))
  })

  test('answers all calls that are made at once on a new client', async () => {
    const newClient = cluster.client(clusterOptions)
    const newStore = storeWith({ client: newClient })
    const tenants = Array.from({ length: 30 }, (_, index) => `tenant${index % 10}`)
    const answers = await Promise.allSettled(tenants.map((tenant) => newStore.acquire({ claims: [calls(9, tenant)] })))
    newClient.disconnect()
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([])
  })
})

describe('quotas of one tenant', () => {
  test('[R4] are taken in one step, and all their keys lie in one slot', async () => {
    const claims = [calls(5, 'acme'), inFlight(5, 'acme'), amount(99, 10, 'acme'), calls(9, 'acme', hourMs)]
    const verdict = await store.acquire({ claims, id: 'call_1' })
    expect(verdict).toMatchObject({ admitted: true, isRepeated: false })
    expect(verdict.atomic).toBeUndefined()
    const all = (await keys()).flat()
    // A key for each quota, the leases of the amount, and the id of the call.
    expect(all).toHaveLength(6)
    expect(new Set(await Promise.all(all.map(slotOf))).size).toBe(1)
  })

  test('are kept apart from those of other tenants, on all masters', async () => {
    const tenants = Array.from({ length: 30 }, (_, index) => `tenant${index}`)
    for (const tenant of tenants) await store.acquire({ claims: [calls(1, tenant)] })
    for (const tenant of tenants) expect(await used(calls(1, tenant))).toEqual([1])
    for (const ofMaster of await keys()) expect(ofMaster.length).toBeGreaterThan(0)
  })

  test('[S1] are taken and settled once when all masters have lost their scripts', async () => {
    const tenants = Array.from({ length: 10 }, (_, index) => `tenant${index}`)
    for (const tenant of tenants) {
      await Promise.all(masters.map((master) => master.script('FLUSH')))
      const verdict = await store.acquire({ claims: [amount(99, 10, tenant)] })
      await Promise.all(masters.map((master) => master.script('FLUSH')))
      expect(verdict.admitted && (await store.settle(verdict.hold, [{ units: 7 }]))).toMatchObject([{ used: 7 }])
    }
  })
})

describe.for<[string, string, string | undefined]>([
  ['two tenants', 'globex', 'acme'],
  ['a tenant and no tenant', 'globex', undefined],
])('quotas of %s', ([, one, other]) => {
  const both = [calls(2, one), calls(2, other)]

  test('[R4] are counted all, and the verdict says that they could not be taken in one step', async () => {
    const verdict = await store.acquire({ claims: both })
    expect(verdict).toMatchObject({ admitted: true, isRepeated: false, atomic: false })
    const taken = { quota: 'calls', limit: 2, used: 1, remaining: 1, resetAfterMs: minuteMs }
    expect(verdict.reports).toEqual([
      { ...taken, key: keyOf(one) },
      { ...taken, key: keyOf(other) },
    ])
    expect(await used(...both)).toEqual([1, 1])
    const slots = await Promise.all((await keys()).flat().map(slotOf))
    expect(new Set(slots).size).toBe(2)
  })

  test.for([
    [0, one, other],
    [3, other, one],
  ] as const)('[R4] are given back when that at position %i does not fit', async ([refused, ofFull, ofFree]) => {
    const full = calls(1, ofFull)
    await store.acquire({ claims: [full] })
    const claims = [calls(5, ofFree), inFlight(5, ofFree), amount(99, 10, ofFree)].toSpliced(refused, 0, full)
    const verdict = await store.acquire({ claims, id: 'call_1' })
    expect(verdict).toMatchObject({ admitted: false, refused, retryAfterMs: minuteMs, isFinal: false, atomic: false })
    const expected = claims.map((claim) => (claim === full ? 1 : 0))
    expect(verdict.reports.map((report) => report.used)).toEqual(expected)
    expect(await used(...claims)).toEqual(expected)
  })

  test('[R3] of which none fits are refused for the first of the call, with the longest wait', async () => {
    const claims = [calls(1, one, hourMs), calls(1, other, minuteMs)]
    await store.acquire({ claims })
    const verdict = { admitted: false, refused: 0, retryAfterMs: hourMs, isFinal: false, atomic: false }
    expect(await store.acquire({ claims })).toMatchObject({ ...verdict, ownRetryAfterMs: hourMs })
    expect(await store.acquire({ claims: claims.toReversed() })).toMatchObject({
      ...verdict,
      ownRetryAfterMs: minuteMs,
    })
    nowMs += hourMs - 1
    expect(await store.acquire({ claims })).toMatchObject({ admitted: false, refused: 0, retryAfterMs: 1 })
    nowMs += 1
    expect(await store.acquire({ claims })).toMatchObject({ admitted: true })
  })

  test('[B2] are all settled, once', async () => {
    const claims = [amount(99, 10, one), calls(9, other), amount(99, 20, other), inFlight(9, one)]
    const verdict = await store.acquire({ claims, id: 'call_1' })
    const settle = () => verdict.admitted && store.settle(verdict.hold, [{ units: 7 }, 'keep', 'release', 'keep'])
    const reports = await settle()
    expect(reports).toMatchObject([{ used: 7 }, { used: 1 }, { used: 0 }, { used: 0 }])
    expect(await settle()).toBeUndefined()
    expect((await store.peek(claims)).reports).toMatchObject([
      { used: 7, held: 0 },
      { used: 1, held: 0 },
      { used: 0, held: 0 },
      { used: 0, held: 0 },
    ])
  })

  test('[R4] take nothing more when the id of a call is repeated, until it is settled', async () => {
    const request = { claims: both, id: 'call_1' }
    const first = await store.acquire(request)
    const again = await store.acquire(request)
    expect(again).toMatchObject({ admitted: true, isRepeated: true, atomic: false, reports: first.reports })
    expect(await used(...both)).toEqual([1, 1])
    if (again.admitted) await store.settle(again.hold, ['keep', 'release'])
    expect(first.admitted && (await store.settle(first.hold, ['keep', 'release']))).toBeUndefined()
    expect(await store.acquire(request)).toMatchObject({ admitted: true, isRepeated: false })
    expect(await used(...both)).toEqual([2, 1])
  })

  test('[R4] are an error, and take nothing, when the id of the call is in use for other claims', async () => {
    await store.acquire({ claims: both, id: 'call_1' })
    for (const tenant of [one, other]) {
      await expect(store.acquire({ claims: [calls(2, tenant)], id: 'call_1' })).rejects.toThrow(QuotaRequestError)
    }
    await store.acquire({ claims: [calls(2, one)], id: 'call_2' })
    await expect(store.acquire({ claims: both, id: 'call_2' })).rejects.toThrow(QuotaRequestError)
    expect(await used(...both)).toEqual([2, 1])
  })

  test('[R4] are taken in one step where `partitionBy` puts them together', async () => {
    const together = storeWith({ partitionBy: () => 'all' })
    const verdict = await together.acquire({ claims: both })
    expect(verdict).toMatchObject({ admitted: true, reports: [{ used: 1 }, { used: 1 }] })
    expect(verdict.atomic).toBeUndefined()
    await together.acquire({ claims: both })
    const refusal = await together.acquire({ claims: both })
    expect(refusal).toMatchObject({ admitted: false, refused: 0 })
    expect(refusal.atomic).toBeUndefined()
    const all = (await keys()).flat()
    expect(all).toHaveLength(2)
    expect(new Set(await Promise.all(all.map(slotOf))).size).toBe(1)
  })
})

describe('a master that stands still', () => {
  test('[R4] [S1] keeps nothing of a call that could not be decided on, neither there nor elsewhere', async () => {
    const [patient, hasty] = [storeWith({}), storeWith({ commandTimeoutMs: 300 })]
    const isFree = async (...quotas: Claim[]) => {
      const { reports } = await patient.peek(quotas)
      return reports.every((report) => report.used === 0)
    }
    const [first, last] = await tenantsOfTwoMasters()
    const [ofFirst, ofLast] = [amount(99, 10, first.tenant), amount(99, 10, last.tenant)]
    last.master.freeze()
    try {
      await expect(hasty.acquire({ claims: [ofFirst, ofLast] })).rejects.toThrow(RedisUnavailableError)
      await until('the first was given back', () => isFree(ofFirst))
    } finally {
      last.master.thaw()
    }
    await until('what was taken too late was given back', () => isFree(ofFirst, ofLast))
  })

  /** The first in the order of tenants, and the last. */
  async function tenantsOfTwoMasters() {
    const tenants = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(async (tenant) => {
        return { tenant, master: cluster.masterOf(await slotOf(`{${tenant}}`)) }
      }),
    )
    const [first] = tenants as [(typeof tenants)[0]]
    const last = tenants.findLast(({ master }) => master !== first.master) as typeof first
    return [first, last] as const
  }
})

describe('a slot that is moved to another master', () => {
  /** Each test has a slot of its own, since moving it changes the cluster. */
  async function moveOf(tenant: string): Promise<SlotMove> {
    const slot = await slotOf(`{${tenant}}`)
    const from = cluster.masterOf(slot)
    const to = cluster.masters.find((master) => master !== from) as RedisServer
    return new SlotMove(cluster, slot, from, to)
  }

  test('[S1] [R1] under load never makes more fit than the limit, and loses no call that was admitted', async () => {
    const serverTimed = storeWith({})
    const claim = calls(5_000, 'moved', hourMs)
    const move = await moveOf('moved')
    const verdicts: Verdict[] = []
    const failures: unknown[] = []
    const admitted = () => verdicts.filter((verdict) => verdict.admitted).length
    let isOver = false
    const work = async () => {
      while (!isOver) {
        try {
          verdicts.push(await serverTimed.acquire({ claims: [claim] }))
        } catch (error) {
          failures.push(error)
          await turn()
        }
      }
    }
    const more = (count: number) => {
      const enough = verdicts.length + count
      return until('calls are answered', () => verdicts.length >= enough)
    }

    const workers = Array.from({ length: 6 }, work)
    try {
      await more(100)
      await move.open()
      await more(100)
      await move.moveKeys()
      await more(100)
      await move.close()
      await more(100)
      expect(admitted()).toBe(verdicts.length)
      await until('the limit is reached', () => verdicts.at(-1)?.admitted === false)
      await more(1_000)
    } finally {
      isOver = true
      await Promise.all(workers)
    }

    for (const failure of failures) expect(isUnavailable(failure), String(failure)).toBe(true)
    const [report] = (await serverTimed.peek([claim])).reports
    expect(report?.used).toBe(claim.limit)
    expect(admitted()).toBeLessThanOrEqual(claim.limit)
    expect(claim.limit - admitted()).toBeLessThanOrEqual(failures.length)
  })

  test('[S1] [B1] keeps all that was spent, also when a hold ends while it is moved', async () => {
    const spent = amount(100, 60, 'spender', false)
    await store.acquire({ claims: [spent] })
    await store.acquire({ claims: [amount(100, 10, 'spender')], leaseMs: minuteMs })
    await store.acquire({ claims: [amount(100, 10, 'spender')], leaseMs: hourMs })
    nowMs += minuteMs
    const move = await moveOf('spender')
    await move.open()
    const answer = await store.acquire({ claims: [amount(100, 5, 'spender', false)] }).catch((error: unknown) => error)
    await move.moveKeys()
    await move.close()
    const charged = (answer as Partial<Verdict>).admitted === true ? 5 : 0
    if (charged === 0) expect(isUnavailable(answer), String(answer)).toBe(true)
    expect(await used(spent)).toEqual([70 + charged])
  })

  test('[S1] [R4] takes all of a call or nothing, also when older calls end while it is moved', async () => {
    const claims = [calls(9, 'caller', hourMs), calls(9, 'caller', minuteMs), inFlight(9, 'caller')]
    await store.acquire({ claims, leaseMs: minuteMs })
    nowMs += minuteMs
    const move = await moveOf('caller')
    await move.open()
    const answer = await store.acquire({ claims }).catch((error: unknown) => error)
    await move.moveKeys()
    await move.close()
    const charged = (answer as Partial<Verdict>).admitted === true ? 1 : 0
    if (charged === 0) expect(isUnavailable(answer), String(answer)).toBe(true)
    expect(await used(...claims)).toEqual([1 + charged, charged, charged])
  })

  test('[S1] [B2] is settled as soon as it can be, once, when a call ends while it is moved', async () => {
    const claim = amount(100, 60, 'settler')
    const verdict = await store.acquire({ claims: [claim], id: 'call_1' })
    const move = await moveOf('settler')
    await move.open()
    const settled = verdict.admitted && Promise.allSettled([store.settle(verdict.hold, [{ units: 45 }])])
    await move.moveKeys()
    await move.close()
    await settled
    await until('it is settled', async () => (await used(claim))[0] === 45)
    expect((await store.peek([claim])).reports).toMatchObject([{ used: 45, held: 0 }])
  })
})

function isUnavailable(error: unknown): boolean {
  return error instanceof RedisUnavailableError || error instanceof QuotaTimeoutError
}

describe('an operator of a cluster', () => {
  const tenants = Array.from({ length: 12 }, (_, index) => `tenant${index}`)

  async function chargeAll(): Promise<void> {
    for (const tenant of tenants) await store.acquire({ claims: [calls(9, tenant), amount(99, 10, tenant)] })
    for (const ofMaster of await keys()) expect(ofMaster.length).toBeGreaterThan(0)
  }

  test('sees the quotas of all masters', async () => {
    await chargeAll()
    const usage = await store.usage({ runner: 'agent' })
    const keysOfKind = (kind: string) =>
      usage.filter((quota) => quota.kind === kind).map(({ key, used, held }) => [key, used, held])
    expect(usage).toHaveLength(2 * tenants.length)
    expect(keysOfKind(`calls.${minuteMs}`).sort()).toEqual(tenants.map((tenant) => [keyOf(tenant), 1, 0]).sort())
    expect(keysOfKind(`spend.${hourMs}`).sort()).toEqual(tenants.map((tenant) => [keyOf(tenant), 10, 10]).sort())
    expect(await store.usage({ tenant: 'tenant7' })).toMatchObject([
      { key: keyOf('tenant7') },
      { key: keyOf('tenant7') },
    ])
  })

  test('resets the quotas of a scope, on whatever master they are', async () => {
    await chargeAll()
    expect(await store.reset({ tenant: 'tenant7' })).toBe(2)
    expect(await store.usage({ tenant: 'tenant7' })).toEqual([])
    expect(await store.usage({ runner: 'agent' })).toHaveLength(2 * (tenants.length - 1))
    expect(await store.reset({ runner: 'agent' })).toBe(2 * (tenants.length - 1))
    expect((await keys()).flat()).toEqual([])
  })

  test('is not told that there is nothing while the client is only just connecting', async () => {
    await chargeAll()
    for (const ask of ['usage', 'reset'] as const) {
      const newClient = cluster.client(clusterOptions)
      const newStore = storeWith({ client: newClient })
      const answer = await newStore[ask]({ runner: 'agent' }).catch((error: unknown) => error)
      newClient.disconnect()
      if (answer instanceof RedisUnavailableError) continue
      expect(Array.isArray(answer) ? answer.length : answer).toBe(2 * tenants.length)
    }
  })
})
