import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { messageOf } from '@toolgate/core'
import { PolicyDocumentError } from '../document/problem.ts'
import type { Problems } from '../document/problems.ts'
import { loadPolicy } from '../engine/load.ts'
import type { Policy } from '../engine/policy.ts'
import type { DeclaredTool } from '../lint/finding.ts'
import type { NamedFile, PolicyCases } from './policy-cases.ts'
import { readCases } from './read-cases.ts'
import { readSmallFile } from './read-file.ts'
import { readTools } from './read-tools.ts'

export interface LoadedPolicyCases {
  readonly policy: Policy
  readonly cases: PolicyCases
}

/** Hashes of redacted values are then always the same, and can be expected. It keeps nothing secret. */
const hashKey = 'the key of policy cases, no secret'

/**
 * Reads a case file, the tools that it names, and the policy that it is about: for a file `support.test.yaml` that names
 * none, it is the `support.yaml`, `support.yml` or `support.json` beside it.
 * @throws PolicyDocumentError that names every problem with its file, line and column; the system's error for a case
 * file that can not be read.
 * @example
 * const { policy, cases } = loadPolicyCases('policies/support.test.yaml')
 * expect(runPolicyCases(policy, cases).results.filter(({ passed }) => !passed)).toEqual([])
 */
export function loadPolicyCases(file: string): LoadedPolicyCases {
  const cases = readCases(readSmallFile(file), file, readNamedTools)
  const named = cases.policy.length > 0 ? cases.policy : [policyBeside(file)]
  const missing = named.filter(({ path }) => !existsSync(path))
  if (missing.length > 0) {
    const sentence = 'is not there; expected the path of a policy document, relative to this file'
    throw new PolicyDocumentError(missing.map(({ path, place }) => ({ ...place, message: `\`${path}\` ${sentence}` })))
  }
  const paths = named.map(({ path }) => path)
  return { policy: loadPolicy(paths, { timeZone: cases.timeZone, hashKey }), cases }
}

function readNamedTools({ path, place }: NamedFile, problems: Problems): readonly DeclaredTool[] | undefined {
  try {
    return readTools(readSmallFile(path), { file: path })
  } catch (error) {
    if (!(error instanceof PolicyDocumentError))
      return problems.add(place, `tools can not be read from \`${path}\`: ${messageOf(error)}`)
    for (const { message, ...where } of error.problems) problems.add(where, message)
    return undefined
  }
}

/** The document that a case file is named after. */
function policyBeside(file: string): NamedFile {
  const place = { file, line: 1, column: 1 }
  const [, stem] = /^(.+)\.test\.(?:ya?ml|json)$/.exec(file) ?? []
  const found = ['yaml', 'yml', 'json'].map((ending) => `${stem}.${ending}`).filter((path) => existsSync(path))
  const [path] = found
  if (stem !== undefined && path !== undefined && found.length === 1) return { path, place }
  const names = found.map((each) => `\`${basename(each)}\``).join(' and ')
  const message =
    stem !== undefined && found.length > 1
      ? `the file names no policy, and ${names} are both named like it; expected \`policy\` to say which`
      : 'the file names no policy, and none is named like it; expected one, such as `policy: support.yaml`'
  throw new PolicyDocumentError([{ ...place, message }])
}
