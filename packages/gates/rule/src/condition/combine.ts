import type { Truth } from './truth.ts'

export type Test<Value> = (value: Value) => Truth

/** Whether all tests hold: false as soon as one is false, and else unknown where one is unknown. */
export function conjunction<Value>(tests: readonly Test<Value>[]): Test<Value> {
  const [first, second] = tests
  if (first !== undefined && second === undefined) return first
  if (first !== undefined && second !== undefined && tests.length === 2)
    return (value) => and(first(value), second, value)
  return (value) => {
    let truth: Truth = true
    for (const test of tests) {
      const one = test(value)
      if (one === false) return false
      if (one === 'unknown') truth = one
    }
    return truth
  }
}

/** Two are the most frequent: from one value to another, for instance. */
function and<Value>(one: Truth, second: Test<Value>, value: Value): Truth {
  if (one === false) return false
  const other = second(value)
  return other === true ? one : other
}

/** Whether any test holds: true as soon as one is true, and else unknown where one is unknown. */
export function disjunction<Value>(tests: readonly Test<Value>[]): Test<Value> {
  const [first] = tests
  if (first !== undefined && tests.length === 1) return first
  return (value) => {
    let truth: Truth = false
    for (const test of tests) {
      const one = test(value)
      if (one === true) return true
      if (one === 'unknown') truth = one
    }
    return truth
  }
}
