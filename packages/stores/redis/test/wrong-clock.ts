/** Makes the clock of this process's machine wrong, before anything else is loaded. */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS)
const now = Date.now
Date.now = () => now() + shiftMs
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + shiftMs })
