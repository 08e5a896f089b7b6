import { Buffer } from 'node:buffer'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { PolicyError } from '@toolgate/core'
import { loadPolicy, PolicyDocumentError, parsePolicy } from '@toolgate/rule'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'toolgate-load-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

const text = (name: string) => `name: ${name}\nrules: [{ effect: allow, actions: read }]\n`

/** Writes a file into the folder and gives its path. */
function write(name: string, content: string | Uint8Array): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

function errorOf(load: () => unknown): unknown {
  try {
    return load()
  } catch (error) {
    return error
  }
}

const namesOf = (paths: string | readonly string[]) => loadPolicy(paths).documents.map(({ name }) => name)

describe('a folder', () => {
  test('has its documents by the order of their names, whatever the case of their endings', () => {
    write('b.YAML', text('b'))
    write('a.Json', '{ "name": "a", "rules": [{ "effect": "deny", "actions": "x" }] }')
    write('c.yml', text('c'))
    expect(namesOf(folder)).toEqual(['a', 'b', 'c'])
  })

  test('may hold hidden files, cases, lists of tools, other files and folders, which are left out', () => {
    write('a.yaml', text('a'))
    for (const name of ['.hidden.yaml', 'a.test.yaml', 'a.TEST.YML', 'a.tools.json', 'readme.md']) write(name, 'x')
    mkdirSync(join(folder, 'sub.yaml'))
    expect(namesOf(folder)).toEqual(['a'])
  })

  test('may hold links to files', () => {
    mkdirSync(join(folder, 'data'))
    write('data/a.yaml', text('a'))
    symlinkSync(join(folder, 'data/a.yaml'), join(folder, 'a.yaml'))
    expect(namesOf(folder)).toEqual(['a'])
  })

  test('with a link that leads nowhere is an error, since a document is missing', () => {
    write('a.yaml', text('a'))
    symlinkSync(join(folder, 'gone.yaml'), join(folder, 'b.yaml'))
    expect(errorOf(() => loadPolicy(folder))).toBeInstanceOf(PolicyError)
  })

  test('without documents is an error, also beside others', () => {
    const file = write('a.yaml', text('a'))
    mkdirSync(join(folder, 'empty'))
    write('empty/a.test.yaml', 'x')
    const message = 'expected files, or folders with .yaml, .yml or .json files; this folder holds no policy documents'
    expect(() => loadPolicy(join(folder, 'empty'))).toThrow(message)
    expect(() => loadPolicy([file, join(folder, 'empty')])).toThrow(message)
  })
})

test('a file that is given twice is read once', () => {
  const file = write('a.yaml', text('a'))
  const again = relative(process.cwd(), file)
  expect(namesOf([file, folder, again, join(folder, '.', 'a.yaml')])).toEqual(['a'])
})

describe('a path that leads nowhere', () => {
  test('is an error that says where it was looked for, with the error of the system as its cause', () => {
    const error = errorOf(() => loadPolicy('nowhere'))
    expect(error).toBeInstanceOf(PolicyError)
    const place = join(process.cwd(), 'nowhere')
    expect(error).toMatchObject({
      message: `policy is \`"nowhere"\`; expected a file or a folder that is there; it was looked for at ${place}`,
      cause: { code: 'ENOENT', syscall: 'stat', path: 'nowhere' },
    })
  })

  test('is left to the system where something else is wrong', () => {
    const file = write('a.yaml', text('a'))
    const error = errorOf(() => loadPolicy(join(file, 'b.yaml')))
    expect(error).toMatchObject({ code: 'ENOTDIR', syscall: 'stat', path: join(file, 'b.yaml') })
  })
})

test.each([
  ['nothing', undefined, 'undefined'],
  ['a number', 42, '42'],
  ['no text', '', '""'],
  ['no paths', [], '[]'],
  ['a list with something else', ['a.yaml', 42], '["a.yaml",42]'],
])('%s is no path', (_what, paths, shown) => {
  const error = errorOf(() => loadPolicy(paths as string))
  expect(error).toBeInstanceOf(PolicyError)
  const expected = 'files, or folders with .yaml, .yml or .json files, such as "policies"'
  expect(error).toHaveProperty('message', `policy is \`${shown}\`; expected ${expected}`)
})

describe('a file', () => {
  test('over 1 MiB is refused as such a text is', () => {
    const large = `${text('a')}# ${'x'.repeat(1024 * 1024)}`
    const file = write('a.yaml', large)
    const message = `${file}:1:1: the document has ${large.length} bytes; expected at most 1048576`
    expect(() => loadPolicy(file)).toThrow(message)
    expect(() => parsePolicy([{ file, text: large }])).toThrow(message)
  })

  test.each([
    [
      'Latin-1',
      Buffer.from('name: a\nrules: [{ effect: deny, actions: caf\xe9:* }]\n', 'latin1'),
      '2:37: the byte 0xe9',
    ],
    ['UTF-16', Buffer.from(`\uFEFF${text('a')}`, 'utf16le'), '1:1: the byte 0xff'],
    ['cut within a character', Buffer.from('name: é').subarray(0, -1), '1:7: the byte 0xc3'],
    ['with a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x80]), '1:2: the byte 0x80'],
    ['with half of a pair', Buffer.from([0x61, 0x0a, 0xed, 0xa0, 0x80]), '2:1: the byte 0xed'],
  ])('that is no UTF-8, but %s, is refused at its first bad byte', (_what, bytes, problem) => {
    const file = write('a.yaml', bytes)
    const error = errorOf(() => loadPolicy(file))
    expect(error).toBeInstanceOf(PolicyDocumentError)
    const message = `${file}:${problem} is not UTF-8; expected a file that is saved as UTF-8`
    expect(error).toHaveProperty('message', message)
  })

  test('may hold U+FFFD itself, and may begin with a byte order mark', () => {
    const file = write('a.yaml', `\uFEFF${text('a')}# \uFFFD 😀\n`)
    expect(namesOf(file)).toEqual(['a'])
    expect(loadPolicy(file).documents[0]?.digest).toBe(
      parsePolicy([{ file, text: `\uFEFF${text('a')}# \uFFFD 😀\n` }]).documents[0]?.digest,
    )
  })

  test('is named with all others that can not be read', () => {
    write('a.yaml', Buffer.from([0xff]))
    write('b.yaml', Buffer.from([0xfe]))
    expect(errorOf(() => loadPolicy(folder))).toHaveProperty('problems.length', 2)
  })
})

test('the error of several documents says whether reading of any of them stopped', () => {
  const many = Array.from({ length: 1_001 }, (_, index) => `line${index}: text`).join('\n')
  const broken = { file: 'b.yaml', text: 'name: b' }
  expect(errorOf(() => parsePolicy([{ file: 'a.yaml', text: many }, broken]))).toHaveProperty('isComplete', false)
  expect(errorOf(() => parsePolicy([broken]))).toHaveProperty('isComplete', true)
})
