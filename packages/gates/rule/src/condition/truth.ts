/**
 * Three-valued truth, as Kleene has it: what can not be evaluated is `unknown`, and stays so unless the rest decides.
 */
export type Truth = boolean | 'unknown'

export function not(truth: Truth): Truth {
  return truth === 'unknown' ? 'unknown' : !truth
}
