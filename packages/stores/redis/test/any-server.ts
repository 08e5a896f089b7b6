import { randomUUID } from 'node:crypto'
import { type RedisServer, startRedis } from '@toolgate/redis-server'
import { afterAll, beforeAll } from 'vitest'

/** Where a test of the contract keeps its quotas. */
interface Place {
  readonly url: string
  readonly prefix: string
}

/**
 * The server that `pnpm test:redis` names, or else one of our own. Each place is one of its own, so that no keys of other
 * tests, or other runs, meet its.
 */
export function useAnyServer(): () => Place {
  let url = process.env.CONFORMANCE_URL ?? ''
  let server: RedisServer | undefined
  let places = 0
  const run = randomUUID()
  beforeAll(async () => {
    if (url !== '') return
    server = await startRedis()
    url = server.url
  })
  afterAll(() => server?.[Symbol.asyncDispose]())
  return () => ({ url, prefix: `toolgate-test-${run}-${places++}` })
}
