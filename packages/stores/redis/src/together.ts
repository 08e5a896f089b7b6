import type { Reply, ScriptCall } from './wire.ts'

/** More at a time would let Redis wait for this process, and this process for Redis. */
const mostTogether = 8

interface Waiting {
  readonly scriptCall: ScriptCall
  resolve(reply: Reply): void
  reject(error: unknown): void
}

/**
 * Sends the plain calls of one turn of the event loop together, so that neither side does for each of them what it can
 * do once. The first goes at once, so that Redis works on it while the next are being made. Each is decided on by
 * itself, one after the other; what they have in common is the way.
 */
export class Together {
  readonly #send: (scriptCall: ScriptCall) => Promise<Reply>
  #sentInTurn = 0
  #waiting: Waiting[] = []

  /** @param send runs the script that takes one call, or several. */
  constructor(send: (scriptCall: ScriptCall) => Promise<Reply>) {
    this.#send = send
  }

  send(scriptCall: ScriptCall): Promise<Reply> {
    if (this.#sentInTurn++ === 0) {
      process.nextTick(() => {
        this.#sentInTurn = 0
        this.#flush()
      })
      return this.#send(scriptCall)
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ scriptCall, resolve, reject })
      if (this.#waiting.length === mostTogether) this.#flush()
    })
  }

  #flush(): void {
    const waiting = this.#waiting
    if (waiting.length === 0) return
    this.#waiting = []
    this.#send(several(waiting)).then(
      (replies) => {
        for (let index = 0; index < waiting.length; index++) settle(waiting[index] as Waiting, replies[index] as Reply)
      },
      (error: unknown) => {
        for (const { reject } of waiting) reject(error)
      },
    )
  }
}

/** As `lua/acquire.ts` reads it: the claims of each call, with how many arguments and keys they have. */
function several(waiting: readonly Waiting[]): ScriptCall {
  const keys: string[] = []
  const args: (string | number)[] = ['', 'several']
  for (const { scriptCall } of waiting) {
    args.push(scriptCall.args.length - 2, scriptCall.keys.length)
    for (let index = 2; index < scriptCall.args.length; index++) args.push(scriptCall.args[index] as string | number)
    for (const key of scriptCall.keys) keys.push(key)
  }
  return { keys, args }
}

function settle({ resolve, reject }: Waiting, reply: Reply): void {
  if (reply[0] !== 'failed') resolve(reply)
  else reject(Object.assign(new Error(String(reply[1])), { name: 'ReplyError' }))
}
