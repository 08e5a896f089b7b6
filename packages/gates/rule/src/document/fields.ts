import { oneOf } from '@toolgate/core'
import type { Entry, Located, LocatedMapping } from './located.ts'
import { suggestion } from './names.ts'
import type { Problems } from './problems.ts'
import type { Reader } from './readers.ts'

/** What an error about an unknown field ends in where nothing with a name like it is known. */
export type UnknownFieldHint = (entry: Entry) => string

const noHint: UnknownFieldHint = () => ''

/** The fields of a mapping, which has no others than those of the names. */
export class Fields<Name extends string> {
  readonly #mapping: LocatedMapping
  readonly #problems: Problems
  /** The keys that are not among the names. */
  readonly #unknown: readonly Entry[]

  constructor(mapping: LocatedMapping, names: readonly Name[], problems: Problems, hint: UnknownFieldHint = noHint) {
    this.#mapping = mapping
    this.#problems = problems
    this.#unknown = Array.from(mapping.entries.values()).filter(({ key }) => !names.some((name) => name === key))
    for (const entry of this.#unknown) {
      const mend = suggestion(entry.key, names) || hint(entry)
      problems.about(entry, `is unknown; expected ${oneOf(names)}${mend}`)
    }
  }

  /** The key and the value; `undefined` where there is none. */
  entry(name: Name): Entry | undefined {
    return this.#mapping.entries.get(name)
  }

  /** `undefined` where there is none, or a problem. */
  read<Value>(name: Name, reader: Reader<Value>): Value | undefined {
    const entry = this.entry(name)
    return entry && reader(entry.value, this.#problems)
  }

  /** The same for what has to be there. The example is what to write. */
  required<Value>(name: Name, reader: Reader<Value>, example: string): Value | undefined {
    return this.entry(name) === undefined ? this.missing([name], example) : this.read(name, reader)
  }

  /** What the readers make of their fields, in the order of the text. */
  readEach<Value>(readers: ReadonlyMap<string, Reader<Value>>): Value[] {
    const read = Array.from(this.#mapping.entries.values(), ({ key, value }) =>
      readers.get(key)?.(value, this.#problems),
    )
    return read.filter((each) => each !== undefined)
  }

  /** Adds the problem that none of the names is there. */
  missing(names: readonly Name[], example: string): undefined {
    // A misspelt name is one mistake, of which one error is enough.
    if (this.#unknown.some(({ key }) => suggestion(key, names) !== '')) return undefined
    const missing = oneOf(names.map((name) => `\`${name}\``))
    return this.#problems.about(this.#mapping, `has no ${missing}; expected one, such as \`${example}\``)
  }
}

/** Checks that a value is a mapping, that something is in it, and that its keys are among the names. */
export function fieldsOf<Name extends string>(
  value: Located,
  names: readonly Name[],
  problems: Problems,
  hint?: UnknownFieldHint,
): Fields<Name> | undefined {
  const mapping = mappingOf(value, `a mapping with some of the fields ${names.join(', ')}`, problems)
  return mapping && new Fields(mapping, names, problems, hint)
}

/** Every mapping of a policy says something. An empty one is a part that someone forgot to write. */
export function mappingOf(value: Located, expectation: string, problems: Problems): LocatedMapping | undefined {
  if (value.kind === 'mapping' && value.entries.size > 0) return value
  return problems.expected(value, expectation)
}
