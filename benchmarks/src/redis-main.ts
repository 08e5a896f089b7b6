import { startRedis } from '@toolgate/redis-server'
import { type Measurement, measure, ratio } from './measure.ts'
import { fullRedisContenders, redisContenders } from './redis.ts'
import { redisMemoryUse } from './redis-memory.ts'
import { print } from './screen.ts'

// A process of its own, as one that uses Redis is: what runs first in a process shapes what the compiler makes of the rest.
const server = await startRedis()
const peers = redisContenders(server)
const flying = await measure(peers.contenders, { rounds: 15, iterationsPerRound: 32_768, inFlight: 64 })
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
