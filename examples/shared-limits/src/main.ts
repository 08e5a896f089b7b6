import { randomUUID } from 'node:crypto'
import { startRedis } from '@toolgate/redis-server'
import { findingsOf } from './findings.ts'
import { LiveTotals } from './live-totals.ts'
import { heading, showFindings, write } from './screen.ts'
import { gatedSearch, limits, sharedStore } from './search.ts'
import { WorkerTotals } from './totals.ts'
import { runWorkers } from './workers.ts'

/** How long each worker's tool takes: the first would take half of all calls if nothing held it back. */
const workMs = [15, 30, 45, 60]

// So that a server of our own ends with us.
process.once('SIGINT', () => process.exit(130))

const { REDIS_URL } = process.env
await using server = REDIS_URL ? undefined : await startRedis()
const url = server?.url ?? String(REDIS_URL)
const prefix = `toolgate-example-${randomUUID()}`

write()
write('  Toolgate: several processes behind one limit and one budget, in Redis')
write()
write(`  Each of ${workMs.length} processes calls \`search\` as fast as it can. Together they may make`)
write(
  `  ${limits.together} calls in any 2 s, each of them ${limits.each}, and spend ${limits.maxSpend}, at ${limits.cost} a call.`,
)
write()

const workers = workMs.map(() => new WorkerTotals())
{
  using _screen = new LiveTotals(workers)
  await runWorkers(
    workMs.map((ms, index) => [url, prefix, `worker:${index + 1}`, String(ms)]),
    (index, report) => workers[index]?.add(report),
  )
}

await using store = sharedStore(url, prefix)
// The same gates once more, to look at the budget.
const { budget } = gatedSearch(store, async () => 0)
const [purse] = await budget.usage({ tool: 'search' })

const findings = findingsOf(workers, purse?.spent)
heading('in the end')
showFindings(findings)
write()
if (!findings.every(({ isSo }) => isSo)) process.exitCode = 1
