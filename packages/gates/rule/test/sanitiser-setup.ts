import type { FindingKind, Redaction, RedactionAction } from '../src/document/document.ts'
import type { Path } from '../src/document/path.ts'
import { compileSanitiser, type Sanitised } from '../src/sanitise/sanitiser.ts'
import { stringsOfKinds } from './sensitive-strings.ts'

export const allKinds: readonly FindingKind[] = stringsOfKinds.map(({ kind }) => kind)

/** Redactions as documents give them, written shorter. Paths are those below `arguments`. */
export interface Given {
  readonly kinds?: Partial<Record<FindingKind, RedactionAction>>
  readonly paths?: Readonly<Record<string, RedactionAction>>
  readonly within?: readonly string[]
}

export function redaction({ kinds = {}, paths = {}, within }: Given): Redaction {
  return {
    kinds: new Map(allKinds.flatMap((kind) => (kinds[kind] === undefined ? [] : [[kind, kinds[kind]]]))),
    paths: Object.entries(paths).map(([path, action]) => ({ path: pathBelow(path), action })),
    within: within?.map(pathBelow),
  }
}

function pathBelow(path: string): Path {
  return { text: `arguments.${path}`, root: 'arguments', keys: path.split('.') }
}

/** One action for every kind. */
export function every(action: RedactionAction): Given {
  return { kinds: Object.fromEntries(allKinds.map((kind) => [kind, action])) }
}

export const hashKey: Uint8Array = new TextEncoder().encode('the key of these tests')

export function sanitise(args: unknown, ...given: readonly Given[]): Sanitised {
  return compileSanitiser(given.map(redaction), { hashKey }).sanitise(args)
}

/** The arguments that come out of it, changed or not. */
export function kept(args: unknown, ...given: readonly Given[]): unknown {
  const sanitised = sanitise(args, ...given)
  if (sanitised.kind === 'refused') throw new Error(`refused: ${sanitised.problem ?? 'blocked'}`)
  return sanitised.kind === 'changed' ? sanitised.arguments : args
}
