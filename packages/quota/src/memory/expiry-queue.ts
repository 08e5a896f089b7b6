/**
 * A binary min-heap of items by the time at which each is to be looked at again. Times and items stand in arrays of
 * their own, so that an item costs 16 bytes here and needs no field for it.
 */
export class ExpiryQueue<Item> {
  readonly #times: number[] = []
  readonly #items: Item[] = []

  get size(): number {
    return this.#items.length
  }

  /** The earliest time, `Infinity` when the queue is empty. */
  get nextAtMs(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY
  }

  push(atMs: number, item: Item): void {
    let index = this.#times.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      if ((this.#times[parent] as number) <= atMs) break
      this.#move(parent, index)
      index = parent
    }
    this.#times[index] = atMs
    this.#items[index] = item
  }

  /** Takes out the item with the earliest time. */
  pop(): Item | undefined {
    const first = this.#items[0]
    const lastTime = this.#times.pop()
    const lastItem = this.#items.pop()
    if (lastTime === undefined || this.#times.length === 0) return first
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= this.#times.length) break
      if (child + 1 < this.#times.length && (this.#times[child + 1] as number) < (this.#times[child] as number)) child++
      if ((this.#times[child] as number) >= lastTime) break
      this.#move(child, index)
      index = child
    }
    this.#times[index] = lastTime
    this.#items[index] = lastItem as Item
    return first
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number
    this.#items[to] = this.#items[from] as Item
  }
}
