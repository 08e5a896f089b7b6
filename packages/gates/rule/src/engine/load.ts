import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PolicyError, PolicyFields } from '@toolgate/core'
import { isTimeZone } from '../condition/local-time.ts'
import type { PolicyDocument } from '../document/document.ts'
import { type DocumentProblem, PolicyDocumentError } from '../document/problem.ts'
import { Problems } from '../document/problems.ts'
import { readDocument } from '../document/read-document.ts'
import { decodeText } from '../document/utf8.ts'
import { mostBytes, tooLarge } from '../document/yaml-text.ts'
import { Policy } from './policy.ts'

export interface PolicyOptions {
  /** For documents that name no time zone of their own: the IANA name of one. `UTC` by default. */
  readonly timeZone?: string | undefined
  /** The key of the hashes that stand for redacted values. By default a random one, of this process. */
  readonly hashKey?: string | Uint8Array | undefined
}

/** A document as text, and what errors and decisions call it. */
export interface PolicyText {
  readonly file: string
  readonly text: string
}

/**
 * Reads policy documents from files, and from the `.yaml`, `.yml` and `.json` files of folders by the order of their
 * names. A file that is given twice is read once.
 * @throws PolicyDocumentError that names every problem with its file, line and column; PolicyError for an option that
 * can not be used, for a path that leads nowhere and for a folder without documents; the system's error for what is
 * there and can not be read.
 */
export function loadPolicy(paths: string | readonly string[], options: PolicyOptions = {}): Policy {
  return parsePolicy(readTexts(paths), options)
}

/** The same, of documents that were read already: one text, or several with what they are to be called. */
export function parsePolicy(documents: string | readonly PolicyText[], options: PolicyOptions = {}): Policy {
  const { timeZone, hashKey } = readPolicyOptions(options)
  const texts = typeof documents === 'string' ? [{ file: 'policy.yaml', text: documents }] : documents
  if (texts.length === 0) {
    throw new PolicyError({ field: 'policy', value: texts, expected: 'at least one document' })
  }
  const problems: DocumentProblem[] = []
  let isComplete = true
  const read = texts.flatMap(({ file, text }): PolicyDocument[] => {
    try {
      return [readDocument(text, { file, timeZone })]
    } catch (error) {
      if (!(error instanceof PolicyDocumentError)) throw error
      problems.push(...error.problems)
      isComplete &&= error.isComplete
      return []
    }
  })
  problems.push(...sameNames(read))
  if (problems.length > 0) throw new PolicyDocumentError(problems, { isComplete })
  return new Policy(read, hashKey)
}

/**
 * The texts of all documents that the paths lead to.
 * @throws as `loadPolicy`; PolicyDocumentError for files that are too large or are not UTF-8, before any is parsed.
 */
export function readTexts(paths: string | readonly string[]): PolicyText[] {
  const files = new Map<string, string>()
  for (const path of readPaths(paths)) {
    for (const file of statOf(path).isDirectory() ? documentsIn(path) : [path]) {
      if (!files.has(resolve(file))) files.set(resolve(file), file)
    }
  }
  const problems = new Problems()
  const texts = Array.from(files.values(), (file): PolicyText | undefined => {
    const text = readText(file, problems)
    return text === undefined ? undefined : { file, text }
  })
  if (problems.areThere) throw problems.error()
  return texts.filter((text) => text !== undefined)
}

function readPaths(paths: unknown): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(paths) ? paths : [paths]
  const isPath = (path: unknown) => typeof path === 'string' && path !== ''
  if (listed.length > 0 && listed.every((path): path is string => isPath(path))) return listed
  throw new PolicyError({ field: 'policy', value: paths, expected: `${whatPathsAre}, such as "policies"` })
}

const whatPathsAre = 'files, or folders with .yaml, .yml or .json files'

/** What stands beside policies and is none: the cases that test them, and lists of tools. */
const besidePolicies = /(^|\.)(test|tools)\.\w+$/i

function documentsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => {
    return /^[^.].*\.(ya?ml|json)$/i.test(name) && !besidePolicies.test(name)
  })
  const files = names
    .sort()
    .map((name) => join(folder, name))
    .filter((file) => statOf(file).isFile())
  if (files.length > 0) return files
  const expected = `${whatPathsAre}; this folder holds no policy documents`
  throw new PolicyError({ field: 'policy', value: folder, expected })
}

function readText(file: string, problems: Problems): string | undefined {
  const { size } = statOf(file)
  if (size > mostBytes) return problems.add({ file, line: 1, column: 1 }, tooLarge(size))
  return decodeText(
    found(file, (path) => readFileSync(path)),
    file,
    problems,
  )
}

function statOf(path: string): Stats {
  return found(path, (each) => statSync(each))
}

/** @throws PolicyError for what is not there; whatever else the system throws. */
function found<Result>(path: string, read: (path: string) => Result): Result {
  try {
    return read(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    const expected = `a file or a folder that is there; it was looked for at ${resolve(path)}`
    throw Object.assign(new PolicyError({ field: 'policy', value: path, expected }), { cause })
  }
}

const shortestKeyBytes = 16

function readPolicyOptions(options: PolicyOptions): { timeZone: string; hashKey: Uint8Array | undefined } {
  const fields = new PolicyFields(options, { path: 'policy', names: ['timeZone', 'hashKey'] })
  const timeZone = fields.raw('timeZone') ?? 'UTC'
  if (!isTimeZone(timeZone)) throw fields.error('timeZone', 'the IANA name of a time zone, such as "Europe/Berlin"')
  const given = fields.raw('hashKey')
  const hashKey = typeof given === 'string' ? Buffer.from(given) : given
  if (hashKey === undefined) return { timeZone, hashKey }
  if (!(hashKey instanceof Uint8Array) || hashKey.length < shortestKeyBytes) {
    // The key itself must not stand in an error.
    const value = hashKey instanceof Uint8Array ? `${hashKey.length} bytes` : typeof hashKey
    throw new PolicyError({
      field: 'policy.hashKey',
      value,
      expected: `text or bytes, ${shortestKeyBytes} bytes of them at least`,
    })
  }
  return { timeZone, hashKey }
}

/** In decisions and tests a document goes by its name. */
function sameNames(documents: readonly PolicyDocument[]): DocumentProblem[] {
  return documents.flatMap(({ name, file }, index) => {
    const first = documents.slice(0, index).find((document) => document.name === name)
    if (first === undefined) return []
    const message = `name is \`${JSON.stringify(name)}\`, as in ${first.file}; expected a name of its own for each document`
    return [{ file, line: 1, column: 1, message }]
  })
}
