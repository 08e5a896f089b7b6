import type { CallsClaim } from '@toolgate/quota'
import { memoryQuotaStore } from 'toolgate'

const keys = 1_000_000
const windowMs = 60_000
const maxCalls = 10

export interface MemoryUse {
  readonly callsPerKey: number
  /** Bytes of the heap for each key, the key itself included. */
  readonly bytesPerLiveKey: number
  /** The same after all keys have expired, and other calls have reclaimed them. */
  readonly bytesPerExpiredKey: number
}

/** Measures the memory store with a million keys at `maxCalls` 10, before and after they expire. */
export function memoryUse(callsPerKey: number): MemoryUse {
  let nowMs = 0
  const store = memoryQuotaStore({ clock: () => nowMs, maxKeys: keys + 1 })
  const before = heapBytes()
  for (let call = 0; call < callsPerKey; call++) {
    for (let index = 0; index < keys; index++) store.acquire({ claims: [claimOf(`agent:${index}`)] })
    nowMs++
  }
  const live = heapBytes()
  nowMs += windowMs
  while (store.size > 1) store.acquire({ claims: [{ ...claimOf('other'), limit: Number.MAX_SAFE_INTEGER }] })
  nowMs += windowMs
  store.acquire({ claims: [claimOf('last')] })
  const expired = heapBytes()
  return {
    callsPerKey,
    bytesPerLiveKey: (live - before) / keys,
    bytesPerExpiredKey: Math.max(0, expired - before) / keys,
  }
}

function claimOf(principal: string): CallsClaim {
  const key = `default/calls:${windowMs}/tool=search/principal=${principal}`
  return { kind: 'calls', quota: 'maxCalls', key, limit: maxCalls, units: 1, windowMs }
}

function heapBytes(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
