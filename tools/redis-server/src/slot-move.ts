import type { RedisCluster } from './cluster.ts'
import type { RedisServer } from './server.ts'

/** A slot of a cluster on its way from one master to another, in the three steps in which an operator moves it. */
export class SlotMove {
  readonly #cluster: RedisCluster
  readonly #slot: number
  readonly #from: RedisServer
  readonly #to: RedisServer

  constructor(cluster: RedisCluster, slot: number, from: RedisServer, to: RedisServer) {
    this.#cluster = cluster
    this.#slot = slot
    this.#from = from
    this.#to = to
  }

  /** From now on, what the old master does not have is asked of the new one. */
  async open(): Promise<void> {
    const [fromId, toId] = await Promise.all([idOf(this.#from), idOf(this.#to)])
    await tell(this.#to, 'CLUSTER', 'SETSLOT', this.#slot, 'IMPORTING', fromId)
    await tell(this.#from, 'CLUSTER', 'SETSLOT', this.#slot, 'MIGRATING', toId)
  }

  async moveKeys(): Promise<void> {
    for (;;) {
      const keys = (await tell(this.#from, 'CLUSTER', 'GETKEYSINSLOT', this.#slot, 100)) as string[]
      if (keys.length === 0) return
      await tell(this.#from, 'MIGRATE', '127.0.0.1', this.#to.port, '', 0, 5_000, 'KEYS', ...keys)
    }
  }

  /** The new master is told first, so that there is always one that knows itself to have the slot. */
  async close(): Promise<void> {
    const toId = await idOf(this.#to)
    const others = this.#cluster.masters.filter((master) => master !== this.#to && master !== this.#from)
    for (const master of [this.#to, this.#from, ...others]) {
      await tell(master, 'CLUSTER', 'SETSLOT', this.#slot, 'NODE', toId)
    }
  }
}

async function idOf(master: RedisServer): Promise<string> {
  return (await tell(master, 'CLUSTER', 'MYID')) as string
}

async function tell(master: RedisServer, command: string, ...args: (string | number)[]): Promise<unknown> {
  const client = master.client()
  try {
    return await client.call(command, ...args)
  } finally {
    client.disconnect()
  }
}
