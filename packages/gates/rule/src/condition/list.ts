/** Longer lists are not gone through, and what is asked of their items is unknown. */
const mostItems = 10_000

/** The items of a list, `undefined` for what is none or is too long to go through. */
export function itemsOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length <= mostItems ? value : undefined
}
