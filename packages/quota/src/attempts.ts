import { longestTimerMs } from '@toolgate/core'
import type { Hold, QuotaStore } from './store.ts'

/** One request for a call that has an id of its caller's. */
export interface Attempt {
  readonly id: string
  readonly generation: number
  /** What names the call to the store. */
  readonly storeId: string
  isOpen: boolean
}

interface OpenCall {
  generation: number
  /** The attempts of this generation that are under way. */
  attempts: number
  /** What an attempt of this generation took that is over, and others may be using. */
  left: Hold | undefined
  /** Whether the hold of this generation has been used up: a call has run on it, or it is being given back. */
  isSpent: boolean
  /** The generations whose hold the store has yet to close. */
  unclosed: number
}

/**
 * The attempts under way for each call that has an id. Several may be: a retry while the answer to the one before is
 * still on its way. The store answers them with one hold, so what an attempt took that comes to nothing may be given
 * back only when no other attempt is left that could be using it.
 *
 * A hold that a call has run on, or that is being given back, must serve no other: until the store has closed it, the
 * id begins a new generation, under another id at the store.
 */
export class Attempts {
  readonly #open = new Map<string, OpenCall>()

  begin(id: string): Attempt {
    const call = this.#open.get(id) ?? newCall(0)
    if (call.isSpent) Object.assign(call, newCall(call.generation + 1), { unclosed: call.unclosed })
    call.attempts++
    this.#open.set(id, call)
    const { generation } = call
    return { id, generation, storeId: generation === 0 ? id : `${id}#${generation}`, isOpen: true }
  }

  /**
   * Ends an attempt whose call did not run, with what it took by itself. Returns what is to be given back now; `closed`
   * is to be told when that has been done.
   */
  giveUp(attempt: Attempt | undefined, taken: Hold | undefined): Hold | undefined {
    if (attempt === undefined) return taken
    if (taken === undefined && !this.#open.has(attempt.id)) return undefined
    const call = this.#end(attempt)
    let left = taken
    if (call.generation === attempt.generation && !call.isSpent) {
      left = taken ?? call.left
      call.left = left
      if (call.attempts > 0) return undefined
      call.isSpent = left !== undefined
    }
    if (left !== undefined) call.unclosed++
    this.#forgetIfClosed(attempt.id, call)
    return left
  }

  /** Ends an attempt whose call has run; `closed` is to be told when its hold has been settled. */
  finish(attempt: Attempt | undefined): void {
    if (attempt === undefined) return
    const call = this.#end(attempt)
    if (call.generation === attempt.generation) call.isSpent = true
    call.unclosed++
  }

  /** The store has closed a hold that was given back or settled. */
  closed(attempt: Attempt | undefined): void {
    if (attempt === undefined) return
    const call = this.#open.get(attempt.id)
    if (call === undefined) return
    call.unclosed--
    this.#forgetIfClosed(attempt.id, call)
  }

  /** The store could not be told: it closes the hold by itself when the lease ends. */
  closedAfter(attempt: Attempt | undefined, leaseMs: number): void {
    if (attempt === undefined) return
    setTimeout(() => this.closed(attempt), Math.min(leaseMs, longestTimerMs)).unref()
  }

  /** An attempt may end twice: when nobody waits for it any more, and when it is answered after all. */
  #end(attempt: Attempt): OpenCall {
    const call = this.#open.get(attempt.id) ?? { ...newCall(attempt.generation), isSpent: true }
    this.#open.set(attempt.id, call)
    if (attempt.isOpen && call.generation === attempt.generation) call.attempts--
    attempt.isOpen = false
    return call
  }

  #forgetIfClosed(id: string, call: OpenCall): void {
    if (call.attempts === 0 && call.unclosed === 0) this.#open.delete(id)
  }
}

function newCall(generation: number): OpenCall {
  return { generation, attempts: 0, left: undefined, isSpent: false, unclosed: 0 }
}

/** The attempts at a store, of all gates and runners that share it in this process. */
export function attemptsAt(store: QuotaStore): Attempts {
  const attempts = byStore.get(store) ?? new Attempts()
  byStore.set(store, attempts)
  return attempts
}

const byStore = new WeakMap<QuotaStore, Attempts>()
