import { type Refund, refundDesk } from './desk.ts'
import type { Report } from './processes.ts'

/** A process that makes the calls it is given, one after the other, and closes its journal. */
const [directory, refunds] = process.argv.slice(2) as [string, string]

// Without the main process, nobody would end this one.
const onOrphaned = () => process.exit(1)
process.once('disconnect', onOrphaned)

const { refund, audit } = refundDesk({ directory, checkpoint: (note) => tell({ kind: 'checkpoint', note }) }, pay)
for (const asked of JSON.parse(refunds) as Refund[]) {
  const { status, blockedBy } = await refund(asked, { principal: 'agent:billing' })
  await tell({
    kind: 'called',
    order: asked.order,
    how: blockedBy === undefined ? status : `${status} by ${blockedBy}`,
  })
}
await audit.close()
process.off('disconnect', onOrphaned)
process.disconnect()

async function pay(order: string): Promise<string> {
  await tell({ kind: 'began', order })
  // The bank is slow with this one: long enough for the process to be killed.
  if (order === '1003') await new Promise(() => undefined)
  return `refunded ${order}`
}

function tell(report: Report): Promise<void> {
  return new Promise((resolve) => process.send?.(report, () => resolve()))
}
