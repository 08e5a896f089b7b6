import type { AmountClaim, CallsClaim, Claim } from '@toolgate/quota'
import { redisQuotaStore } from '@toolgate/redis'
import { type RedisServer, startRedis, until } from '@toolgate/redis-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Admission, startWorker, type Worker } from './workers.ts'

let server: RedisServer
const workers: Worker[] = []

beforeEach(async () => {
  server = await startRedis()
})
afterEach(async () => {
  for (const worker of workers.splice(0)) worker.process.kill('SIGKILL')
  await server[Symbol.asyncDispose]()
})

function start(...task: Parameters<typeof startWorker>): Worker {
  const worker = startWorker(...task)
  workers.push(worker)
  return worker
}

const forever = { kind: 'forever' } as const

function amount(key: string, limit: number, units: number, window: AmountClaim['window'] = forever): AmountClaim {
  return { kind: 'amount', quota: 'maxSpend', key, limit, units, window, held: false }
}

function calls(key: string, limit: number, windowMs: number): CallsClaim {
  return { kind: 'calls', quota: 'maxCalls', key, limit, units: 1, windowMs }
}

/** The most that was admitted in any window: the plain oracle, which looks at all admissions one by one. */
function mostInAnyWindow(admissions: readonly Admission[], windowMs: number, unitsOf: (one: Admission) => number) {
  const sorted = admissions.toSorted((one, other) => one.atUs - other.atUs)
  let [first, sum, most] = [0, 0, 0]
  for (const one of sorted) {
    sum += unitsOf(one)
    while ((sorted[first] as Admission).atUs <= one.atUs - windowMs * 1_000)
      sum -= unitsOf(sorted[first++] as Admission)
    most = Math.max(most, sum)
  }
  return most
}

describe('eight processes that hammer one limit and one nested budget', () => {
  test('[R1] [R2] [R4] [B1] no window holds more than the limit, no sum passes a budget, and no refusal takes anything', async () => {
    const limits = { org: 1_900_000_001, team: 1_000_000_003, agent: 300_000_007, tool: 40_000_000 }
    const windowMs = 200
    const mostCalls = 150
    const toolWindow = { kind: 'rolling', windowMs: 590 } as const
    const requestOf = (worker: number, tool: number): Claim[] => [
      calls('calls/org', mostCalls, windowMs),
      calls('all/org', 1_000_000, 3_600_000),
      amount('org', limits.org, 1_234_567),
      amount(`org/team=${worker % 2}`, limits.team, 1_234_567),
      amount(`org/team=${worker % 2}/agent=${worker}`, limits.agent, 1_234_567),
      amount(`tool=${tool}`, limits.tool, 1_234_567, toolWindow),
    ]
    const tools = [0, 1, 2]
    const eight = Array.from({ length: 8 }, (_, index) => {
      const requests = tools.map((tool) => requestOf(index, tool))
      return start({ url: server.url, do: 'hammer', requests, durationMs: 3_000, inFlight: 4 })
    })
    const reports = await Promise.all(eight.map(({ report }) => report))
    const all = reports.flatMap(({ admissions }) => admissions)
    const spent = all.length * 1_234_567

    expect(all.length).toBeGreaterThan(500)
    expect(Math.min(...reports.map(({ refused }) => refused))).toBeGreaterThan(0)
    expect(mostInAnyWindow(all, windowMs, () => 1)).toBeLessThanOrEqual(mostCalls)
    for (const tool of tools) {
      const ofTool = all.filter(({ request }) => request === tool)
      expect(mostInAnyWindow(ofTool, 590, () => 1_234_567)).toBeLessThanOrEqual(limits.tool)
    }
    expect(spent).toBeLessThanOrEqual(limits.org)

    await using store = redisQuotaStore({ url: server.url })
    const usedOf = async (claim: Claim) => (await store.peek([{ ...claim, units: 0 }])).reports[0]?.used
    expect(await usedOf(calls('all/org', 1_000_000, 3_600_000))).toBe(all.length)
    expect(await usedOf(amount('org', limits.org, 0))).toBe(spent)
    for (const team of [0, 1]) {
      const admitted = reports.filter((_, worker) => worker % 2 === team).flatMap(({ admissions }) => admissions)
      expect(await usedOf(amount(`org/team=${team}`, limits.team, 0))).toBe(admitted.length * 1_234_567)
      expect(admitted.length * 1_234_567).toBeLessThanOrEqual(limits.team)
    }
    for (const [worker, { admissions }] of reports.entries()) {
      const key = `org/team=${worker % 2}/agent=${worker}`
      expect(await usedOf(amount(key, limits.agent, 0))).toBe(admissions.length * 1_234_567)
      expect(admissions.length * 1_234_567).toBeLessThanOrEqual(limits.agent)
    }
  })

  test('[B1] spend a budget to the last unit and not one more', async () => {
    const requests = [[amount('purse', 1_000_000_000, 10_000_000)]]
    const eight = Array.from({ length: 8 }, () => {
      return start({ url: server.url, do: 'hammer', requests, durationMs: 500, inFlight: 8 })
    })
    const reports = await Promise.all(eight.map(({ report }) => report))
    expect(reports.flatMap(({ admissions }) => admissions)).toHaveLength(100)
  })
})

describe('hosts whose clocks are wrong by hours', () => {
  test('[S2] share a rolling limit and a day’s budget exactly', async () => {
    const hourMs = 3_600_000
    const day = { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' } as const
    const claims = [calls('calls', 15, 24 * hourMs), amount('day', 100, 10, day)]
    const shifts = [-31, 0, 29]
    const reports = []
    for (const hours of shifts) {
      reports.push(
        await start({ url: server.url, do: 'take', claims, times: 4, leaseMs: 60_000 }, hours * hourMs).report,
      )
    }
    expect(reports.map(({ admissions }) => admissions.length)).toEqual([4, 4, 2])
    const times = reports.flatMap(({ admissions }) => admissions.map(({ atUs }) => atUs))
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    await using store = redisQuotaStore({ url: server.url })
    const { reports: now } = await store.peek(claims.map((claim) => ({ ...claim, units: 0 })))
    expect(now.map(({ used }) => used)).toEqual([10, 100])
  })
})

describe('a process that is killed while it holds money and is in flight', () => {
  test('[B3] frees both when its lease ends, and not before', async () => {
    const claims: Claim[] = [
      { kind: 'inFlight', quota: 'maxInFlight', key: 'flying', limit: 1, units: 1 },
      { ...amount('purse', 100, 60), held: true },
    ]
    const worker = start({ url: server.url, do: 'take', claims, times: 1, leaseMs: 700 })
    const { admissions } = await worker.report
    const { leaseEndUs } = admissions[0] as Admission
    worker.process.kill('SIGKILL')

    const clock = server.client()
    const redisTimeUs = async () => {
      const [seconds, microseconds] = await clock.time()
      return Number(seconds) * 1_000_000 + Number(microseconds)
    }
    await using store = redisQuotaStore({ url: server.url })
    let lastRefusedUs = 0
    await until('both are free', async () => {
      const askedUs = await redisTimeUs()
      const verdict = await store.acquire({ claims })
      if (!verdict.admitted) {
        expect(verdict.retryAfterMs).toBeUndefined()
        lastRefusedUs = askedUs
      }
      return verdict.admitted
    })
    expect(await redisTimeUs()).toBeGreaterThanOrEqual(leaseEndUs)
    expect(lastRefusedUs).toBeGreaterThan(leaseEndUs - 600_000)
    expect(lastRefusedUs).toBeLessThan(leaseEndUs)
    clock.disconnect()
  })
})
