import { pinoCopy } from '@toolgate/audit'
import { type Logger, pino } from 'pino'

/** Loggers whose entries survive their process once the copy says that they are written. */
const loggers: Readonly<Record<string, (dest: string) => Logger>> = {
  'sync: true': (dest) => pino(pino.destination({ dest, sync: true })),
  'minLength: 1': (dest) => pino(pino.destination({ dest, minLength: 1 })),
  'minLength: 4096': (dest) => pino(pino.destination({ dest, minLength: 4_096 })),
  'sync: true, minLength: 4096': (dest) => pino(pino.destination({ dest, sync: true, minLength: 4_096 })),
  'a transport to a file, minLength: 1': (destination) => {
    return pino({ transport: { target: 'pino/file', options: { destination, minLength: 1 } } })
  },
}

/** Logs entries, and is killed as soon as the copy says that they are written. */
const [kind = '', dest = '', count = ''] = process.argv.slice(2)
const copy = pinoCopy((loggers[kind] as (dest: string) => Logger)(dest))
const entries = Array.from({ length: Number(count) }, (_, seq) => {
  const line = JSON.stringify({ seq, kind: 'call', tool: 'search', outcome: 'executed', text: 'ü'.repeat(seq % 50) })
  return { writer: 'one', seq, kind: 'call', line }
})
await copy.write(entries)
process.kill(process.pid, 'SIGKILL')
