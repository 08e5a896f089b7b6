import { parseObject } from './shapes.ts'

/** Reads single fields of entries as they stand in a buffer: to parse every entry would take most of the time. */

const letterE = 0x65
const erasableStart = ',"erasable":'

/** The digests of an entry's values that can be erased, which stand right after its head, if it has any. */
export function digestsIn(buffer: Buffer, fields: number): string[] | undefined {
  // The first letter of the first field tells most entries apart.
  if (buffer[fields + 2] !== letterE) return undefined
  const start = fields + erasableStart.length
  if (buffer.toString('latin1', fields, start) !== erasableStart) return undefined
  const list = parseObject(`{"list":${buffer.toString('latin1', start, buffer.indexOf(']', start) + 1)}}`)?.list
  return Array.isArray(list) ? list.filter((digest) => typeof digest === 'string') : undefined
}

const intentStart = '"intent":'
/** From the end of an outcome's head to the number of its intent: the time always has 24 characters. */
const intentOffset = `,"time":"2026-01-01T00:00:00.000Z",${intentStart}`.length
const digitZero = 0x30

/** The intent of an outcome, by its number; -1 where there is none. */
export function intentIn(buffer: Buffer, fields: number): number {
  const start = fields + intentOffset
  if (buffer.toString('latin1', start - intentStart.length, start) !== intentStart) return -1
  let intent = 0
  for (let index = start; ; index++) {
    const digit = (buffer[index] ?? 0) - digitZero
    if (digit < 0 || digit > 9) return intent
    intent = intent * 10 + digit
  }
}
