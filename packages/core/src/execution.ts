import type { PipelineCall } from './call.ts'
import { failure, type Lifetime } from './lifetime.ts'
import type { Outcome } from './outcome.ts'
import { closeStream } from './stream.ts'
import { isPromise, within } from './within.ts'

/** A tool's own function, as the pipeline calls it. */
export type Execute = (args: unknown, call: PipelineCall) => unknown

/** Runs the tool, and says how it went. A tool that returns at once is not awaited. */
export function execute(run: Execute, call: PipelineCall, lifetime: Lifetime | undefined): Outcome | Promise<Outcome> {
  if (lifetime !== undefined) call.signal = lifetime.signal
  try {
    const result = run(call.arguments, call)
    if (!isPromise(result)) return { kind: 'executed', result }
    const bounds = { what: 'the tool', signal: lifetime?.signal, late: closeStream }
    const work = lifetime === undefined ? result : within(result, bounds)
    return Promise.resolve(work).then(
      (value) => ({ kind: 'executed', result: value }),
      (error: unknown) => failure(error, lifetime),
    )
  } catch (error) {
    return failure(error, lifetime)
  }
}
