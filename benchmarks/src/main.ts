import { cpus } from 'node:os'
import { startRedis } from '@toolgate/redis-server'
import { callContenders, limitContenders } from './calls.ts'
import { type Measurement, measure, ratio } from './measure.ts'
import { memoryUse } from './memory.ts'
import { fullRedisContenders, redisContenders } from './redis.ts'
import { redisMemoryUse } from './redis-memory.ts'

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

const server = await startRedis()
const peers = redisContenders(server)
const flying = await measure(peers.contenders, { rounds: 15, iterationsPerRound: 16_384, inFlight: 64 })
const [smallest, two] = [flying[1], flying[3]] as [Measurement, Measurement]
console.log(
  `\n${'Redis, 64 calls in flight: calls per second'.padEnd(48)}`,
  '1/s'.padStart(8),
  '× small'.padStart(9),
  '× two'.padStart(9),
)
for (const one of flying) {
  const speed = (peer: Measurement) => (1 / ratio(one, peer)).toFixed(2)
  print(one.name, (1e9 / one.nanoseconds).toFixed(0), speed(smallest), speed(two))
}
const single = await measure(peers.contenders, { rounds: 25, iterationsPerRound: 1_000, of: 'call' })
console.log(`\n${'Redis, one call in flight: median'.padEnd(48)}`, 'µs'.padStart(8), '× empty'.padStart(9))
for (const one of single)
  print(one.name, (one.nanoseconds / 1e3).toFixed(1), ratio(one, single[0] as Measurement).toFixed(2))
await peers.close()

const fulls = await fullRedisContenders(server)
const [few, many] = (await measure(fulls.contenders, { rounds: 15, iterationsPerRound: 8_192, inFlight: 64 })) as [
  Measurement,
  Measurement,
]
console.log(`\n${'Redis, while the window is full'.padEnd(48)}`, 'ns'.padStart(8), '× first'.padStart(9))
for (const one of [few, many]) print(one.name, one.nanoseconds.toFixed(0), ratio(one, few).toFixed(2))
await fulls.close()

console.log(`\n${'Redis, memory'.padEnd(48)}`, 'bytes'.padStart(8))
for (const { name, bytes } of await redisMemoryUse(server)) print(name, bytes.toFixed(0))
await server[Symbol.asyncDispose]()

function print(name: string, ...figures: string[]): void {
  const [first = '', ...others] = figures
  console.log(`  ${name.padEnd(46)}`, first.padStart(8), ...others.map((figure) => figure.padStart(9)))
}
