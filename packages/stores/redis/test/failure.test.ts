import {
  type Admitted,
  type AmountClaim,
  type CallsClaim,
  type Claim,
  type QuotaStore,
  QuotaTimeoutError,
  type Verdict,
} from '@toolgate/quota'
import { type RedisQuotaStore, RedisUnavailableError, redisOptions, redisQuotaStore } from '@toolgate/redis'
import { freePort, type RedisServer, startRedis, until } from '@toolgate/redis-server'
import { Cluster, Redis } from 'ioredis'
import { budgetGate, GatedToolRunner, PolicyError, rateGate } from 'toolgate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FaultyProxy, startProxy } from './proxy.ts'

/** For the tests that are about it. The others leave Redis as much time as a busy machine may need. */
const commandTimeoutMs = 200
const ampleMs = 5_000

const calls: CallsClaim = { kind: 'calls', quota: 'maxCalls', key: 'calls', limit: 1_000, units: 1, windowMs: 600_000 }
const estimate: AmountClaim = {
  kind: 'amount',
  quota: 'maxSpend',
  key: 'money',
  limit: 1_000,
  units: 10,
  window: { kind: 'rolling', windowMs: 600_000 },
  held: true,
}

let stores = 0

/** A store of its own keys. */
function storeAt(url: string, timeoutMs: number = ampleMs, prefix: string = `failure${stores++}`): RedisQuotaStore {
  return redisQuotaStore({ url, prefix, commandTimeoutMs: timeoutMs })
}

/** Uses a client of the test's own. It is gone afterwards, so that it does not notice when the server dies. */
async function directly<Result>(server: RedisServer, use: (client: Redis) => Promise<Result>): Promise<Result> {
  const client = server.client()
  try {
    return await use(client)
  } finally {
    client.disconnect()
  }
}

/** What is in use of a quota, and how much of it is held. */
async function standing(store: QuotaStore, claim: Claim): Promise<{ used: number; held: number }> {
  const { reports } = await store.peek([claim])
  const [{ used, held }] = reports as [(typeof reports)[number]]
  return { used, held }
}

/** Waits for a store to answer again, and says what is in use. Every failure on the way has to be one that it names. */
async function standingAgain(store: QuotaStore, claim: Claim): Promise<{ used: number; held: number }> {
  let stands: { used: number; held: number } | undefined
  await until('the store answers again', async () => {
    stands = await standing(store, claim).catch(unlessUnavailable)
    return stands !== undefined
  })
  return stands as { used: number; held: number }
}

function unlessUnavailable(error: unknown): undefined {
  if (!(error instanceof RedisUnavailableError || error instanceof QuotaTimeoutError)) throw error
}

async function admitted(store: QuotaStore, ...claims: Claim[]) {
  const verdict = await store.acquire({ claims })
  if (!verdict.admitted) throw new Error(`it was refused: ${JSON.stringify(verdict)}`)
  return verdict
}

