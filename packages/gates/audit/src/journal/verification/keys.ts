import { decodeNoteKey, encodeNoteKey, type NoteKey } from '../format/note.ts'
import { quoted } from './findings.ts'
import type { Survey, WriterSurvey } from './survey.ts'
import { tellOf, type Verification } from './verification.ts'

/** The keys that a writer's checkpoints may be signed with. */
export interface WriterKeys {
  /** The one that it names, as `name+id+base64`. */
  readonly key: string | undefined
  readonly keys: readonly NoteKey[]
}

/** Which key is whose: as the journal itself says, or only those that one trusts. */
export class JournalKeys {
  readonly #allowed: readonly NoteKey[] | undefined
  readonly #named: readonly NoteKey[]
  readonly #decoded = new Map<string, NoteKey | undefined>()

  constructor({ writers }: Survey, allowed: readonly NoteKey[] | undefined) {
    this.#allowed = allowed
    for (const survey of writers) for (const key of namedKeys(survey)) this.#decode(key)
    this.#named = [...this.#decoded.values()].filter((key) => key !== undefined)
  }

  of(survey: WriterSurvey): WriterKeys {
    const key = mostFrequent(namedKeys(survey).filter((text) => this.#decode(text)))
    const own = this.#decode(key)
    // Where nothing that is left says its key, it can only be one of the others'.
    return { key, keys: this.#allowed ?? (own === undefined ? this.#named : [own]) }
  }

  check(verification: Verification, survey: WriterSurvey): void {
    const { key } = this.of(survey)
    if (key === undefined || this.#allowed === undefined) return
    if (this.#allowed.some((allowed) => encodeNoteKey(allowed) === key)) return
    const message = `its key ${quoted(key)} is none of those that may sign: the writer was put in, or written anew`
    tellOf(verification)('tampered', 'key_unknown', { writer: survey.writer }, message)
  }

  #decode(text: string | undefined): NoteKey | undefined {
    if (text === undefined) return undefined
    if (!this.#decoded.has(text)) this.#decoded.set(text, decodedKey(text))
    return this.#decoded.get(text)
  }
}

/** Of segments that were pruned, what is left of them says it. */
function namedKeys({ segments, pruned }: WriterSurvey): string[] {
  const left = typeof pruned === 'object' ? [pruned.key] : []
  return [...segments.flatMap(({ entry }) => entry?.key ?? []), ...left]
}

function decodedKey(text: string): NoteKey | undefined {
  try {
    return decodeNoteKey(text)
  } catch {
    return undefined
  }
}

/** The first of those that occur most often: where one was changed, the others say what it was. */
export function mostFrequent(texts: readonly string[]): string | undefined {
  const groups = [...Map.groupBy(texts, (text) => text).values()]
  return groups.toSorted((one, other) => other.length - one.length)[0]?.[0]
}
