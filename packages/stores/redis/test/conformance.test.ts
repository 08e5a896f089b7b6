import { quotaStoreConformance } from '@toolgate/quota/conformance'
import { redisQuotaStore } from '@toolgate/redis'
import { test } from 'vitest'
import { useAnyServer } from './any-server.ts'

const newPlace = useAnyServer()

test.for(quotaStoreConformance)('$title', async ({ run }) => {
  let nowMs = Date.UTC(2026, 0, 15, 12)
  await using store = redisQuotaStore({ ...newPlace(), clock: () => nowMs })
  await run(() => ({
    store,
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms
    },
  }))
})
