import { hash } from 'node:crypto'
import { isPromise, longestTimerMs, messageOf, PolicyFields } from '@toolgate/core'
import { type PolicyOptions, type PolicyText, parsePolicy, readTexts } from './load.ts'
import type { Policy, PolicySource } from './policy.ts'

/** What became of a change of the files. */
export type Reload =
  | { readonly kind: 'unchanged'; readonly policy: Policy }
  | { readonly kind: 'loaded'; readonly policy: Policy; readonly previous: Policy }
  /** The files can not be used as they are: the policy is still the one from before. */
  | { readonly kind: 'kept'; readonly policy: Policy; readonly error: unknown }

type Change = Exclude<Reload, { kind: 'unchanged' }>

export interface WatchPolicyOptions extends PolicyOptions {
  /** How often the files are looked at. A second by default. */
  readonly everyMs?: number | undefined
  /** Told of each change, good or bad, once. By default a bad one is a warning of the process. */
  readonly onReload?: ((change: Change) => void) | undefined
}

const defaultEveryMs = 1_000

/**
 * Reads policy documents as `loadPolicy` does, and again whenever their files change. A change is taken up once the
 * files have been found the same twice, so that one that is being written is not; a bad one is not taken up at all.
 * @throws as `loadPolicy` does, for the files as they are at first.
 */
export function watchPolicy(paths: string | readonly string[], options: WatchPolicyOptions = {}): PolicyWatch {
  const { everyMs: _, onReload: __, ...policyOptions } = options
  const fields = new PolicyFields({ everyMs: options.everyMs, onReload: options.onReload }, place)
  const everyMs = fields.durationMs('everyMs', longestTimerMs) ?? defaultEveryMs
  const onReload = fields.callback<NonNullable<WatchPolicyOptions['onReload']>>('onReload') ?? warn
  return new PolicyWatch(paths, policyOptions, everyMs, onReload)
}

const place = { path: 'watchPolicy', names: ['everyMs', 'onReload'] }

function warn(reload: Reload): void {
  if (reload.kind !== 'kept') return
  process.emitWarning(`the policy was changed and is not used, the one before is kept: ${messageOf(reload.error)}`)
}

/**
 * A policy that follows its files. They are read, not listened to: file systems tell of changes in many ways and some
 * in none, and a mounted configuration changes by a link.
 */
export class PolicyWatch implements PolicySource, Disposable {
  readonly #paths: string | readonly string[]
  readonly #options: PolicyOptions
  readonly #onReload: (change: Change) => void
  readonly #timer: NodeJS.Timeout
  #current: Policy
  /** What the files held when they were last looked at, and when they were last taken up or refused. */
  #seen: string
  #settled: string
  /** Set as long as the files are not what is in force. */
  #failure: Change | undefined

  /** Use `watchPolicy`. */
  constructor(
    paths: string | readonly string[],
    options: PolicyOptions,
    everyMs: number,
    onReload: (change: Change) => void,
  ) {
    this.#paths = paths
    this.#options = options
    this.#onReload = onReload
    const texts = readTexts(paths)
    this.#current = parsePolicy(texts, options)
    this.#seen = this.#settled = stateOf(texts)
    this.#timer = setInterval(() => this.#tick(), everyMs).unref()
  }

  get current(): Policy {
    return this.#current
  }

  /**
   * Reads the files now, and takes up what they hold if it can be used. It never throws. As long as they can not, it
   * says `kept`; listeners are told of that once.
   */
  reload(): Reload {
    const sight = this.#look()
    if (sight.state === this.#settled) return this.#failure ?? { kind: 'unchanged', policy: this.#current }
    return this.#takeUp(sight)
  }

  /** Looks at the files no more; the policy stays as it is. */
  close(): void {
    clearInterval(this.#timer)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #tick(): void {
    const before = this.#seen
    const sight = this.#look()
    this.#seen = sight.state
    // What was found twice is taken up, and not what a third look would find.
    if (sight.state === before && sight.state !== this.#settled) this.#takeUp(sight)
  }

  #takeUp(sight: Sight): Change {
    this.#seen = this.#settled = sight.state
    const change = this.#take(sight)
    this.#failure = change.kind === 'kept' ? change : undefined
    this.#tell(change)
    return change
  }

  #tell(change: Change): void {
    const failed = (error: unknown) => process.emitWarning(`onReload of a watched policy failed: ${messageOf(error)}`)
    try {
      const told: unknown = this.#onReload(change)
      if (isPromise(told)) told.then(undefined, failed)
    } catch (error) {
      failed(error)
    }
  }

  #look(): Sight {
    try {
      const texts = readTexts(this.#paths)
      return { texts, state: stateOf(texts) }
    } catch (error) {
      return { error, state: messageOf(error) }
    }
  }

  #take(sight: Sight): Change {
    try {
      if (sight.texts === undefined) throw sight.error
      const previous = this.#current
      this.#current = parsePolicy(sight.texts, this.#options)
      return { kind: 'loaded', policy: this.#current, previous }
    } catch (error) {
      return { kind: 'kept', policy: this.#current, error }
    }
  }
}

/** The files as they were found, and a text that is another when they are. */
interface Sight {
  readonly texts?: readonly PolicyText[]
  readonly error?: unknown
  readonly state: string
}

function stateOf(texts: readonly PolicyText[]): string {
  return hash('sha256', JSON.stringify(texts))
}
