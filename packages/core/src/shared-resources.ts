import type { RunnerInfo } from './gate.ts'

/** Keeps one of each resource that the gates of a runner share, by the factory that makes it. */
export function sharedResources(): RunnerInfo['shared'] {
  const resources = new Map<() => object, object>()
  return <Resource extends object>(factory: () => Resource): Resource => {
    const known = resources.get(factory) ?? factory()
    resources.set(factory, known)
    return known as Resource
  }
}
