import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  clusterOptions,
  type RedisStreamCopy,
  RedisUnavailableError,
  redisOptions,
  redisStreamCopy,
  type StreamEntry,
} from '@toolgate/redis'
import { type RedisServer, startRedis, startRedisCluster, until } from '@toolgate/redis-server'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProxy } from './proxy.ts'

function entries(from: number, to: number, writer: string = 'one'): StreamEntry[] {
  return Array.from({ length: to - from }, (_, index) => {
    const seq = from + index
    return { writer, seq, kind: 'call', line: `{"seq":${seq},"kind":"call","text":"ü\\n"}` }
  })
}

/** The rights that docs/redis.md gives to a user for the copy. */
function documentedRights(): string[] {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/redis.md'), 'utf8')
  const [, rights] = /^ *ACL SETUSER copier (.*)$/m.exec(page) ?? []
  return (rights as string).split(' ')
}

let copies = 0

/** A copy in a stream of its own. */
function copyTo(url: string, stream: string = `stream${copies++}`): RedisStreamCopy & { readonly stream: string } {
  const copy = redisStreamCopy({ url, stream })
  return { name: copy.name, write: (some) => copy.write(some), close: () => copy.close(), stream }
}

/** The messages of a stream, as their fields. */
async function messages(client: Pick<Redis, 'xrange'>, stream: string): Promise<Record<string, string>[]> {
  const found = await client.xrange(stream, '-', '+')
  return found.map(([, fields]) => {
    const pairs = fields.flatMap((field, index) => (index % 2 === 0 ? [[field, fields[index + 1] ?? '']] : []))
    return Object.fromEntries(pairs) as Record<string, string>
  })
}

async function seqs(client: Pick<Redis, 'xrange'>, stream: string): Promise<number[]> {
  return (await messages(client, stream)).map(({ seq }) => Number(seq))
}

describe('with a server that lives', () => {
  let server: RedisServer
  let client: Redis
  beforeAll(async () => {
    server = await startRedis()
    client = server.client()
  })
  afterAll(async () => {
    client.disconnect()
    await server[Symbol.asyncDispose]()
  })

  test('has each entry as a message, in order, with its line as it is stored', async () => {
    const copy = copyTo(server.url)
    await copy.write(entries(0, 2))
    await copy.write(entries(7, 8, 'other'))
    expect(await messages(client, copy.stream)).toEqual([
      { writer: 'one', seq: '0', kind: 'call', entry: entries(0, 1)[0]?.line },
      { writer: 'one', seq: '1', kind: 'call', entry: entries(1, 2)[0]?.line },
      { writer: 'other', seq: '7', kind: 'call', entry: entries(7, 8)[0]?.line },
    ])
    await copy.close()
  })

  test('says that it has a batch only when Redis has all of it', async () => {
    const copy = copyTo(server.url)
    await copy.write(entries(0, 500))
    expect(await seqs(client, copy.stream)).toEqual(entries(0, 500).map(({ seq }) => seq))
    await copy.close()
  })

  test('keeps about as many entries as it is told, the latest', async () => {
    const stream = `stream${copies++}`
    const copy = redisStreamCopy({ url: server.url, stream, maxEntries: 100 })
    for (let batch = 0; batch < 10; batch++) await copy.write(entries(batch * 100, batch * 100 + 100))
    const kept = await seqs(client, stream)
    expect(kept.length).toBeGreaterThanOrEqual(100)
    expect(kept.length).toBeLessThan(300)
    expect(kept.at(-1)).toBe(999)
    await copy.close()
  })

  test('a reply that is lost is a failure, and what is handed on again comes in order', async () => {
    const proxy = await startProxy(server.port)
    const copy = copyTo(proxy.url)
    await copy.write(entries(0, 3))
    const swallowed = proxy.swallowReplies()
    const written = copy.write(entries(3, 6)).catch((error: unknown) => error)
    await swallowed
    proxy.cut()
    expect(await written).toBeInstanceOf(RedisUnavailableError)
    await until('it is connected again', () =>
      copy.write(entries(3, 6)).then(
        () => true,
        () => false,
      ),
    )
    await copy.write(entries(6, 7))
    expect(await seqs(client, copy.stream)).toEqual([0, 1, 2, 3, 4, 5, 3, 4, 5, 6])
    await copy.close()
    await proxy[Symbol.asyncDispose]()
  })

  test('never has an entry without those before it, also where Redis becomes full in between', async () => {
    await using full = await startRedis({ settings: { maxmemory: '3mb', 'maxmemory-policy': 'noeviction' } })
    const copy = copyTo(full.url)
    const large = entries(0, 400).map((entry) => ({ ...entry, line: 'x'.repeat(2_000) }))
    let failure: unknown
    let written = 0
    while (failure === undefined) {
      await copy.write(large).then(
        () => written++,
        (error: unknown) => {
          failure = error
        },
      )
    }
    expect(failure).toBeInstanceOf(RedisUnavailableError)
    expect(String(failure)).toContain('Redis is full; raise its `maxmemory`')
    const own = full.client()
    const found = await seqs(own, copy.stream)
    expect(found.length).toBeGreaterThanOrEqual(written * 400)
    expect(found).toEqual(found.map((_, index) => index % 400))
    own.disconnect()
    await copy.close()
  })

  test('a key that is no stream is told by its name', async () => {
    const copy = copyTo(server.url)
    await client.set(copy.stream, 'of somebody else')
    await expect(copy.write(entries(0, 2))).rejects.toThrow(
      `\`${copy.stream}\` is no stream; give the copy a \`stream\` of its own (WRONGTYPE`,
    )
    await copy.close()
  })

  test('a user who may not write the stream is told so, and the rights in the docs are enough', async () => {
    await client.call('ACL', 'SETUSER', 'copier', ...documentedRights())
    const url = `redis://copier:password@127.0.0.1:${server.port}`
    const copy = redisStreamCopy({ url })
    await copy.write(entries(0, 2))
    expect(await seqs(client, 'toolgate:audit')).toEqual([0, 1])
    const other = copyTo(url)
    await expect(other.write(entries(0, 2))).rejects.toThrow('Redis does not let this user write the stream')
    await Promise.all([copy.close(), other.close()])
  })

  test('leaves a client of the caller open', async () => {
    const own = new Redis(server.url, redisOptions)
    const stream = `stream${copies++}`
    const copy = redisStreamCopy({ client: own, stream })
    await copy.write(entries(0, 1))
    await copy.close()
    expect(await seqs(own, stream)).toEqual([0])
    own.disconnect()
  })

  test('a server that does not answer is a failure within the time-out', async () => {
    const proxy = await startProxy(server.port)
    const stream = `stream${copies++}`
    const copy = redisStreamCopy({ url: proxy.url, stream, commandTimeoutMs: 100 })
    await copy.write(entries(0, 1))
    const swallowed = proxy.swallowReplies()
    await expect(copy.write(entries(1, 2))).rejects.toThrow('Redis did not answer within 100 ms')
    await swallowed
    await copy.close()
    await proxy[Symbol.asyncDispose]()
  })
})

