import { journal } from 'toolgate'
import type { Refund } from './desk.ts'
import { type Report, runProcess } from './processes.ts'
import { proveToOthers } from './proof.ts'
import { check, did, heading, write } from './screen.ts'
import { Trail } from './trail.ts'
import { checkVerdict } from './verdict.ts'

const email = 'kim@example.com'
const token = 'sk-live-1'
const refundOf = (order: string, amount: string, to: string): Refund => ({ order, amount, email: to, token })

using trail = new Trail()
const { directory } = trail

write()
write('  Toolgate: a journal that outlives a crash, and shows what was done to it')

heading('a process is killed in the middle of a call')
await runProcess({
  directory,
  refunds: [
    refundOf('1001', '40.00', email),
    refundOf('1002', '700.00', 'lee@example.com'),
    refundOf('1003', '25.00', 'sam@example.com'),
  ],
  killAt: '1003',
  onReport,
})
did('the first process is killed: SIGKILL, while the bank is asked')
const first = trail.newWriter()
await checkVerdict(trail, { verdict: 'torn', finding: { code: 'writer_unclosed', writer: first, entry: 4 } })
await checkUnknown()
check(!trail.has(token), 'the token, which the schema marks as secret, is in no file')

heading('the next process records what it finds')
await runProcess({
  directory,
  refunds: [refundOf('1004', '15.00', 'ann@example.com'), refundOf('1005', '60.00', 'bob@example.com')],
  onReport,
})
did('the second process has closed its journal')
const second = trail.newWriter()
await checkVerdict(trail, { verdict: 'intact', finding: { code: 'writer_ended', writer: first, entry: 4 } })
await checkUnknown()
trail.backUp()

heading('somebody cuts off the end, so that it looks like a crash')
trail.cut(second, 3)
did('3 entries of the second process are left, and no checkpoint of more')
await checkVerdict(trail, {
  verdict: 'torn',
  finding: { code: 'writer_unclosed', writer: second, entry: 2 },
  kept: false,
})
did('verified again, with the checkpoints that were kept elsewhere')
await checkVerdict(trail, { verdict: 'tampered', finding: { code: 'entries_cut', writer: second, entry: 3 } })
trail.restore()
did('restored from a copy')
await checkVerdict(trail, { verdict: 'intact' })

heading('somebody changes an amount')
trail.replace(first, '"amount":"40.00"', '"amount":"10.00"')
did('as entry 1 has it now, 10.00 were refunded, and not 40.00')
await checkVerdict(trail, { verdict: 'tampered', finding: { code: 'entry_changed', writer: first, entry: 1 } })
trail.restore()
did('restored from a copy')
await checkVerdict(trail, { verdict: 'intact' })

heading('a customer wants an e-mail address erased')
check(trail.has(email), 'the address of order 1001 is on the disk, beside its entry')
const office = journal({ directory, checkpoint: trail.keep })
const { paths } = await office.erase({ writer: first, entry: 1, path: 'email', reason: 'asked for by the customer' })
await office.close()
did(`erased: \`${paths.join(', ')}\` of entry 1 of the first process`)
check(!trail.has(email), 'it is in no file of the journal any more, and its entry is as it was')
await checkVerdict(trail, { verdict: 'intact' })
check(trail.has('asked for by the customer'), 'that it was erased, and why, is an entry itself')

heading('a proof for somebody who has neither the journal nor our code')
const { writers } = await trail.verify(true)
const key = writers.find(({ writer }) => writer === second)?.key ?? ''
await proveToOthers({ trail, writer: second, entry: 1, key })
write()

function onReport(report: Report): void {
  if (report.kind === 'checkpoint') trail.keep(report.note)
  else if (report.kind === 'called') did(`refund of order ${report.order}: ${report.how}`)
  else if (report.order === '1003') did('refund of order 1003: its tool has begun')
}

/** The call during which the process was killed is listed, and no other. */
async function checkUnknown(): Promise<void> {
  const unknown = await trail.unknownCalls()
  const orders = unknown.map(({ arguments: args }) => (args as Partial<Refund>).order)
  const entries = unknown.map(({ seq }) => seq)
  check(
    orders.join() === '1003',
    `nobody knows how this ended: refund of order ${orders.join(', ')}, entry ${entries.join(', ')}`,
  )
}
