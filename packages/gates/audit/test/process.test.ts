import { hostname } from 'node:os'
import { afterEach, describe, expect, test } from 'vitest'
import { isRunning, thisProcess } from '../src/journal/format/process.ts'

const title = process.title
afterEach(() => {
  process.title = title
})

describe('the process of a writer', () => {
  test('runs as long as it is there', () => {
    expect(isRunning(thisProcess())).toBe(true)
    expect(isRunning({ host: hostname(), pid: process.ppid })).toBe(true)
    expect(isRunning({ host: hostname(), pid: 999_999_999 })).toBe(false)
  })

  test.runIf(process.platform === 'linux')('is told from a later one with the same id', () => {
    expect(isRunning({ ...thisProcess(), started: 'before' })).toBe(false)
  })

  test('is the same, whatever its name', () => {
    const before = thisProcess()
    process.title = 'a) Z (b c'
    expect(thisProcess()).toEqual(before)
    expect(isRunning(before)).toBe(true)
  })

  test('is nobody’s to tell on another host', () => {
    expect(isRunning({ ...thisProcess(), host: 'elsewhere.example' })).toBeUndefined()
  })

  test('is none for an id that means a group of processes', () => {
    expect(isRunning({ host: hostname(), pid: 0 })).toBe(false)
    expect(isRunning({ host: hostname(), pid: -1 })).toBe(false)
  })
})
