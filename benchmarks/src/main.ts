import { cpus } from 'node:os'
import { callContenders, limitContenders } from './calls.ts'
import { type Measurement, measure, ratio } from './measure.ts'
import { memoryUse } from './memory.ts'
import { print } from './screen.ts'

if (globalThis.gc === undefined) throw new Error('start Node.js with --expose-gc: `pnpm bench` does')
console.log(`Node.js ${process.version}, ${cpus()[0]?.model.trim()}, ${cpus().length} cores`)
console.log('Read the ratios: the machine is part of every time.\n')

const calls = await measure(callContenders(), { rounds: 15, iterationsPerRound: 100_000 })
const peer = calls[1] as Measurement
console.log('A call by one of a thousand callers, allowed'.padEnd(48), 'ns'.padStart(8), '× peer'.padStart(9))
for (const one of calls) print(one.name, one.nanoseconds.toFixed(0), ratio(one, peer).toFixed(2))

const [low, high] = (await measure(limitContenders(), { rounds: 15, iterationsPerRound: 100_000 })) as [
  Measurement,
  Measurement,
]
console.log(`\n${'A call while the window is full'.padEnd(48)}`, 'ns'.padStart(8), '× first'.padStart(9))
for (const one of [low, high]) print(one.name, one.nanoseconds.toFixed(0), ratio(one, low).toFixed(2))

console.log(`\n${'The memory store with a million keys'.padEnd(48)}`, 'live'.padStart(8), 'expired'.padStart(9))
for (const callsPerKey of [1, 10]) {
  const { bytesPerLiveKey, bytesPerExpiredKey } = memoryUse(callsPerKey)
  const name = `bytes per key at maxCalls 10, ${callsPerKey} in the window`
  print(name, bytesPerLiveKey.toFixed(0), bytesPerExpiredKey.toFixed(0))
}
