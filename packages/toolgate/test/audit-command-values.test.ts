import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { auditGate, journal, readErasable } from '@toolgate/audit'
import { GatedToolRunner } from '@toolgate/core'
import { expect, test } from 'vitest'
import { run } from './command-streams.ts'
import { temporaryDirectory } from './sample-journal.ts'

test('shows the values of a call that were recorded as erasable, until they are erased', async () => {
  await using own = await temporaryDirectory()
  const directory = join(own.path, 'audit')
  const audit = auditGate({ sinks: [journal({ directory })], arguments: { erasable: ['email', 'names.*'] } })
  const runner = new GatedToolRunner({ audit })
  runner.register('greet', { execute: () => 'hello' })
  const args = { email: 'ann@example.com', names: ['Ann', '\u001b[2J'], language: 'en' }
  await runner.call('greet', args, { callId: 'call_1' })
  await audit.close()
  const [writer = ''] = await readdir(directory)
  const words = ['audit', 'values', directory, '--call', 'call_1']

  const shown = await run(words)
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toBe('email: "ann@example.com"\nnames.0: "Ann"\nnames.1: "\\u001b[2J"\n')
  expect(JSON.parse((await run([...words, '--json'])).stdout)).toEqual([
    { path: 'email', value: 'ann@example.com' },
    { path: 'names.0', value: 'Ann' },
    { path: 'names.1', value: '\u001b[2J' },
  ])

  await run(['audit', 'erase', directory, '--call', 'call_1', '--path', 'email', '--key-file', `${directory}.key`])
  expect((await readErasable({ directory, writer, entry: 1 })).map(({ path }) => path)).toEqual(['names.0', 'names.1'])
  await run(['audit', 'erase', directory, '--call', 'call_1', '--key-file', `${directory}.key`])
  expect((await run(words)).stdout).toContain('There is none')
})

test.each([
  [['--entry', '1'], 'give --call, or --writer and --entry'],
  [['--writer', 'w', '--entry', '1'], 'the id of a writer'],
  [['--writer', '20260115T120000Z-0123456789ab', '--entry', '1'], 'has no writer 20260115T120000Z-0123456789ab'],
])('says what is wrong with %j', async (words, message) => {
  await using own = await temporaryDirectory()
  const { code, stderr } = await run(['audit', 'values', own.path, ...words])
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})
