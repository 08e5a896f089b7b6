import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { PolicyError, PolicyFields } from '@toolgate/core'
import { isTimeZone } from '../condition/local-time.ts'
import type { PolicyDocument } from '../document/document.ts'
import { type DocumentProblem, PolicyDocumentError } from '../document/problem.ts'
import { readDocument } from '../document/read-document.ts'
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
 * names.
 * @throws PolicyDocumentError that names every problem with its file, line and column; PolicyError for an option that
 * can not be used, and for a folder without documents; the system's error for what can not be read.
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
  const read = texts.flatMap(({ file, text }): PolicyDocument[] => {
    try {
      return [readDocument(text, { file, timeZone })]
    } catch (error) {
      if (!(error instanceof PolicyDocumentError)) throw error
      problems.push(...error.problems)
      return []
    }
  })
  problems.push(...sameNames(read))
  if (problems.length > 0) throw new PolicyDocumentError(problems)
  return new Policy(read, hashKey)
}

/** What stands beside policies and is none: the cases that test them, and lists of tools. */
const besidePolicies = /(^|\.)(test|tools)\.\w+$/

/** The texts of all documents that the paths lead to. */
export function readTexts(paths: string | readonly string[]): PolicyText[] {
  const files = (typeof paths === 'string' ? [paths] : paths).flatMap((path) => {
    if (!statSync(path).isDirectory()) return [path]
    const names = readdirSync(path).filter((name) => /^[^.].*\.(ya?ml|json)$/.test(name) && !besidePolicies.test(name))
    return names.sort().map((name) => join(path, name))
  })
  if (files.length === 0) {
    throw new PolicyError({
      field: 'policy',
      value: paths,
      expected: 'files, or folders with .yaml, .yml or .json files',
    })
  }
  return files.map((file) => ({ file, text: readFileSync(file, 'utf8') }))
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
