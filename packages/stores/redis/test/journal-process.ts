import { auditGate, journal } from '@toolgate/audit'
import { redisStreamCopy } from '@toolgate/redis'
import { GatedToolRunner } from 'toolgate'

/** A process whose calls are in a journal that has a copy in Redis. It calls until it is told to end, or killed. */
const [directory = '', url = '', pad = ''] = process.argv.slice(2)
const copy = redisStreamCopy({ url, commandTimeoutMs: 1_000 })
const sink = journal({ directory, maxSegmentBytes: 65_536, copies: [copy], onError: () => undefined })
const audit = auditGate({ sinks: [sink] })
const runner = new GatedToolRunner({ audit })
runner.register('tool', { execute: () => 'done' })

let isOver = false
process.on('message', () => {
  isOver = true
})

let ran = 0
async function call(): Promise<void> {
  while (!isOver) {
    await runner.call('tool', { pad: 'ü'.repeat(Number(pad)) })
    process.send?.(++ran)
  }
}

await Promise.all(Array.from({ length: 8 }, call))
await audit.close()
process.disconnect()