/** How many scripts a server has run since it was started. */
async function scriptsRun(server: RedisServer): Promise<number> {
  const statistics = await directly(server, (client) => client.info('commandstats'))
  const counts = [...statistics.matchAll(/^cmdstat_(?:eval|evalsha):calls=(\d+)/gm)].map(([, count]) => Number(count))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** A tool that costs 1 of 10, and may be called ten times. */
function payments(store: QuotaStore, onError: 'block' | 'allow' = 'block') {
  const runner = new GatedToolRunner({ gates: [rateGate({ store, onError }), budgetGate({ store, onError })] })
  let paid = 0
  runner.register('pay', {
    execute: () => {
      paid++
    },
    rate: { maxCalls: 10, windowMs: 600_000 },
    budget: { maxSpend: '10', cost: '1' },
  })
  return { pay: () => runner.call('pay'), timesPaid: () => paid }
}

/** What is in use of both quotas of `payments` together, in units of their own. */
async function usedByPayments(store: RedisQuotaStore): Promise<number> {
  const quotas = await store.usage({ tool: 'pay' })
  return quotas.reduce((sum, { used }) => sum + used, 0)
}

describe('with a server that lives', () => {
  let server: RedisServer

  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('[S1] scripts that Redis forgets between calls are given to it again, and nothing is charged twice', async () => {
    await using store = storeAt(server.url)
    for (let call = 0; call < 3; call++) {
      const { hold } = await admitted(store, calls, estimate)
      await directly(server, (client) => client.script('FLUSH'))
      await store.settle(hold, ['keep', { units: 4 }])
      await directly(server, (client) => client.script('FLUSH'))
    }
    expect(await standing(store, calls)).toEqual({ used: 3, held: 0 })
    expect(await standing(store, estimate)).toEqual({ used: 12, held: 0 })
    expect(await directly(server, (client) => client.info('errorstats'))).toContain('errorstat_NOSCRIPT')
  })

  test('[S1] scripts that Redis forgets while calls are under way fail none of them, and charge none twice', async () => {
    await using store = storeAt(server.url)
    await standing(store, calls)
    await directly(server, async (client) => {
      await client.ping()
      const hundred = Array.from({ length: 100 }, () => admitted(store, calls, { ...estimate, units: 1 }))
      const [verdicts] = await Promise.all([Promise.all(hundred), client.script('FLUSH')])
      const settled = verdicts.map(({ hold }) => store.settle(hold, ['keep', { units: 2 }]))
      await Promise.all([...settled, client.script('FLUSH')])
    })
    expect(await standing(store, calls)).toEqual({ used: 100, held: 0 })
    expect(await standing(store, estimate)).toEqual({ used: 200, held: 0 })
  })

  test('[S1] [B2] scripts that Redis forgets before every single command fail no call either', async () => {
    await using proxy = await startProxy(server.port)
    await using store = storeAt(proxy.url)
    await standing(store, calls)
    await directly(server, async (client) => {
      proxy.delay(() => client.script('FLUSH'))
      const verdicts = await Promise.all([1, 2, 3].map(() => admitted(store, calls, estimate)))
      await Promise.all(verdicts.map(({ hold }) => store.settle(hold, ['keep', { units: 4 }])))
      expect(await standing(store, calls)).toEqual({ used: 3, held: 0 })
      expect(await standing(store, estimate)).toEqual({ used: 12, held: 0 })
    })
  })

  describe.for([
    { when: 'before the time-out', timeoutMs: ampleMs, error: RedisUnavailableError },
    { when: 'after the time-out', timeoutMs: commandTimeoutMs, error: QuotaTimeoutError },
  ])('a connection that is cut between request and reply, $when', ({ timeoutMs, error }) => {
    /** A store behind a proxy, and another one of the same quotas, which nothing comes between. */
    async function behindProxy() {
      const prefix = `failure${stores++}`
      const proxy = await startProxy(server.port)
      const store = storeAt(proxy.url, timeoutMs, prefix)
      const other = storeAt(server.url, ampleMs, prefix)
      const end = async () => {
        await Promise.all([store.close(), other.close()])
        await proxy[Symbol.asyncDispose]()
      }
      await standingAgain(store, calls)
      return { proxy, store, other, [Symbol.asyncDispose]: end }
    }

    /** Asks for something that Redis does and whose reply is lost, and returns what the caller is told instead. */
    async function withoutReply(proxy: FaultyProxy, ask: () => Promise<unknown>): Promise<unknown> {
      const swallowed = proxy.swallowReplies()
      const told = ask().catch((error: unknown) => error)
      await swallowed
      if (timeoutMs === commandTimeoutMs) await told
      proxy.cut()
      return told
    }

    test('[S1] charges its call once: it is not sent again', async () => {
      await using behind = await behindProxy()
      const { proxy, store } = behind
      const told = await withoutReply(proxy, () => store.acquire({ claims: [calls] }))
      expect(told).toBeInstanceOf(error)
      // What were sent again on the new connection would have gone before this.
      expect(await standingAgain(store, calls)).toEqual({ used: 1, held: 0 })
    })

    test('[S1] [B2] charges its call once, also when it is asked for again under its id: it is answered as before', async () => {
      await using behind = await behindProxy()
      const { proxy, store, other } = behind
      const request = { claims: [calls, estimate], id: 'call_1' }
      expect(await withoutReply(proxy, () => store.acquire(request))).toBeInstanceOf(error)
      let retried: Verdict | undefined
      await until('the store answers again', async () => {
        retried = await store.acquire(request).catch(unlessUnavailable)
        return retried !== undefined
      })
      expect(retried).toMatchObject({ admitted: true, isRepeated: true, reports: [{ used: 1 }, { used: 10 }] })
      await other.settle((retried as Admitted).hold, ['keep', { units: 7 }])
      expect(await standing(other, calls)).toEqual({ used: 1, held: 0 })
      expect(await standing(other, estimate)).toEqual({ used: 7, held: 0 })
    })

    test('[S1] [B2] settles its call once, though Redis is told again what the call came to', async () => {
      await using behind = await behindProxy()
      const { proxy, store, other } = behind
      const { hold } = await admitted(other, estimate)
      const before = await scriptsRun(server)
      const told = await withoutReply(proxy, () => store.settle(hold, [{ units: 4 }]))
      expect(told).toBeInstanceOf(RedisUnavailableError)
      expect(told).toMatchObject({ message: expect.stringContaining('it will be told when it is back') })
      await admitted(other, { ...estimate, units: 3, held: false })
      await until('Redis is told again', async () => (await scriptsRun(server)) >= before + 3)
      expect(await standing(other, estimate)).toEqual({ used: 7, held: 0 })
      expect(await store.settle(hold, [{ units: 4 }])).toBeUndefined()
    })
  })

  test('[P4] [S1] calls that can not connect fail at once, and pass again by themselves', async () => {
    await using proxy = await startProxy(server.port)
    await using store = storeAt(proxy.url)
    await admitted(store, calls)
    proxy.refuse()
    proxy.cut()
    const startMs = performance.now()
    await expect(store.acquire({ claims: [calls] })).rejects.toThrow(
      /^Redis can not be reached|^the connection to Redis was lost/,
    )
    await expect(store.acquire({ claims: [calls] })).rejects.toBeInstanceOf(RedisUnavailableError)
    expect(performance.now() - startMs).toBeLessThan(ampleMs / 2)
    proxy.accept()
    expect(await standingAgain(store, calls)).toEqual({ used: 1, held: 0 })
  })

  test.for([
    { what: 'the quota of the claim', of: 'spend.' },
    { what: 'the leases of the claim', of: 'held.' },
  ])('[P4] [R4] a key of another type, in the place of $what, is no limit, and nothing is taken', async ({ of }) => {
    const prefix = `failure${stores++}`
    await using store = storeAt(server.url, ampleMs, prefix)
    await admitted(store, calls, estimate)
    await directly(server, async (client) => {
      const keys = (await client.keys(`${prefix}:*`)).filter((key) => key.includes(`:${of}`))
      expect(keys).toHaveLength(1)
      await client.del(keys)
      await client.set(keys[0] as string, 'of somebody else')
    })
    const acquired = store.acquire({ claims: [calls, estimate] })
    await expect(acquired).rejects.toThrow(/a key of the store holds something else.*`prefix`/)
    await expect(acquired).rejects.toBeInstanceOf(RedisUnavailableError)
    expect(await standing(store, calls)).toEqual({ used: 1, held: 0 })
  })

  test('[S1] how quotas stand can be asked of a store that has just been made, as soon as it is connected', async () => {
    const prefix = `failure${stores++}`
    await using first = storeAt(server.url, ampleMs, prefix)
    await payments(first).pay()
    await using usage = storeAt(server.url, ampleMs, prefix)
    expect(await usage.usage({ tool: 'pay' })).toHaveLength(2)
    await using reset = storeAt(server.url, ampleMs, prefix)
    expect(await reset.reset({ tool: 'pay' })).toBe(2)
  })

  describe('a client of the caller', () => {
    const nodes = [{ host: '127.0.0.1', port: 6379 }]
    const node = { ...redisOptions, lazyConnect: true }
    const cluster = { lazyConnect: true, enableOfflineQueue: false, retryDelayOnFailover: 0, redisOptions }

    test.for([
      {
        option: 'autoResendUnfulfilledCommands',
        of: () => new Redis({ lazyConnect: true }),
        mend: /expected false, .*`redisOptions` of @toolgate\/redis/,
      },
      {
        option: 'enableOfflineQueue',
        of: () => new Redis({ lazyConnect: true, autoResendUnfulfilledCommands: false }),
        mend: /expected false, .*`redisOptions` of @toolgate\/redis/,
      },
      {
        option: 'keyPrefix',
        of: () => new Redis({ ...node, keyPrefix: 'mine:' }),
        mend: /is `"mine:"`; expected none, .*`prefix`/,
      },
      {
        option: 'retryDelayOnFailover',
        of: () => new Cluster(nodes, { lazyConnect: true }),
        mend: /expected 0, .*`clusterOptions` of @toolgate\/redis/,
      },
      {
        option: 'redisOptions.autoResendUnfulfilledCommands',
        of: () => new Cluster(nodes, { ...cluster, redisOptions: {} }),
        mend: /expected false, .*`clusterOptions` of @toolgate\/redis/,
      },
      {
        option: 'enableOfflineQueue',
        of: () => new Cluster(nodes, { ...cluster, enableOfflineQueue: true }),
        mend: /expected false, .*`clusterOptions` of @toolgate\/redis/,
      },
      {
        option: 'keyPrefix',
        of: () => new Cluster(nodes, { ...cluster, keyPrefix: 'mine:' }),
        mend: /is `"mine:"`; expected none, .*`prefix`/,
      },
    ])(
      '[S1] that would charge calls twice, or late, is refused by the name of its option: $option',
      ({ option, of, mend }) => {
        const client = of()
        const make = () => redisQuotaStore({ client })
        expect(make).toThrow(PolicyError)
        expect(make).toThrow(expect.objectContaining({ field: `redisQuotaStore.client.options.${option}` }))
        expect(make).toThrow(mend)
        expect(client.status).toBe('wait')
        client.disconnect()
      },
    )

    test('that is made with the options of the package works, and is left open', async () => {
      const client = new Redis(server.url, node)
      const store = redisQuotaStore({ client, prefix: `failure${stores++}` })
      await admitted(store, calls)
      expect(await standing(store, calls)).toEqual({ used: 1, held: 0 })
      await store.close()
      expect(await client.ping()).toBe('PONG')
      client.disconnect()
    })
  })
})

test('[P4] [S1] a call is unavailable while no server is there, and passes once there is one', async () => {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  await using store = storeAt(url)
  const { pay, timesPaid } = payments(store)
  const startMs = performance.now()
  const blocked = await pay()
  expect(performance.now() - startMs).toBeLessThan(ampleMs / 2)
  expect(blocked).toMatchObject({ status: 'blocked', blockedBy: 'rate', reason: 'unavailable' })
  expect(blocked.message).toMatch(/Redis can not be reached: .*ECONNREFUSED/)
  expect(blocked.retryAfterMs).toBeUndefined()
  expect(timesPaid()).toBe(0)

  await using _server = await startRedis({ port })
  await until('a call passes', async () => {
    const result = await pay()
    if (result.status === 'blocked') expect(result.reason).toBe('unavailable')
    return result.status === 'executed'
  })
  expect(timesPaid()).toBe(1)
})

test('[P4] a call runs without a server where its gates were told so, and its decisions say that they could not tell', async () => {
  await using store = storeAt(`redis://127.0.0.1:${await freePort()}`)
  const { pay, timesPaid } = payments(store, 'allow')
  const { status, decisions } = await pay()
  expect(status).toBe('executed')
  expect(timesPaid()).toBe(1)
  const unavailable = {
    kind: 'allow',
    reason: 'unavailable',
    message: expect.stringMatching(/Redis can not be reached/),
  }
  expect(decisions).toMatchObject({ rate: unavailable, budget: unavailable })
})

test('[S1] how quotas stand can not be told while no server is there, and the error says so', async () => {
  await using store = storeAt(`redis://127.0.0.1:${await freePort()}`)
  await expect(store.peek([calls])).rejects.toBeInstanceOf(RedisUnavailableError)
  await expect(store.usage({ tool: 'pay' })).rejects.toBeInstanceOf(RedisUnavailableError)
  await expect(store.reset({ tool: 'pay' })).rejects.toBeInstanceOf(RedisUnavailableError)
})

test('[S1] [B2] after a restart without data quotas begin anew, and what a call from before it has spent is booked', async () => {
  await using server = await startRedis()
  await using store = storeAt(server.url)
  await admitted(store, calls)
  const { hold } = await admitted(store, calls, estimate)
  expect(await standing(store, calls)).toEqual({ used: 2, held: 0 })
  await server.kill()
  await server.start()
  expect(await standingAgain(store, calls)).toEqual({ used: 0, held: 0 })
  expect(await store.settle(hold, ['keep', { units: 4 }])).toMatchObject([{ used: 0 }, { used: 4 }])
  expect(await standing(store, estimate)).toEqual({ used: 4, held: 0 })
  await admitted(store, calls, estimate)
  expect(await standing(store, calls)).toEqual({ used: 1, held: 0 })
  expect(await standing(store, estimate)).toEqual({ used: 14, held: 10 })
})

describe('with a server that keeps its data', () => {
  const settings = { appendonly: 'yes', appendfsync: 'always' }

  test('[S1] [R1] what was counted before a crash is counted after it', async () => {
    await using server = await startRedis({ settings })
    await using store = storeAt(server.url)
    const few = { ...calls, limit: 2 }
    await admitted(store, few, estimate)
    const { hold } = await admitted(store, few, estimate)
    await server.kill()
    await server.start()
    expect(await standingAgain(store, few)).toEqual({ used: 2, held: 0 })
    expect(await standing(store, estimate)).toEqual({ used: 20, held: 20 })
    expect(await store.acquire({ claims: [few] })).toMatchObject({ admitted: false, refused: 0 })
    await store.settle(hold, ['keep', { units: 1 }])
    expect(await standing(store, estimate)).toEqual({ used: 11, held: 10 })
  })

  test('[S1] [B2] what a call has spent while Redis was down is told to it when it is back, without being asked', async () => {
    await using server = await startRedis({ settings })
    const prefix = `failure${stores++}`
    await using store = storeAt(server.url, ampleMs, prefix)
    const { hold } = await admitted(store, estimate)
    await server.kill()
    const settled = store.settle(hold, [{ units: 25 }])
    await expect(settled).rejects.toThrow('it will be told when it is back')
    await expect(settled).rejects.toBeInstanceOf(RedisUnavailableError)
    await server.start()
    await using other = storeAt(server.url, ampleMs, prefix)
    await until('it is booked', async () => (await standing(other, estimate)).used === 25)
    expect(await standing(other, estimate)).toEqual({ used: 25, held: 0 })
  })

  test.for([
    { how: 'once', close: (store: RedisQuotaStore) => store.close() },
    { how: 'twice at once', close: (store: RedisQuotaStore) => Promise.all([store.close(), store.close()]) },
  ])('[S1] [B2] a store that is closed tells Redis first what it could not be told: closed $how', async ({ close }) => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const prefix = `failure${stores++}`
    const store = storeAt(proxy.url, ampleMs, prefix)
    const verdicts = [await admitted(store, estimate), await admitted(store, estimate), await admitted(store, estimate)]
    proxy.refuse()
    proxy.cut()
    for (const { hold } of verdicts) {
      await expect(store.settle(hold, [{ units: 5 }])).rejects.toBeInstanceOf(RedisUnavailableError)
    }
    proxy.accept()
    await standingAgain(store, estimate)
    await close(store)
    await using other = storeAt(server.url, ampleMs, prefix)
    expect(await standing(other, estimate)).toEqual({ used: 15, held: 0 })
  })
})

