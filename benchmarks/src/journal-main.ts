import { join } from 'node:path'
import { readJournal, verifyJournal } from 'toolgate'
import {
  costContenders,
  groupCommitFloor,
  journaledCalls,
  linesOfOneCall,
  makeFolder,
  makeJournal,
  syncForEach,
} from './journal.ts'
import { type Measurement, measure, ratio } from './measure.ts'
import { print } from './screen.ts'

const folder = makeFolder()
try {
  await compareDurability()
  await showWaits()
  await compareCost()
  await readLargeJournal(1_000_000)
} finally {
  folder.remove()
}

async function compareDurability(): Promise<void> {
  const bytes = await linesOfOneCall(folder.path)
  const intent = journaledCalls(folder.path, 'intent')
  const contenders = [
    groupCommitFloor(join(folder.path, 'shared'), bytes),
    syncForEach(join(folder.path, 'each'), bytes),
    intent,
  ]
  const measured = await measure(contenders, { rounds: 9, iterationsPerRound: 16_384, inFlight: 32 })
  const [shared, each] = measured as [Measurement, Measurement]
  console.log(
    `\n${'The journal, 32 calls in flight: calls per second'.padEnd(48)}`,
    '1/s'.padStart(8),
    '× shared'.padStart(9),
    '× each'.padStart(9),
  )
  for (const one of measured) {
    const speed = (peer: Measurement) => (1 / ratio(one, peer)).toFixed(2)
    print(one.name, (1e9 / one.nanoseconds).toFixed(0), speed(shared), speed(each))
  }
  await intent.close()
}

async function showWaits(): Promise<void> {
  console.log(`\n${'The wait for an intent to be on disk, in ms'.padEnd(48)}`, 'p50'.padStart(8), 'p99'.padStart(9))
  for (const inFlight of [1, 8, 32, 128]) {
    const calls = journaledCalls(join(folder.path, `waits-${inFlight}`), 'intent')
    await measure([calls], { rounds: 1, iterationsPerRound: 1_024 * Math.min(8, inFlight), inFlight })
    const sorted = calls.waitsMs.toSorted((one, other) => one - other)
    const percentile = (part: number) => (sorted[Math.floor(sorted.length * part)] as number).toFixed(2)
    print(`${inFlight} in flight`, percentile(0.5), percentile(0.99))
    await calls.close()
  }
}

async function compareCost(): Promise<void> {
  const { contenders, close } = costContenders(folder.path)
  const [bare, relaxed] = (await measure(contenders, { rounds: 9, iterationsPerRound: 20_000 })) as [
    Measurement,
    Measurement,
  ]
  console.log(`\n${'What a record costs that nobody waits for'.padEnd(48)}`, 'µs'.padStart(8))
  for (const one of [bare, relaxed]) print(one.name, (one.nanoseconds / 1e3).toFixed(2))
  print('the difference', ((relaxed.nanoseconds - bare.nanoseconds) / 1e3).toFixed(2))
  await close()
}

async function readLargeJournal(calls: number): Promise<void> {
  const directory = await makeJournal(folder.path, calls)
  console.log(
    `\n${`A journal of ${calls.toLocaleString('en')} entries`.padEnd(48)}`,
    's'.padStart(8),
    '1/s'.padStart(9),
    'MiB more'.padStart(9),
  )
  const timed = async (name: string, work: () => Promise<number>) => {
    globalThis.gc?.()
    const before = process.memoryUsage.rss()
    const start = performance.now()
    const entries = await work()
    const seconds = (performance.now() - start) / 1e3
    const growth = (process.memoryUsage.rss() - before) / 2 ** 20
    print(name, seconds.toFixed(2), (entries / seconds).toFixed(0), growth.toFixed(0))
  }
  await timed('verify', async () => (await verifyJournal({ directory })).entries)
  const query = (filter: object) => async () => {
    let found = 0
    for await (const _ of readJournal({ directory, ...filter })) found++
    if (found === 0) throw new Error('the journal has no such call')
    return calls
  }
  await timed('query of a tool that is rare (1 in 50,000)', query({ tool: 'refund' }))
  await timed('query of one agent of a hundred', query({ principal: 'agent:7' }))
  await timed('query of everything', query({}))
}
