import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { parsePolicy } from '@toolgate/rule'
import { expect, test } from 'vitest'
import { PolicyFolder, stricterPolicy, supportPolicy, writePolicyJournal } from './policy-files.ts'

const command = resolve(import.meta.dirname, '../src/cli.ts')

function start(folder: PolicyFolder, ...words: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [command, 'policy', ...words], { cwd: folder.path })
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number, stdout, stderr }
}

test('test runs the cases of the current folder', async () => {
  const cases = 'cases: [{ name: customers are read, call: { action: read:customer }, expect: allow }]'
  await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy, 'support.test.yaml': cases })
  const { code, stdout, stderr } = await ended(start(folder, 'test'))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^✓ support\.test\.yaml {2}1 case\n\n✓ 1 case passed\n/)
})

test('a case that fails ends it with 1, and cases that can not be read with 2', async () => {
  const cases = 'cases: [{ name: customers are read, call: { action: read:customer }, expect: deny }]'
  await using folder = await PolicyFolder.of({ 'support.yaml': supportPolicy, 'support.test.yaml': cases })
  expect((await ended(start(folder, 'test'))).code).toBe(1)
  await folder.write('support.test.yaml', 'cases')
  const { code, stdout, stderr } = await ended(start(folder, 'test'))
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('\nsupport.test.yaml:1:1\n  the document is `"cases"`; expected a mapping')
})

test('diff compares two policies over a journal', async () => {
  await using folder = await PolicyFolder.of({ 'old.yaml': supportPolicy, 'new/new.yaml': stricterPolicy })
  await writePolicyJournal(folder.in('audit'), parsePolicy(supportPolicy))
  const { code, stdout, stderr } = await ended(start(folder, 'diff', 'old.yaml', 'new', '--journal', 'audit'))
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  expect(stdout).toContain('new  by exfiltration of support 1.1, new/new.yaml:9')
  expect(stdout).not.toContain('\x1b')
})
