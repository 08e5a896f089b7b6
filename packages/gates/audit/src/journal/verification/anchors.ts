import { isTrusted } from './conclusion.ts'
import type { Verification } from './verification.ts'

/** That an entry of one writer vouches for entries of another. */
interface Link {
  readonly from: string
  /** The number of the entry. */
  readonly seq: number
  readonly to: string
  /** How many entries it vouches for. */
  readonly entries: number
}

/**
 * How many entries of each writer are covered by what was kept elsewhere: by a checkpoint, or by an entry of another
 * writer that is covered itself.
 */
export function anchoredEntries(verification: Verification): ReadonlyMap<string, number> {
  const anchored = new Map<string, number>()
  const grown: string[] = []
  const anchor = (writer: string, entries: number) => {
    if (entries <= (anchored.get(writer) ?? 0)) return
    anchored.set(writer, entries)
    grown.push(writer)
  }
  for (const [writer, { kept }] of verification.facts) {
    for (const { checkpoint, comparison } of kept) if (comparison === 'fits') anchor(writer, checkpoint.size)
  }
  const links = Map.groupBy(linksOf(verification), ({ from }) => from)
  for (let writer = grown.pop(); writer !== undefined; writer = grown.pop()) {
    const reach = anchored.get(writer) ?? 0
    for (const { seq, to, entries } of links.get(writer) ?? []) if (seq < reach) anchor(to, entries)
  }
  return anchored
}

function* linksOf(verification: Verification): Generator<Link> {
  const { facts, prunes } = verification
  for (const [to, { mentions, survey }] of facts) {
    for (const { found, comparison, sources } of mentions) {
      if (comparison !== 'fits') continue
      for (const source of sources) {
        if (isTrusted(verification, source)) yield { from: source.writer, seq: source.seq, to, entries: found.entries }
      }
    }
    const { pruned } = survey
    const by = typeof pruned === 'object' ? pruned.by : undefined
    const said = prunes.get(to)?.find(({ source }) => source.writer === by?.writer && source.seq === by.seq)
    if (said !== undefined && isTrusted(verification, said.source)) {
      yield { from: said.source.writer, seq: said.source.seq, to, entries: said.said.entries }
    }
  }
}
