import type { AnyGate } from './gate.ts'

/**
 * The calls under way whose ids their callers chose. Runners of one name that share a gate share these too: what one
 * of them runs is under way for the others, as it is in the quotas that the gate keeps.
 */
export class OpenCalls {
  readonly #prefix: string
  readonly #sets: readonly Set<string>[]

  constructor(runner: string, gates: readonly AnyGate[]) {
    this.#prefix = JSON.stringify(runner)
    this.#sets = gates.length === 0 ? [new Set()] : gates.map(openAt)
  }

  has(identity: string): boolean {
    return this.#sets.some((set) => set.has(this.#prefix + identity))
  }

  add(identity: string): void {
    for (const set of this.#sets) set.add(this.#prefix + identity)
  }

  delete(identity: string): void {
    for (const set of this.#sets) set.delete(this.#prefix + identity)
  }
}

const byGate = new WeakMap<AnyGate, Set<string>>()

function openAt(gate: AnyGate): Set<string> {
  const open = byGate.get(gate) ?? new Set<string>()
  byGate.set(gate, open)
  return open
}
