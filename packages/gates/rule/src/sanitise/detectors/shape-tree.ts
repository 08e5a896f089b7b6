import type { NumberForm } from './number-form.ts'

/** A place in the tree of all shapes: the forms that end here, and what may follow. */
export interface ShapeNode {
  readonly shape: string
  readonly forms: NumberForm[]
  readonly next: Map<number, ShapeNode>
}

/** What leads from one node to the next: what stands before a group, nothing for the first, and the group's length. */
export function step(separator: number, length: number): number {
  return separator * longestGroup + length
}

/** No shape has a group as long as this, so longer runs of digits are passed over. */
export const longestGroup = 32

export function shapeTree(forms: readonly NumberForm[]): ShapeNode {
  const root = node('')
  for (const form of forms) {
    for (const shape of form.shapes) addShape(root, shape, form)
  }
  return root
}

function addShape(root: ShapeNode, shape: string, form: NumberForm): void {
  let at = root
  for (const [group, separator, length] of shape.matchAll(/([^0-9]?)([0-9]+)/g)) {
    const key = step(separator === undefined || separator === '' ? 0 : separator.charCodeAt(0), Number(length))
    const next = at.next.get(key) ?? node(at.shape + group)
    at.next.set(key, next)
    at = next
  }
  at.forms.push(form)
}

function node(shape: string): ShapeNode {
  return { shape, forms: [], next: new Map() }
}
