import { type RedisServer, startRedis } from './server.ts'
import { until } from './wait.ts'

/**
 * Starts a Sentinel that watches a master and its replicas under a name, and waits until it knows them all. It is alone:
 * what it takes for down is down, and a replica is promoted.
 */
export async function startSentinel(name: string, master: RedisServer, replicaCount: number): Promise<RedisServer> {
  const sentinel = await startRedis({
    isSentinel: true,
    settings: {
      'sentinel monitor': `${name} 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds': `${name} 500`,
      'sentinel failover-timeout': `${name} 5000`,
    },
  })
  const client = sentinel.client()
  try {
    await until('the Sentinel knows all replicas, and that they can take over', async () => {
      const replicas = (await client.call('SENTINEL', 'REPLICAS', name)) as string[][]
      return replicas.filter(isLinked).length === replicaCount
    })
  } finally {
    client.disconnect()
  }
  return sentinel
}

/** Of a replica, a Sentinel tells names and values in turn. */
function isLinked(fields: readonly string[]): boolean {
  return fields[fields.indexOf('master-link-status') + 1] === 'ok'
}
