import type { Block, Decision, Gate } from 'toolgate'

/** The hours of a day, in UTC, in which a tool may be called: from `from` on, and before `to`. */
export interface OpeningHours {
  readonly from: number
  readonly to: number
}

/** A gate of one's own: it compiles a tool's policy once, and decides on each call with data. */
export function openingHoursGate(now = () => new Date()): Gate<'openingHours', OpeningHours, Decision> {
  return {
    name: 'openingHours',
    compile: (tool, { from, to }) => {
      const message = `\`${tool.name}\` is open from ${from} to ${to} o'clock UTC; come back then`
      const closed: Block = { kind: 'block', reason: 'closed', message }
      return {
        check: () => {
          const hour = now().getUTCHours()
          return hour >= from && hour < to ? { kind: 'allow' } : closed
        },
      }
    },
  }
}
