import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RedactionAction } from '../src/document/document.ts'
import { detect } from '../src/sanitise/detect.ts'
import { compileSanitiser } from '../src/sanitise/sanitiser.ts'
import { allKinds, every, type Given, hashKey, kept, redaction, sanitise } from './sanitiser-setup.ts'
import { labelledTexts } from './sensitive-strings.ts'

/** What is found also where nothing beside it says what it is. */
const secrets = labelledTexts.flatMap(({ text, found }) => {
  return found.flatMap(({ kind, start, end }) => {
    const secret = text.slice(start, end)
    const [only, ...others] = detect(`see ${secret} there`, new Set(allKinds))
    const isAlone = others.length === 0 && only?.kind === kind && only.end - only.start === secret.length
    return isAlone ? [secret] : []
  })
})

const changingAction = fc.constantFrom<RedactionAction>('mask', 'hash', 'drop')
const secret = fc.constantFrom(...secrets)
const planted = secret.map((each) => `see ${each} there`)
/** Anything that detectors look at, one after the other and without regard for what makes sense. */
const shreds = fc
  .array(
    fc.oneof(
      secret,
      fc.constantFrom(...labelledTexts.map(({ text }) => text)),
      fc.constantFrom(
        ...' -./:@+()"\'\n1'.split(''),
        '\\n',
        '4111',
        '00',
        'tel ',
        'ssn ',
        'api_key=',
        'token: ',
        'Bearer ',
      ),
      fc.constantFrom(
        'https://',
        'a:b@',
        '%40',
        '%20',
        'eyJ',
        '[api_key]',
        '[email:0123456789abcdef]',
        '****',
        '[redacted]',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 7 },
  )
  .map((parts) => parts.join(''))

const key = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'b', 'phone', 'apiKey', 'ssn', '__proto__') }, shreds)
const leaf = fc.oneof(shreds, planted, fc.integer(), fc.double(), fc.boolean(), fc.constantFrom(null, 4111111111111111))
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 4 }),
    // As JSON.parse makes them, with `__proto__` as a key like others.
    fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map((entries) => {
      return JSON.parse(
        `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
      )
    }),
  ),
}))

const path = fc.constantFrom('a', 'b', 'a.b', '*.a', 'a.*', 'b.*.a', '*.*', '0', '1', 'a.0', '*.1', '0.a', 'b.0.1')
const given: fc.Arbitrary<Given> = fc.record({
  kinds: fc.constantFrom(...allKinds).chain((kind) => changingAction.map((action) => ({ [kind]: action }))),
  paths: fc.dictionary(path, fc.constantFrom<RedactionAction>('mask', 'hash', 'drop', 'block'), { maxKeys: 2 }),
})
const withParts: fc.Arbitrary<Given> = fc
  .tuple(given, fc.option(fc.array(path, { maxLength: 2 }), { nil: undefined }))
  .map(([redaction, within]) => (within === undefined ? redaction : { ...redaction, within }))

/** Every text and every key of a value. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return [String(value)]
  return Object.entries(value).flatMap(([name, field]) => [name, ...textsOf(field)])
}

describe('sanitising', () => {
  test('what was sanitised changes nothing', () => {
    fc.assert(
      fc.property(json, fc.array(withParts, { minLength: 1, maxLength: 3 }), (args, redactions) => {
        const once = sanitise(args, ...redactions)
        if (once.kind === 'changed') expect(sanitise(once.arguments, ...redactions)).toEqual({ kind: 'unchanged' })
      }),
      { numRuns: 1500 },
    )
  })

  test('lets no planted secret through, at whatever depth', () => {
    fc.assert(
      fc.property(
        secret,
        changingAction,
        json,
        fc.array(fc.constantFrom('a', 'list'), { maxLength: 20 }),
        (each, action, other, keys) => {
          fc.pre(!textsOf(other).some((text) => text.includes(each)))
          const inner = keys.reduce<unknown>(
            (value, name) => (name === 'list' ? [other, value] : { other, [name]: value }),
            { text: `see ${each} there`, [`see ${each} there`]: 1 },
          )
          const sanitised = sanitise(inner, every(action))
          expect(sanitised.kind).not.toBe('unchanged')
          // Two keys of the random part may become the same one.
          if (sanitised.kind !== 'changed') return
          const left = textsOf(sanitised.arguments).filter((text) => text.includes(`see ${each} there`))
          expect(left).toEqual([])
          expect(JSON.stringify(sanitised.findings)).not.toContain(each)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('leaves nothing behind that a detector still finds', () => {
    fc.assert(
      fc.property(shreds, changingAction, (text, action) => {
        expect(detect(String(kept(text, every(action))), new Set(allKinds))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  test('never changes what it is given', () => {
    fc.assert(
      fc.property(json, fc.array(withParts, { maxLength: 3 }), (args, redactions) => {
        const before = JSON.stringify(args)
        sanitise(args, ...redactions)
        expect(JSON.stringify(args)).toBe(before)
      }),
    )
  })

  test('does not depend on the order of the redactions', () => {
    fc.assert(
      fc.property(json, fc.array(withParts, { minLength: 2, maxLength: 4 }), (args, redactions) => {
        const sanitised = sanitise(args, ...redactions)
        const reversed = sanitise(args, ...redactions.toReversed())
        // Of several that block, the first is named.
        expect({ ...reversed, blockedBy: undefined }).toEqual({ ...sanitised, blockedBy: undefined })
      }),
      { numRuns: 500 },
    )
  })

  test('gives the same result each time', () => {
    fc.assert(
      fc.property(json, fc.array(withParts, { maxLength: 3 }), (args, redactions) => {
        expect(sanitise(args, ...redactions)).toEqual(sanitise(args, ...redactions))
      }),
    )
  })

  test('refuses what one of the redactions alone refuses, whatever else is asked', () => {
    fc.assert(
      fc.property(shreds, fc.constantFrom(...allKinds), changingAction, (text, kind, action) => {
        const blocking: Given = { kinds: { [kind]: 'block' } }
        const alone = sanitise({ text }, blocking)
        fc.pre(alone.kind === 'refused')
        const together = sanitise({ text }, every(action), blocking)
        expect(together).toMatchObject({ kind: 'refused', blockedBy: 1 })
        if (together.kind !== 'refused') return
        expect(together.findings).toContainEqual({ kind, path: 'arguments.text', action: 'block' })
      }),
      { numRuns: 1000 },
    )
  })

  test('names a redaction that refuses the arguments on its own, too', () => {
    fc.assert(
      fc.property(json, fc.array(withParts, { minLength: 1, maxLength: 4 }), (args, redactions) => {
        const sanitised = sanitise(args, ...redactions)
        if (sanitised.kind !== 'refused' || sanitised.blockedBy === undefined) return
        expect(sanitise(args, ...redactions.slice(sanitised.blockedBy, sanitised.blockedBy + 1))).toMatchObject({
          kind: 'refused',
          blockedBy: 0,
        })
      }),
      { numRuns: 1000 },
    )
  })

  test('never throws, whatever it is given', () => {
    const sanitiser = compileSanitiser([redaction({ ...every('mask'), paths: { 'a.b': 'hash', '*': 'hash' } })], {
      hashKey,
    })
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withNullPrototype: true,
          withSparseArray: true,
        }),
        (args) => {
          expect(['unchanged', 'changed', 'refused']).toContain(sanitiser.sanitise(args).kind)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('has enough secrets to plant, of every kind', () => {
    const kinds = new Set(secrets.flatMap((each) => detect(each, new Set(allKinds)).map(({ kind }) => kind)))
    expect(kinds.size).toBeGreaterThanOrEqual(6)
    expect(secrets.length).toBeGreaterThan(200)
  })
})
