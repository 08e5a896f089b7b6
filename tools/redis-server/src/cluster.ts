import { Cluster, type Redis } from 'ioredis'
import { type RedisServer, startRedis } from './server.ts'
import { freePort, until } from './wait.ts'

const slots = 16_384

/** Masters of our own that are one cluster, each with an equal share of the slots. */
export class RedisCluster implements AsyncDisposable {
  readonly masters: readonly RedisServer[]

  constructor(masters: readonly RedisServer[]) {
    this.masters = masters
  }

  client(options: ConstructorParameters<typeof Cluster>[1]): Cluster {
    return new Cluster(
      this.masters.map(({ port }) => ({ host: '127.0.0.1', port })),
      options,
    )
  }

  /** The master that a slot was given to at first. */
  masterOf(slot: number): RedisServer {
    return this.masters[Math.floor((slot * this.masters.length) / slots)] as RedisServer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.masters.map((master) => master[Symbol.asyncDispose]()))
  }
}

/** Starts masters, joins them to one cluster, and waits until all of them say that it is well. */
export async function startRedisCluster(masterCount: number): Promise<RedisCluster> {
  const masters = await Promise.all(
    Array.from({ length: masterCount }, async () => {
      const busPort = String(await freePort())
      return startRedis({
        settings: { 'cluster-enabled': 'yes', 'cluster-port': busPort, 'cluster-node-timeout': '5000' },
      })
    }),
  )
  const clients = masters.map((master) => master.client())
  try {
    await join(masters, clients)
  } finally {
    for (const client of clients) client.disconnect()
  }
  return new RedisCluster(masters)
}

async function join(masters: readonly RedisServer[], clients: readonly Redis[]): Promise<void> {
  const firstSlot = (index: number) => Math.ceil((index * slots) / masters.length)
  for (const [index, client] of clients.entries()) {
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    await client.call('CLUSTER', 'ADDSLOTSRANGE', firstSlot(index), firstSlot(index + 1) - 1)
  }
  for (const { port } of masters.slice(1)) {
    const busPort = await busPortOf(clients, masters, port)
    await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort)
  }
  await until('the cluster is well', async () => {
    const infos = await Promise.all(clients.map((client) => client.call('CLUSTER', 'INFO') as Promise<string>))
    return infos.every(
      (info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${masters.length}`),
    )
  })
}

async function busPortOf(clients: readonly Redis[], masters: readonly RedisServer[], port: number): Promise<string> {
  const client = clients[masters.findIndex((master) => master.port === port)] as Redis
  const [, busPort] = (await client.config('GET', 'cluster-port')) as [string, string]
  return busPort
}
