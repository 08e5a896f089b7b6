import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Stands between a process and its files, so that a test can let them fail, take only a part, or answer on command.
 * It has to be imported before what it is to stand in front of; without a handler it changes nothing.
 */

const operations = ['open', 'write', 'fdatasync', 'fsync', 'close', 'ftruncate'] as const

export type Operation = (typeof operations)[number]

/** One call of the file system. It comes to an end by exactly one of these functions. */
export interface DiskCall {
  readonly path: string
  /** What is to be written. */
  readonly bytes: Buffer
  /** Does what was asked, and tells when it is done, before who asked is told. */
  proceed(done?: () => void): void
  /** Writes only so many of the bytes, as a disk may. */
  writeOnly(bytes: number, done?: () => void): void
  /** Answers with an error and does nothing. */
  fail(code: string): void
}

type Handler = (call: DiskCall) => void
type Callback = (error: Error | null, ...results: unknown[]) => void
type Asynchronous = (...args: unknown[]) => void

const handlers = new Map<Operation, Handler>()
const paths = new Map<unknown, string>()

export const disk = {
  /** Handles all calls of an operation from now on. */
  on(operation: Operation, handler: Handler): void {
    handlers.set(operation, handler)
  },
  /** Lets the calls pass for which a condition is not so, and all after the first for which it is. */
  once(operation: Operation, isMeant: (call: DiskCall) => boolean, handler: Handler): void {
    let isOver = false
    handlers.set(operation, (call) => {
      if (isOver || !isMeant(call)) return call.proceed()
      isOver = true
      handler(call)
    })
  },
  /** From now on it does what it is asked. */
  heal(): void {
    handlers.clear()
  },
}

export function isSegment({ path }: DiskCall): boolean {
  return /[\\/]\d{6}\.jsonl$/.test(path)
}

function stand(operation: Operation): void {
  const real = fs[operation] as Asynchronous
  const asked = (...args: unknown[]) => {
    const done = args.at(-1) as Callback
    const path = typeof args[0] === 'number' ? (paths.get(args[0]) ?? '') : String(args[0])
    const proceed = (given: readonly unknown[], before?: () => void) => {
      real(...given.slice(0, -1), (error: Error | null, ...results: unknown[]) => {
        if (operation === 'open' && error === null) paths.set(results[0], path)
        if (error === null) before?.()
        done(error, ...results)
      })
    }
    const handler = handlers.get(operation)
    // Calls in other forms than those of the journal are none of it.
    if (handler === undefined || typeof done !== 'function') {
      return typeof done === 'function' ? proceed(args) : real(...args)
    }
    const [, buffer, offset, length] = args as [number, Buffer, number, number]
    handler({
      path,
      bytes: operation === 'write' ? buffer.subarray(offset, offset + length) : Buffer.alloc(0),
      proceed: (before) => proceed(args, before),
      writeOnly: (bytes, before) => proceed(args.with(3, bytes), before),
      fail: (code) => setImmediate(done, Object.assign(new Error(`${code}: injected, ${operation}`), { code })),
    })
  }
  Object.assign(fs, { [operation]: asked })
}

for (const operation of operations) stand(operation)
syncBuiltinESMExports()
