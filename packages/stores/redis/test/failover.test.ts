import { type AmountClaim, type CallsClaim, QuotaTimeoutError } from '@toolgate/quota'
import { type RedisQuotaStore, RedisUnavailableError, redisOptions, redisQuotaStore } from '@toolgate/redis'
import { type RedisServer, startRedis, startSentinel, until } from '@toolgate/redis-server'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const hourMs = 3_600_000

function calls(limit: number, key: string): CallsClaim {
  return { kind: 'calls', quota: 'calls', key, limit, units: 1, windowMs: hourMs }
}

function amount(limit: number, units: number, held: boolean): AmountClaim {
  const window = { kind: 'rolling', windowMs: hourMs } as const
  return { kind: 'amount', quota: 'amount', key: 'agent/spend', limit, units, window, held }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof RedisUnavailableError || error instanceof QuotaTimeoutError
}

// By default a master waits five seconds for further replicas before it sends its data to the first.
const settings = { 'repl-diskless-sync-delay': '0' }

let master: RedisServer
let replica: RedisServer

beforeEach(async () => {
  master = await startRedis({ settings })
  replica = await startRedis({ settings: { ...settings, replicaof: `127.0.0.1 ${master.port}` } })
})
afterEach(async () => {
  await replica[Symbol.asyncDispose]()
  await master[Symbol.asyncDispose]()
})

/** Waits until the replica has all that the master was told. */
async function replicate(client: Redis): Promise<void> {
  await until('the replica has it', async () => (await client.wait(1, 1_000)) === 1)
}

/** Answers of a store that can not tell are all alike. */
function readable(answer: unknown): unknown {
  return isUnavailable(answer) ? 'unavailable' : answer
}

describe('a master that dies while a Sentinel watches it', () => {
  test('[S1] is unavailable, no limit, until a replica has taken over with all that it was told', async () => {
    await using sentinel = await startSentinel('main', master, 1)
    const sentinels = [{ host: '127.0.0.1', port: sentinel.port }]
    const client = new Redis({ sentinels, name: 'main', ...redisOptions })
    client.on('error', () => undefined)
    const store = redisQuotaStore({ client })
    await until('the client is connected', () => client.status === 'ready')
    const [full, open] = [calls(2, 'full'), calls(100, 'open')]
    for (const id of ['one', 'two']) await store.acquire({ claims: [full, open], id })
    const held = await store.acquire({ claims: [amount(99, 60, true)] })
    await replicate(client)

    await master.kill()
    const answers: unknown[] = []
    await until('the new master answers', async () => {
      const both = [full, open].map((claim) => store.acquire({ claims: [claim] }).catch((error: unknown) => error))
      answers.push(...(await Promise.all(both)).map(readable))
      return answers.at(-1) !== 'unavailable'
    })

    expect(client.stream.remotePort).toBe(replica.port)
    const [ofFull, ofOpen] = answers.splice(-2)
    expect(ofFull).toMatchObject({ admitted: false, reports: [{ used: 2 }] })
    // What was asked meanwhile is not charged later.
    expect(ofOpen).toMatchObject({ admitted: true, reports: [{ used: 3 }] })
    expect(new Set(answers)).toEqual(new Set(['unavailable']))
    expect(await store.acquire({ claims: [full, open], id: 'one' })).toMatchObject({ admitted: true, isRepeated: true })
    expect(held.admitted && (await store.settle(held.hold, [{ units: 45 }]))).toMatchObject([{ used: 45 }])
    client.disconnect()
  }, 60_000)
})

describe('a master that is demoted under an open connection', () => {
  let client: Redis
  let store: RedisQuotaStore

  beforeEach(() => {
    client = new Redis(master.url, redisOptions)
    store = redisQuotaStore({ client })
  })
  afterEach(() => client.disconnect())

  /** From now on, the one that was the replica is the master of the other. */
  async function demote(): Promise<void> {
    await replicate(client)
    const [ofMaster, ofReplica] = [master.client(), replica.client()]
    await ofReplica.replicaof('NO', 'ONE')
    await ofMaster.replicaof('127.0.0.1', replica.port)
    await until('it is a replica', async () => (await ofMaster.info('replication')).includes('master_link_status:up'))
    for (const admin of [ofMaster, ofReplica]) admin.disconnect()
  }

  /** It connects anew when it is told that the server is read-only. Here, that leads to the same server. */
  async function ready(): Promise<void> {
    await until('the client is connected', () => client.status === 'ready' && client.stream.writable)
  }

  test('[S1] is unavailable, whatever it is asked, also what it would refuse', async () => {
    const [full, open] = [calls(1, 'full'), calls(9, 'open')]
    const taken = await store.acquire({ claims: [full] })
    const held = await store.acquire({ claims: [amount(99, 60, true)] })
    const connection = client.stream
    await demote()
    expect([client.status, client.stream]).toEqual(['ready', connection])

    const isReadOnly = expect.objectContaining({
      name: 'RedisUnavailableError',
      message: expect.stringContaining('read-only'),
    })
    for (const ask of [
      () => store.acquire({ claims: [full] }),
      () => store.acquire({ claims: [open] }),
      () => store.acquire({ claims: [full], id: 'call_1' }),
      () => store.peek([full]),
      () => taken.admitted && store.settle(taken.hold, ['release']),
      () => held.admitted && store.settle(held.hold, [{ units: 45 }]),
    ]) {
      await ready()
      await expect(ask()).rejects.toEqual(isReadOnly)
    }
  })

  test('[S1] [B2] is told what calls came to meanwhile when it is the master again', async () => {
    const spent = amount(99, 60, true)
    const held = await store.acquire({ claims: [spent] })
    await demote()
    await expect(held.admitted && store.settle(held.hold, [{ units: 45 }])).rejects.toThrow(RedisUnavailableError)
    const admin = master.client()
    await admin.replicaof('NO', 'ONE')
    admin.disconnect()
    await ready()
    await until('it is settled', async () => (await store.peek([spent])).reports[0]?.used === 45)
    expect((await store.peek([spent])).reports).toMatchObject([{ used: 45, held: 0 }])
  })

  test('[S1] tells an operator that it is unavailable, and not that there is nothing', async () => {
    await store.acquire({ claims: [calls(9, 'agent/calls/tenant=acme')] })
    await demote()
    await expect(store.usage({ tenant: 'acme' })).rejects.toThrow(RedisUnavailableError)
    await ready()
    await expect(store.reset({ tenant: 'acme' })).rejects.toThrow(RedisUnavailableError)
  })
})