describe('with a server that stands still', () => {
  test('[S1] a request ends at the time-out, and its verdict can still be heard', async () => {
    await using server = await startRedis()
    await using store = storeAt(server.url, commandTimeoutMs)
    await standingAgain(store, calls)
    server.freeze()
    const startMs = performance.now()
    const error = await store.acquire({ claims: [calls, estimate] }).catch((error: unknown) => error)
    const tookMs = performance.now() - startMs
    expect(error).toBeInstanceOf(QuotaTimeoutError)
    expect(error).toMatchObject({ message: expect.stringContaining(`did not answer within ${commandTimeoutMs} ms`) })
    expect(tookMs).toBeGreaterThan(commandTimeoutMs * 0.9)
    expect(tookMs).toBeLessThan(commandTimeoutMs * 10)
    server.thaw()
    expect(await (error as QuotaTimeoutError).answer).toMatchObject({ admitted: true, isRepeated: false })
    expect(await standingAgain(store, calls)).toEqual({ used: 1, held: 0 })
  })

  test('[S1] a request that could not be sent within the time-out is not sent later', async () => {
    await using server = await startRedis()
    server.freeze()
    await using store = storeAt(server.url, commandTimeoutMs)
    const error = await store.acquire({ claims: [calls] }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(RedisUnavailableError)
    server.thaw()
    expect(await standingAgain(store, calls)).toEqual({ used: 0, held: 0 })
  })

  test('[S1] asking how quotas stand ends at the time-out too', async () => {
    await using server = await startRedis()
    await using store = storeAt(server.url, commandTimeoutMs)
    await standingAgain(store, calls)
    server.freeze()
    const told: unknown[] = []
    for (const asked of [store.peek([calls]), store.usage({ tool: 'pay' }), store.reset({ tool: 'pay' })]) {
      asked.catch((error: unknown) => told.push(error))
    }
    await until('all three have ended', () => told.length === 3, commandTimeoutMs * 10)
    for (const error of told) expect(error).toBeInstanceOf(RedisUnavailableError)
  })

  test('[P2] [P4] a call is unavailable, and what it takes when nobody waits any more is given back', async () => {
    await using server = await startRedis()
    const prefix = `failure${stores++}`
    await using store = storeAt(server.url, commandTimeoutMs, prefix)
    await using other = storeAt(server.url, ampleMs, prefix)
    const { pay, timesPaid } = payments(store)
    await standingAgain(store, calls)
    await standing(other, calls)
    const before = await scriptsRun(server)
    server.freeze()
    const startMs = performance.now()
    const blocked = await pay()
    expect(performance.now() - startMs).toBeLessThan(commandTimeoutMs * 10)
    expect(blocked).toMatchObject({ status: 'blocked', blockedBy: 'rate', reason: 'unavailable' })
    expect(blocked.message).toMatch(/Redis did not answer within/)
    server.thaw()
    // One script takes, and another gives back.
    await until('it is given back', async () => (await scriptsRun(server)) >= before + 2)
    expect(await usedByPayments(other)).toBe(0)
    expect(timesPaid()).toBe(0)
  })
})

test('[B1] [B2] [S1] what a call has spent is booked also where replicas were missing when it ended', async () => {
  await using server = await startRedis()
  await using store = storeAt(server.url)
  const { hold } = await admitted(store, estimate)
  await directly(server, (client) => client.config('SET', 'min-replicas-to-write', '1'))
  await expect(store.settle(hold, [{ units: 4 }])).rejects.toThrow(/^Redis has too few replicas/)
  await expect(store.acquire({ claims: [estimate] })).rejects.toThrow(/^Redis has too few replicas/)
  await directly(server, (client) => client.config('SET', 'min-replicas-to-write', '0'))
  await until('it is told', async () => (await standing(store, estimate)).held === 0)
  expect(await standing(store, estimate)).toEqual({ used: 4, held: 0 })
})

test('[P4] [S1] a server that is full is no limit: nothing is taken, what was taken is settled, and then it goes on', async () => {
  await using server = await startRedis({ settings: { maxmemory: '3mb', 'maxmemory-policy': 'noeviction' } })
  await using store = storeAt(server.url)
  const { hold } = await admitted(store, calls, estimate)
  // It fits when it is asked for, and is too much by far when it is there.
  await directly(server, (client) => client.setrange('filler', 3 * 1_024 * 1_024, 'x'))
  const acquired = store.acquire({ claims: [calls, estimate] })
  await expect(acquired).rejects.toThrow(/^Redis is full; raise its `maxmemory`/)
  await expect(acquired).rejects.toBeInstanceOf(RedisUnavailableError)
  const blocked = await payments(store).pay()
  expect(blocked).toMatchObject({ status: 'blocked', blockedBy: 'rate', reason: 'unavailable' })
  expect(await store.settle(hold, ['keep', { units: 4 }])).toMatchObject([{ used: 1 }, { used: 4 }])
  await directly(server, (client) => client.del('filler'))
  expect(await standing(store, calls)).toEqual({ used: 1, held: 0 })
  expect(await standing(store, estimate)).toEqual({ used: 4, held: 0 })
  expect(await usedByPayments(store)).toBe(0)
  await admitted(store, calls, estimate)
})

test('[P4] [S1] a replica says that it is read-only, and never that a limit was reached', async () => {
  await using master = await startRedis({ settings: { 'repl-diskless-sync-delay': '0' } })
  await using replica = await startRedis({ settings: { replicaof: `127.0.0.1 ${master.port}` } })
  const prefix = `failure${stores++}`
  const one = { ...calls, limit: 1 }
  await using writing = storeAt(master.url, ampleMs, prefix)
  await admitted(writing, one)
  await until('the replica has the data', async () => {
    const keys = await directly(replica, (client) => client.keys(`${prefix}:*`))
    return keys.length === 1
  })
  for (const claim of [calls, one]) {
    await using store = storeAt(replica.url, ampleMs, prefix)
    const acquired = store.acquire({ claims: [claim] })
    await expect(acquired).rejects.toThrow(/^Redis is a read-only replica; connect to the master/)
    await expect(acquired).rejects.toBeInstanceOf(RedisUnavailableError)
    // It may lead to the master by now, so the store connects again; meanwhile it is as before.
    await expect(store.acquire({ claims: [claim] })).rejects.toBeInstanceOf(RedisUnavailableError)
  }
  await using store = storeAt(replica.url, ampleMs, prefix)
  expect(await payments(store).pay()).toMatchObject({ blockedBy: 'rate', reason: 'unavailable' })
  expect(await standing(writing, one)).toEqual({ used: 1, held: 0 })
})
