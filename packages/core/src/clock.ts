// Imported, since the global of that name is a getter, which every call would pay for.
import { performance } from 'node:perf_hooks'

/** The time in milliseconds since the Unix epoch, with fractions. It must never go back. */
export type Clock = () => number

const { timeOrigin } = performance

/** This process's clock: steady, so a step of the machine's wall clock moves no window. */
export const systemClock: Clock = () => timeOrigin + performance.now()
