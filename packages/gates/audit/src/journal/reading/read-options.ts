import { PolicyFields } from '@toolgate/core'
import type { JournalFilter, ReadJournalOptions } from './journal-call.ts'

const texts = ['principal', 'tool', 'gate', 'tenant', 'session', 'run', 'traceId', 'callId'] as const
const names = [
  ...['directory', ...texts, 'outcome', 'decision', 'from', 'to'],
  ...['limit', 'follow', 'onDamage', 'onProgress', 'signal'],
]
const outcomes: readonly NonNullable<JournalFilter['outcome']>[] = [
  ...(['executed', 'failed', 'aborted', 'blocked', 'pending'] as const),
  ...(['running', 'unknown'] as const),
]

/** @throws PolicyError: a misspelt filter would read everything. */
export function checkReadOptions(options: ReadJournalOptions): void {
  const fields = new PolicyFields(options, { path: 'readJournal', names })
  const { directory } = options
  if (typeof directory !== 'string' || directory === '') {
    throw fields.error('directory', 'the directory of a journal, such as "audit"')
  }
  for (const name of texts) {
    const text = fields.raw(name)
    if (text !== undefined && (typeof text !== 'string' || text === '')) {
      throw fields.error(name, 'a string that is not empty')
    }
  }
  for (const name of ['from', 'to']) {
    const date = fields.raw(name)
    if (date === undefined || (date instanceof Date && !Number.isNaN(date.getTime()))) continue
    throw fields.error(name, 'a valid Date')
  }
  fields.choice('outcome', outcomes)
  fields.choice('decision', ['allow', 'block', 'replace', 'pend'])
  fields.wholeNumber('limit', { least: 1 })
  fields.callback('onDamage')
  fields.callback('onProgress')
  const follow = fields.raw('follow')
  if (follow !== undefined && typeof follow !== 'boolean') throw fields.error('follow', 'true or false')
  const signal = fields.raw('signal')
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw fields.error('signal', 'an AbortSignal')
}
