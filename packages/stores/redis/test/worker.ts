import type { Claim, Verdict } from '@toolgate/quota'
import { redisQuotaStore } from '@toolgate/redis'
import type { Admission, Report, Task } from './workers.ts'

const task = JSON.parse(process.argv[2] as string) as Task
const store = redisQuotaStore({ url: task.url, commandTimeoutMs: 10_000 })
const admissions: Admission[] = []
let refused = 0

function note(verdict: Verdict, request: number): void {
  if (!verdict.admitted) {
    refused++
    return
  }
  // The times are the store's own business; only a test that knows all of them can tell whether a window held too much.
  const { parts } = verdict.hold as unknown as { parts: [{ times: string; leaseEndUs: number }] }
  const [{ times, leaseEndUs }] = parts
  admissions.push({ atUs: Number.parseInt(times, 10), leaseEndUs, request })
}

async function hammer(requests: readonly (readonly Claim[])[], durationMs: number): Promise<void> {
  const endMs = performance.now() + durationMs
  for (let turn = 0; performance.now() < endMs; turn++) {
    const request = turn % requests.length
    note(await store.acquire({ claims: requests[request] as readonly Claim[] }), request)
  }
}

if (task.do === 'hammer') {
  await Promise.all(Array.from({ length: task.inFlight }, () => hammer(task.requests, task.durationMs)))
} else {
  for (let time = 0; time < task.times; time++) {
    note(await store.acquire({ claims: task.claims, leaseMs: task.leaseMs }), 0)
  }
}
process.send?.({ admissions, refused } satisfies Report)
if (task.do === 'hammer') {
  await store.close()
  process.disconnect()
}
