import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { gatedSearch, sharedStore } from './search.ts'
import type { Report } from './totals.ts'

/** One of several processes: it searches as fast as it may, until retrying is useless. */
const [url, prefix, principal, workMs] = process.argv.slice(2) as [string, string, string, string]
const mostAttempts = 10_000

await using store = sharedStore(url, prefix)
const clock = new Redis(url)
clock.once('error', ({ message }) => fail(`Redis is gone: ${message}`))

// Without the main process, nobody would end this one.
const onOrphaned = () => fail('the main process is gone')
process.once('disconnect', onOrphaned)

const { search } = gatedSearch(store, async () => {
  const startedUs = await redisTimeUs()
  await pause(Number(workMs))
  return startedUs
})

await redisTimeUs()
await tell({ kind: 'ready' })
await once(process, 'message')
for (let attempt = 0; !(await isOver()); attempt++) {
  if (attempt === mostAttempts) throw new Error(`the budget was not used up by ${mostAttempts} attempts`)
}
clock.disconnect()
process.off('disconnect', onOrphaned)
process.disconnect()

/** Makes one call, and waits for as long as it is told to. */
async function isOver(): Promise<boolean> {
  const askedUs = await redisTimeUs()
  const { allowed, reason, message, blockedBy, retryAfterMs, result } = await search({}, { principal })
  if (allowed) await tell({ kind: 'ran', askedUs, startedUs: result })
  else if (reason === 'limit') await tell({ kind: 'refused', by: blockedBy === 'budget' ? 'budget' : 'rate' })
  else throw new Error(message)
  if (retryAfterMs !== undefined) await pause(retryAfterMs)
  // Nothing here is held, so what no wait can free is used up for good.
  return reason === 'limit' && retryAfterMs === undefined
}

/** The time of the server that counts: the clocks of processes may differ. */
async function redisTimeUs(): Promise<number> {
  const [seconds, microseconds] = await clock.time()
  return Number(seconds) * 1_000_000 + Number(microseconds)
}

function tell(report: Report): Promise<void> {
  return new Promise((resolve) => process.send?.(report, () => resolve()))
}

function fail(why: string): never {
  console.error(`${principal}: ${why}`)
  process.exit(1)
}
