import { type Detector, report, type Search } from '../detection.ts'
import { beginsWord, endsWord, isAlphanumeric, isDigit } from './characters.ts'
import { DigitGroups } from './digit-groups.ts'
import type { NumberForm } from './number-form.ts'
import { longestGroup, type ShapeNode, shapeTree, step } from './shape-tree.ts'

/**
 * Finds numbers by the lengths of their groups of digits. From each group the tree of shapes is followed for as many
 * groups as the longest shape has at most, however many forms there are.
 */
export function numberDetector(forms: readonly NumberForm[]): Detector {
  const root = shapeTree(forms)
  return (search) => {
    const groups = new DigitGroups(search.text)
    for (let first = 0; first < groups.size; first++) {
      if (search.text[groups.start(first) - 1] === '(') follow(search, groups, { first, root, before: openBracket })
      follow(search, groups, { first, root, before: 0 })
    }
  }
}

const openBracket = 40

interface Beginning {
  readonly first: number
  readonly root: ShapeNode
  /** The bracket that belongs to the shape, if it begins with one. */
  readonly before: number
}

function follow(search: Search, groups: DigitGroups, { first, root, before }: Beginning): void {
  const start = groups.start(first) - (before === 0 ? 0 : 1)
  let at = root
  let separator = before
  let digits = ''
  for (let last = first; last < groups.size; last++) {
    const length = groups.length(last)
    const next = length < longestGroup ? at.next.get(step(separator, length)) : undefined
    if (next === undefined) return
    at = next
    digits += search.text.slice(groups.start(last), groups.end(last))
    if (at.forms.length > 0) tryForms(search, groups, { first, last, start, digits, at })
    separator = groups.separatorAfter(last)
    if (separator === 0) return
  }
}

/** Groups from the first to the last that have a shape. */
interface Candidate {
  readonly first: number
  readonly last: number
  readonly start: number
  readonly digits: string
  readonly at: ShapeNode
}

function tryForms(search: Search, groups: DigitGroups, candidate: Candidate): void {
  const { last, start, digits, at } = candidate
  const end = groups.end(last)
  const before = edgeBefore(search.text, start)
  const after = edgeAfter(search.text, end)
  if (before === 'none' || after === 'none') return
  const joined = { isJoinedBefore: before === 'joined', isJoinedAfter: after === 'joined' }
  const isJoined = joined.isJoinedBefore || joined.isJoinedAfter
  for (const form of at.forms) {
    if (!search.kinds.has(form.kind) || (isJoined && !mayBeJoined(form))) continue
    if (!isJoined && form.hasNeighbours !== true && goesOn(search.text, groups, candidate)) continue
    if (!form.accepts({ search, digits, shape: at.shape, start, end })) continue
    if (isJoined) search.joined.push({ kind: form.kind, start, end, ...joined })
    else report(search, form.kind, start, end)
  }
}

function mayBeJoined({ kind }: NumberForm): boolean {
  return kind === 'payment_card' || kind === 'national_id'
}

/** What a number has beside it: nothing of its own, a sign and something else, or more of what it is only a part of. */
type Edge = 'free' | 'joined' | 'none'

/** Not within a word or after a mask. What stands after a decimal point, or in a version or a UUID, is joined to it. */
function edgeBefore(text: string, start: number): Edge {
  if (!beginsWord(text, start)) return 'none'
  const before = text[start - 1]
  if (before === '*' || before === '•') return 'none'
  if (before !== '-' && before !== '.' && before !== '/') return 'free'
  if (isDigit(text.charCodeAt(start - 2))) return 'joined'
  const isJoined = before === '-' && /[0-9][A-Za-z]{1,7}-$/.test(text.slice(Math.max(0, start - 9), start))
  return isJoined ? 'joined' : 'free'
}

/** An extension may follow, as in `415-555-0132x12`. */
function edgeAfter(text: string, end: number): Edge {
  if (!endsWord(text, end)) return text[end] === 'x' && isDigit(text.charCodeAt(end + 1)) ? 'free' : 'none'
  return text[end] === '-' && isAlphanumeric(text.charCodeAt(end + 1)) ? 'joined' : 'free'
}

/** Whether groups of digits beside these ones are written as if they belonged to the same number. */
function goesOn(text: string, groups: DigitGroups, { first, last, at }: Candidate): boolean {
  const end = groups.end(last)
  const isInSpaces = at.shape.includes(' ')
  if (isDigit(text.charCodeAt(end + 1)) && (isInSpaces ? './+:,' : './+:').includes(text.charAt(end))) return true
  const lengthBefore = groups.separatorAfter(first - 1) === 0 ? 0 : groups.length(first - 1)
  // A thousand is written in groups of three, the first of which may be shorter: `1 234 567`.
  if (isInSpaces && lengthBefore > 0 && lengthBefore < 4 && groups.length(first) === 3) return true
  if (lengthBefore === groups.length(first)) return true
  return groups.separatorAfter(last) !== 0 && groups.length(last + 1) === groups.length(last)
}
