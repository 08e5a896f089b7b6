import type { Claim } from '@toolgate/quota'
import { redisQuotaStore } from '@toolgate/redis'

/** A user's program: it runs both scripts, on each of their ways, and prints what it was told. */
const [url, prefix] = process.argv.slice(2) as [string, string]
const store = redisQuotaStore({ url, prefix })
const hour = { kind: 'rolling', windowMs: 3_600_000 } as const
const calls: Claim = { kind: 'calls', quota: 'maxCalls', key: 'calls', limit: 3, units: 1, windowMs: hour.windowMs }
const spend: Claim = { kind: 'amount', quota: 'maxSpend', key: 'a', limit: 9, units: 4, window: hour, held: false }
const hold: Claim = { ...spend, key: 'b', units: 5, held: true }

const spent = await store.acquire({ claims: [calls, spend] })
const held = await store.acquire({ claims: [calls, hold] })
const settled = held.admitted && (await store.settle(held.hold, ['keep', { units: 2 }]))
const refused = await store.acquire({ claims: [{ ...spend, units: 6 }] })
const peeked = await store.peek([calls, spend, hold])
await store.close()

// Waits depend on when one asks.
const told = { spent: spent.reports, held: held.reports, settled, refused, peeked }
console.log(JSON.stringify(told, (name, value) => (/AfterMs$/.test(name) ? typeof value : value)))
