/**
 * How a call ended, as it is told to the gates that took something for it.
 *
 * Only `blocked` and `pending` mean that the tool did not run: whatever was taken is to be given back.
 */
export type Outcome =
  /** The tool returned. For a stream, `result` is what its generator returned, or else the last item it yielded. */
  | { readonly kind: 'executed'; readonly result: unknown }
  /** The tool threw. */
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The tool was stopped by its time-out or the caller's signal, or its stream was abandoned: its effect is unknown. */
  | { readonly kind: 'aborted'; readonly error: unknown }
  /** Something stopped the call before its tool ran. */
  | { readonly kind: 'blocked' }
  /** The call waits for a person. */
  | { readonly kind: 'pending' }
