import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { sampleCalls, temporaryDirectory, writeSample } from './sample-journal.ts'

const command = resolve(import.meta.dirname, '../src/cli.ts')

function start(...words: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [command, ...words])
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number, stdout, stderr }
}

test('the command is a process that prints to a pipe without colours', async () => {
  await using place = await temporaryDirectory()
  const audit = join(place.path, 'audit')
  await writeSample(audit)
  const { code, stdout, stderr } = await ended(start('audit', 'query', audit, '--decision', 'block'))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('rate limit of 2 calls per minute')
  expect(stdout).not.toContain('\x1b')
})

test('a mistake ends it with 2, and nothing but an error is printed', async () => {
  const { code, stdout, stderr } = await ended(start('audit', 'query', 'nowhere', '--tol', 'x'))
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toBe(
    'toolgate audit query: there is no option `--tol`; did you mean `--tool`?\nSee `toolgate audit query --help`.\n',
  )
})

test('it ends quietly when its reader goes, as `head` does', async () => {
  await using place = await temporaryDirectory()
  const audit = join(place.path, 'audit')
  // More than a pipe holds.
  const padding = 'x'.repeat(1_000)
  const calls = Array.from({ length: 400 }, (_, index) => ({
    atMs: index,
    tool: 'drop_database' as const,
    arguments: { padding },
    callId: `call_${index}`,
  }))
  await writeSample(audit, { calls })
  const child = start('audit', 'query', audit, '--json')
  const stderr = text(child.stderr)
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [code, signal] = await once(child, 'exit')
  expect({ code, signal, stderr: await stderr }).toEqual({ code: 0, signal: null, stderr: '' })
})

test('tail -f goes on with calls as they end, in journals that begin later too, until it is interrupted', async () => {
  await using place = await temporaryDirectory()
  const audit = join(place.path, 'audit')
  await writeSample(audit)
  const child = start('audit', 'tail', audit, '-f', '-n', '2', '--json')
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += String(chunk)
  })
  const ids = () => [...printed.matchAll(/"callId":"(\w+)"/g)].map(([, id]) => id)
  await vi.waitUntil(() => ids().length === 2, { timeout: 10_000 })
  await writeSample(audit, {
    calls: sampleCalls.slice(0, 2).map((call) => ({ ...call, callId: `new_${call.callId}` })),
  })
  await vi.waitUntil(() => ids().length === 4, { timeout: 10_000 })
  child.kill('SIGINT')
  const [code, signal] = await once(child, 'exit')
  expect({ code, signal, ids: ids() }).toEqual({
    code: 0,
    signal: null,
    ids: ['call_7', 'call_8', 'new_call_1', 'new_call_2'],
  })
})
