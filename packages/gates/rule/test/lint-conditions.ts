import fc from 'fast-check'

// Conditions as a document has them, few enough that they often contradict each other.

const number = fc.constantFrom<string | number>(0, 1, 2, 0.5, '1', '1.5')
const scalar = fc.constantFrom<unknown>(1, 2, '1', '1.0', 'a', 'b', true, null)
const bound = (limit: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom('equals', 'min', 'max', 'above', 'below'), limit, { minKeys: 1, maxKeys: 2 })
const glob = fc.constantFrom('a', 'a*', '*')

const test = fc.oneof(
  scalar,
  fc.array(scalar, { minLength: 1, maxLength: 3 }),
  fc.dictionary(fc.constantFrom('min', 'max', 'above', 'below'), number, { minKeys: 1, maxKeys: 2 }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ length: bound(fc.nat(3)) }),
  fc.record({ glob }),
  fc.record({ some: fc.record({ min: number, max: number }) }),
)

const leaf = fc.oneof(
  fc.record({ 'arguments.x': test }),
  fc.record({ amount_max: number }),
  fc.record({ amount_min: number }),
  fc.record({ time_range: fc.constantFrom('00:00-24:00', '09:00-12:00', '12:00-09:00', '22:00-03:00') }),
  fc.record({ weekdays: fc.constantFrom('mon-fri', 'sat', 'sun-mon', 'mon-sun') }),
  fc.record({ called: glob }),
  fc.record({ calls: bound(fc.nat(3)).map((bounds) => ({ of: 'a', ...bounds })) }),
  fc.record({ spent: bound(number).map((bounds) => ({ of: 'a', ...bounds })) }),
)

/** A condition, or several under `all`, `any` and `not`. */
export const anyCondition: fc.Arbitrary<object> = fc.letrec<{ condition: object }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { arbitrary: leaf, weight: 2 },
    { arbitrary: fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 4 }) }), weight: 3 },
    { arbitrary: fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }), weight: 1 },
    { arbitrary: fc.record({ not: tie('condition') }), weight: 1 },
  ),
})).condition
