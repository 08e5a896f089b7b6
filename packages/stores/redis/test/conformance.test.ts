import { randomUUID } from 'node:crypto'
import { quotaStoreConformance } from '@toolgate/quota/conformance'
import { redisQuotaStore } from '@toolgate/redis'
import { type RedisServer, startRedis } from '@toolgate/redis-server'
import { afterAll, beforeAll, test } from 'vitest'

// Any server will do that `pnpm test:redis` names, or else one of our own. Keys of other runs do not meet these.
let url = process.env.CONFORMANCE_URL ?? ''
let server: RedisServer | undefined
const run = randomUUID()
let created = 0

beforeAll(async () => {
  if (url !== '') return
  server = await startRedis()
  url = server.url
})
afterAll(() => server?.[Symbol.asyncDispose]())

test.for(quotaStoreConformance)('$title', async ({ run: runCase }) => {
  let nowMs = Date.UTC(2026, 0, 15, 12)
  await using store = redisQuotaStore({ url, prefix: `toolgate-test-${run}-${created++}`, clock: () => nowMs })
  await runCase(() => ({
    store,
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms
    },
  }))
})
