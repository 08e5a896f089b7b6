import { type Place, placeText } from './place.ts'

/** One thing that is wrong with a policy document, where it stands, what was expected and how to mend it. */
export interface DocumentProblem extends Place {
  readonly message: string
}

/** How many problems one error lists. */
const mostProblems = 20

/** A policy document that can not be used. It names every problem, each with its file, line and column. */
export class PolicyDocumentError extends Error {
  override readonly name = 'PolicyDocumentError'
  readonly problems: readonly DocumentProblem[]

  constructor(problems: readonly DocumentProblem[]) {
    const listed = problems.slice(0, mostProblems).map((problem) => `${placeText(problem)}: ${problem.message}`)
    const more = problems.length > mostProblems ? [`and ${problems.length - mostProblems} more`] : []
    super([...listed, ...more].join('\n'))
    this.problems = problems
  }
}