test('a server that is stopped refuses at once, and goes on when it is back', async () => {
  await using server = await startRedis({ settings: { appendonly: 'yes', appendfsync: 'always' } })
  const copy = copyTo(server.url)
  await copy.write(entries(0, 2))
  await server.stop()
  await expect(copy.write(entries(2, 4))).rejects.toBeInstanceOf(RedisUnavailableError)
  await server.start()
  await until('it is connected again', () =>
    copy.write(entries(2, 4)).then(
      () => true,
      () => false,
    ),
  )
  const client = server.client()
  const found = await seqs(client, copy.stream)
  expect([...new Set(found)]).toEqual([0, 1, 2, 3])
  client.disconnect()
  await copy.close()
})

test('a cluster has the stream on one node', async () => {
  await using cluster = await startRedisCluster(3)
  const client = cluster.client(clusterOptions)
  const copy = redisStreamCopy({ client, stream: 'audit' })
  await until('it is connected', () =>
    copy.write(entries(0, 300)).then(
      () => true,
      () => false,
    ),
  )
  expect([...new Set(await seqs(client, 'audit'))]).toEqual(entries(0, 300).map(({ seq }) => seq))
  await copy.close()
  client.disconnect()
})

test.each([
  [{}, /^redisStreamCopy.url is `"?neither was given"?`; expected either a `url`/],
  [{ url: 'http://secret@host' }, /^redisStreamCopy.url is `"?not shown, since it may hold a password/],
  [{ url: 'redis://host', stream: '' }, 'redisStreamCopy.stream is `""`; expected a string that is not empty'],
  [{ url: 'redis://host', maxEntries: 0 }, 'redisStreamCopy.maxEntries is `0`; expected a whole number of 1 or more'],
  [{ url: 'redis://host', prefix: 'a' }, /redisStreamCopy.prefix is `"a"`; expected no such field/],
  [{ client: new Redis({ lazyConnect: true }) }, /^redisStreamCopy.client.options.autoResendUnfulfilledCommands is/],
  [
    { client: new Redis({ ...redisOptions, enableOfflineQueue: true, lazyConnect: true }) },
    /enableOfflineQueue is `true`; expected false, or entries pile up in memory while Redis is down; make the client/,
  ],
])('refuses the options %#', (options, message) => {
  expect(() => redisStreamCopy(options as never)).toThrow(message)
})
