import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** One connection of a client, and the one to the server that stands behind it. */
interface Link {
  readonly client: Socket
  readonly server: Socket
  /** Told of what the server answers, instead of the client. */
  keepReply: ((reply: Buffer) => void) | undefined
  /** Told of what the client asks for, instead of the server. */
  keepRequest: ((request: Buffer) => void) | undefined
}

/** A proxy on loopback in front of a server, that does to connections what networks do to them. */
export class FaultyProxy implements AsyncDisposable {
  readonly url: string
  readonly #listener: Server
  readonly #links = new Set<Link>()
  #isRefusing = false

  constructor(listener: Server, serverPort: number) {
    this.#listener = listener
    this.url = `redis://127.0.0.1:${(listener.address() as AddressInfo).port}`
    listener.on('connection', (client) => this.#join(client, serverPort))
  }

  /** Ends the connections that there are; new ones pass. */
  cut(): void {
    for (const link of this.#links) this.#end(link)
  }

  /**
   * From now on, requests on the connections that there are reach the server, and its replies do not come back. Resolves
   * when the first is kept back: then the server has done what it was asked to. New connections pass.
   */
  swallowReplies(): Promise<void> {
    return new Promise((resolve) => {
      for (const link of this.#links) link.keepReply = () => resolve()
    })
  }

  /**
   * From now on, commands on the connections that there are pass one by one, each of them after something else has
   * happened, and replies only when no command waits any more.
   */
  delay(before: () => Promise<unknown>): void {
    for (const link of this.#links) link.keepRequest = delayed(link, before)
  }

  /** Ends every new connection at once. The port stays taken, so that nobody else gets it. */
  refuse(): void {
    this.#isRefusing = true
  }

  accept(): void {
    this.#isRefusing = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#listener, 'close')
    this.#listener.close()
    this.cut()
    await closed
  }

  #join(client: Socket, serverPort: number): void {
    if (this.#isRefusing) {
      client.destroy()
      return
    }
    const link: Link = {
      client,
      server: connect(serverPort, '127.0.0.1'),
      keepReply: undefined,
      keepRequest: undefined,
    }
    this.#links.add(link)
    for (const socket of [link.client, link.server]) {
      socket.setNoDelay()
      // Whatever one side died of, it also closes, and that is all that the other needs to know.
      socket.on('error', () => undefined)
      socket.on('close', () => this.#end(link))
    }
    link.client.on('data', (request) => {
      if (link.keepRequest === undefined) link.server.write(request)
      else link.keepRequest(request)
    })
    link.server.on('data', (reply) => {
      if (link.keepReply === undefined) link.client.write(reply)
      else link.keepReply(reply)
    })
  }

  #end(link: Link): void {
    this.#links.delete(link)
    link.client.destroy()
    link.server.destroy()
  }
}

/** Puts a proxy in front of the server of a port. */
export async function startProxy(serverPort: number): Promise<FaultyProxy> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return new FaultyProxy(listener, serverPort)
}

function delayed(link: Link, before: () => Promise<unknown>): (request: Buffer) => void {
  let waiting: Buffer = Buffer.alloc(0)
  let isPassing = false
  const pass = async () => {
    isPassing = true
    const replies: Buffer[] = []
    for (let length = commandLength(waiting); length > 0; length = commandLength(waiting)) {
      const command = waiting.subarray(0, length)
      waiting = waiting.subarray(length)
      await before()
      const replied = new Promise<Buffer>((resolve) => {
        link.keepReply = resolve
      })
      link.server.write(command)
      replies.push(await replied)
    }
    isPassing = false
    link.client.write(Buffer.concat(replies))
  }
  return (request) => {
    waiting = Buffer.concat([waiting, request])
    if (!isPassing) void pass()
  }
}

/** How long the command is that some requests begin with; 0 until all of it is there. */
function commandLength(requests: Buffer): number {
  const head = requests.indexOf('\r\n')
  if (head === -1) return 0
  let position = head + 2
  // `*3` says that three parts follow, and `$5` that a part of five bytes does.
  for (let parts = Number(requests.toString('latin1', 1, head)); parts > 0; parts--) {
    const end = requests.indexOf('\r\n', position)
    if (end === -1) return 0
    position = end + 2 + Number(requests.toString('latin1', position + 1, end)) + 2
  }
  return position <= requests.length ? position : 0
}
