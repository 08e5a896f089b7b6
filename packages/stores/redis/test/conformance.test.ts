import { quotaStoreConformance } from '@toolgate/quota/conformance'
import { redisQuotaStore } from '@toolgate/redis'
import { type RedisServer, startRedis } from '@toolgate/redis-server'
import { afterAll, beforeAll, test } from 'vitest'

let server: RedisServer
let created = 0

beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server[Symbol.asyncDispose]())

test.for(quotaStoreConformance)('$title', async ({ run }) => {
  let nowMs = Date.UTC(2026, 0, 15, 12)
  await using store = redisQuotaStore({ url: server.url, prefix: `case${created++}`, clock: () => nowMs })
  await run(() => ({
    store,
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms
    },
  }))
})
