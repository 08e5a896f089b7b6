import { type Place, placeText } from './place.ts'

/** One thing that is wrong with a policy document, where it stands, what was expected and how to mend it. */
export interface DocumentProblem extends Place {
  readonly message: string
}

export interface ProblemExtent {
  /** False where reading stopped at the limit of problems, so that there may be more than are known. */
  readonly isComplete: boolean
}

/** How many problems one error lists. */
const mostProblems = 20

/** A policy document that can not be used. It names every problem, each with its file, line and column. */
export class PolicyDocumentError extends Error {
  override readonly name = 'PolicyDocumentError'
  readonly problems: readonly DocumentProblem[]
  /** False where reading stopped after a thousand problems of one document: there may be more. */
  readonly isComplete: boolean

  constructor(problems: readonly DocumentProblem[], { isComplete }: ProblemExtent = { isComplete: true }) {
    const listed = problems.slice(0, mostProblems).map((problem) => `${placeText(problem)}: ${problem.message}`)
    const more = problems.length > mostProblems ? [`and ${problems.length - mostProblems} more`] : []
    const stopped = isComplete ? [] : ['reading stopped there; there may be more']
    super([...listed, ...more, ...stopped].join('\n'))
    this.problems = problems
    this.isComplete = isComplete
  }
}
