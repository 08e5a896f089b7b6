import { writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { type DiskCall, disk, type Operation } from './faulty-disk.ts'
import type { Answered, Asked, Task } from './journal-workers.ts'

/**
 * Run by tests as a process of its own: it makes calls, and says of each, at once and to the system itself, that its
 * tool runs and that it has returned. Whatever it has said, it knew before it was killed.
 */
const { auditGate, journal } = await import('@toolgate/audit')
const { GatedToolRunner } = await import('@toolgate/core')

const task = JSON.parse(process.argv[2] as string) as Task
const say = (line: string) => writeSync(1, `${line}\n`)

const counts = new Map<Operation, number>()

/** Does to a call of the file system what the task says. */
function asTold(operation: Operation): (call: DiskCall) => void {
  return (call) => {
    const count = (counts.get(operation) ?? 0) + 1
    counts.set(operation, count)
    const half = Math.ceil(call.bytes.length / 2)
    if (operation === 'write' && count === task.fullAt) return call.writeOnly(half)
    if (operation === 'write' && count - 1 === task.fullAt) return call.fail('ENOSPC')
    if (operation !== task.dieAt?.operation || count < task.dieAt.number) return call.proceed()
    const die = () => process.kill(process.pid, 'SIGKILL')
    if (task.dieAt.when === 'before') return void die()
    if (task.dieAt.when === 'part') call.writeOnly(half, die)
    else call.proceed(die)
  }
}

disk.on('write', asTold('write'))
if (task.dieAt !== undefined) disk.on(task.dieAt.operation, asTold(task.dieAt.operation))

// A limit on the size of files is an error of the write then, as a full disk is.
process.on('SIGXFSZ', () => undefined)
const checkpoint = (note: string) => {
  say(`kept ${JSON.stringify(note)}`)
}
const sink = journal({ onError: () => undefined, ...task.journal, checkpoint })
const audit = auditGate({ sinks: [sink], ...(task.durability && { durability: task.durability }) })
const runner = new GatedToolRunner({ audit })
const ran = new Set<string>()
runner.register('tool', {
  execute: (_, { id }) => {
    ran.add(id)
    say(`ran ${id}`)
    return turn()
  },
})
const args = { text: 'x'.repeat(task.chars ?? 0) }

async function lane(number: number): Promise<void> {
  for (let index = 0; index < task.calls; index++) {
    const callId = `${task.name}/${number}/${index}`
    const { status, auditError } = await runner.call('tool', args, { callId })
    if (status === 'executed' && auditError === undefined) say(`returned ${callId}`)
  }
}

async function answer({ id }: Asked): Promise<void> {
  const { status, blockedBy, message, auditError } = await runner.call('tool', args, { callId: id })
  const answered = { id, ran: ran.has(id), status, blockedBy, message, auditError: auditError?.message }
  process.send?.(answered satisfies Answered)
}

if (task.lanes === 0) process.on('message', (message: Asked) => answer(message))
await Promise.all(Array.from({ length: task.lanes }, (_, number) => lane(number)))
if (task.close === true) await audit.close()
