import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PolicyDocumentError, type Reload, watchPolicy } from '@toolgate/rule'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const text = (effect: string) => `name: watched\nrules:\n  - { effect: ${effect}, actions: read }\n`
const everyMs = 1_000

let folder: string
let file: string
let told: Reload[]
const onReload = (reload: Reload) => told.push(reload)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  folder = mkdtempSync(join(tmpdir(), 'toolgate-watch-'))
  file = join(folder, 'watched.yaml')
  told = []
  writeFileSync(file, text('allow'))
})

afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

const watch = () => watchPolicy(folder, { everyMs, onReload })
const tick = () => vi.advanceTimersByTime(everyMs)

describe('a watched policy', () => {
  test('is there at once, and stays as it is while its files do', () => {
    using policy = watch()
    const first = policy.current
    tick()
    tick()
    expect(policy.current).toBe(first)
    expect(policy.current.decide({ action: 'read' }).effect).toBe('allow')
    expect(told).toEqual([])
  })

  test('follows a change once it was found the same twice', () => {
    using policy = watch()
    const previous = policy.current
    writeFileSync(file, text('deny'))
    tick()
    expect(policy.current).toBe(previous)
    tick()
    expect(policy.current.decide({ action: 'read' }).effect).toBe('deny')
    expect(told).toEqual([{ kind: 'loaded', policy: policy.current, previous }])
  })

  test('[U3] is not one that is being written: half of a document can be a document', () => {
    using policy = watch()
    writeFileSync(file, `${text('allow')}`)
    const whole = `${text('allow')}  - { effect: deny, actions: '*', conditions: { amount_min: 1 } }\n`
    writeFileSync(file, whole.slice(0, text('allow').length + 1))
    tick()
    writeFileSync(file, whole)
    tick()
    expect(told).toEqual([])
    tick()
    expect(policy.current.documents[0]?.rules).toHaveLength(2)
  })

  test('[U3] keeps the one before when the new one is bad, says so once, and takes up the mended one', () => {
    using policy = watch()
    const first = policy.current
    writeFileSync(file, text('permit'))
    for (let count = 0; count < 4; count++) tick()
    expect(policy.current).toBe(first)
    expect(told).toEqual([{ kind: 'kept', policy: first, error: expect.any(PolicyDocumentError) }])
    expect((told[0] as { error: Error }).error.message).toContain('watched.yaml:3:')
    writeFileSync(file, text('deny'))
    tick()
    tick()
    expect(policy.current.decide({ action: 'read' }).effect).toBe('deny')
  })

  test('keeps the one before when the files are gone', () => {
    using policy = watch()
    const first = policy.current
    renameSync(file, join(folder, 'watched.txt'))
    tick()
    tick()
    expect(policy.current).toBe(first)
    expect(told).toMatchObject([{ kind: 'kept' }])
  })

  test('follows a link that is changed, as a mounted configuration does', () => {
    const other = join(folder, 'other.txt')
    writeFileSync(other, text('deny'))
    using policy = watch()
    rmSync(file)
    symlinkSync(other, file)
    tick()
    tick()
    expect(policy.current.decide({ action: 'read' }).effect).toBe('deny')
  })

  test('reloads at once when it is told to', () => {
    using policy = watch()
    expect(policy.reload().kind).toBe('unchanged')
    writeFileSync(file, text('deny'))
    expect(policy.reload().kind).toBe('loaded')
    expect(policy.reload().kind).toBe('unchanged')
    writeFileSync(file, 'name: [')
    expect(policy.reload().kind).toBe('kept')
    expect(policy.reload().kind).toBe('kept')
    expect(told.map(({ kind }) => kind)).toEqual(['loaded', 'kept'])
  })

  test('follows nothing any more once it is closed', () => {
    const policy = watch()
    policy.close()
    writeFileSync(file, text('deny'))
    tick()
    tick()
    expect(policy.current.decide({ action: 'read' }).effect).toBe('allow')
  })

  test('warns of a bad document where nobody listens', () => {
    const warning = vi.spyOn(process, 'emitWarning').mockReturnValue()
    using policy = watchPolicy(file, { everyMs })
    writeFileSync(file, 'name: x')
    policy.reload()
    expect(warning).toHaveBeenCalledWith(expect.stringContaining('is not used, the one before is kept'))
    warning.mockRestore()
  })

  test('is not held up by a listener that throws', () => {
    const warning = vi.spyOn(process, 'emitWarning').mockReturnValue()
    using policy = watchPolicy(file, {
      onReload: () => {
        throw new Error('listener')
      },
    })
    writeFileSync(file, text('deny'))
    expect(policy.reload().kind).toBe('loaded')
    expect(warning).toHaveBeenCalledWith(expect.stringContaining('failed: listener'))
    warning.mockRestore()
  })
})

test('what can not be read at first is an error', () => {
  expect(() => watchPolicy(join(folder, 'none.yaml'))).toThrow('expected a file or a folder that is there')
  expect(() => watchPolicy(folder, { everyMs: 0 })).toThrow('watchPolicy.everyMs is `0`')
  writeFileSync(file, text('permit'))
  expect(() => watchPolicy(folder)).toThrow(PolicyDocumentError)
})
