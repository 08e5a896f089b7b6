import type { FindingKind, Redaction } from '../document/document.ts'
import { type Asked, stricter } from './asked.ts'

/** What is asked of the values at one place of the arguments. */
export interface Scope {
  /** What is looked for, and what is then done. */
  readonly actions: ReadonlyMap<FindingKind, Asked>
  readonly kinds: ReadonlySet<FindingKind>
  /** What is done with the value at this place, whatever it is. */
  readonly placeAction: Asked | undefined
  /** What is asked of values further below. */
  readonly ahead: readonly Ahead[]
}

/** Asked of the values to which keys lead; `*` stands for every key or index. */
interface Ahead {
  readonly keys: readonly string[]
  readonly actions: ReadonlyMap<FindingKind, Asked>
  readonly placeAction: Asked | undefined
}

const noActions: ReadonlyMap<FindingKind, Asked> = new Map()
const noKinds: ReadonlySet<FindingKind> = new Set()

/** All redactions in one, whatever their order: where they ask for different things, for the strictest of them. */
export function scopeOf(redactions: readonly Redaction[]): Scope {
  const asked = redactions.flatMap(({ kinds, paths, within }, by): Ahead[] => {
    const actions = new Map(Array.from(kinds, ([kind, action]) => [kind, { action, by }]))
    const places = within === undefined ? [[]] : within.map(({ keys }) => keys)
    return [
      ...places.map((keys) => ({ keys, actions, placeAction: undefined })),
      ...paths.map(({ path, action }) => ({ keys: path.keys, actions: noActions, placeAction: { action, by } })),
    ]
  })
  return arrivedAt({ actions: noActions, kinds: noKinds }, asked)
}

/** What is asked of the value of a key, or of the item at an index. */
export function scopeBelow(scope: Scope, key: string): Scope {
  if (scope.ahead.length === 0) return scope
  const ahead = scope.ahead.filter(({ keys: [first] }) => first === key || first === '*')
  return arrivedAt(
    scope,
    ahead.map(({ keys, ...asked }) => ({ ...asked, keys: keys.slice(1) })),
  )
}

/**
 * What is asked of a value as it is. Where a path goes on and there is nothing to go into, what it means may stand there
 * in another shape, such as an object that was written as text; so it is asked of the value itself.
 */
export function scopeAt(scope: Scope, canGoInto: (key: string) => boolean): Scope {
  if (scope.ahead.every(({ keys: [first = ''] }) => canGoInto(first))) return scope
  const ahead = scope.ahead.map((asked) => (canGoInto(asked.keys[0] ?? '') ? asked : { ...asked, keys: [] }))
  const { actions, kinds, placeAction, ahead: left } = arrivedAt(scope, ahead)
  const strictestHere = placeAction === undefined ? scope.placeAction : stricter(placeAction, scope.placeAction)
  return { actions, kinds, placeAction: strictestHere, ahead: left }
}

/** Of what is asked, that for which a call is refused. */
export function blockingScope({ actions, ahead }: Scope): Scope {
  const blocking = ahead.map(({ keys, ...asked }) => ({
    keys,
    actions: blockingActions(asked.actions),
    placeAction: asked.placeAction?.action === 'block' ? asked.placeAction : undefined,
  }))
  const blocked = blockingActions(actions)
  return arrivedAt(
    { actions: blocked, kinds: new Set(blocked.keys()) },
    blocking.filter((asked) => asked.actions.size > 0 || asked.placeAction !== undefined),
  )
}

/** Nothing is asked, here or below. */
export function isIdle({ kinds, placeAction, ahead }: Scope): boolean {
  return kinds.size === 0 && placeAction === undefined && ahead.length === 0
}

function arrivedAt(from: Pick<Scope, 'actions' | 'kinds'>, asked: readonly Ahead[]): Scope {
  const here = asked.filter(({ keys }) => keys.length === 0)
  if (here.length === 0) return { actions: from.actions, kinds: from.kinds, placeAction: undefined, ahead: asked }
  const actions = here.reduce((merged, each) => merge(merged, each.actions), from.actions)
  let placeAction: Asked | undefined
  for (const each of here) {
    if (each.placeAction !== undefined) placeAction = stricter(each.placeAction, placeAction)
  }
  return { actions, kinds: new Set(actions.keys()), placeAction, ahead: asked.filter(({ keys }) => keys.length > 0) }
}

function merge(
  some: ReadonlyMap<FindingKind, Asked>,
  others: ReadonlyMap<FindingKind, Asked>,
): ReadonlyMap<FindingKind, Asked> {
  if (others.size === 0) return some
  const merged = new Map(some)
  for (const [kind, asked] of others) merged.set(kind, stricter(asked, merged.get(kind)))
  return merged
}

function blockingActions(actions: ReadonlyMap<FindingKind, Asked>): ReadonlyMap<FindingKind, Asked> {
  return new Map([...actions].filter(([, { action }]) => action === 'block'))
}
