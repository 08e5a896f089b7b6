import { hash, randomBytes } from 'node:crypto'
import { asksRunSoFar } from '../condition/describe.ts'
import type { Subject } from '../condition/subject.ts'
import type { PolicyDocument } from '../document/document.ts'
import type { DeclaredTool, LintFinding } from '../lint/finding.ts'
import { lintDocuments } from '../lint/lint.ts'
import { type CompiledDocument, compileDocument } from './compiled-rule.ts'
import { type Explanation, explainDocument } from './explanation.ts'
import { Judge, type Judgement } from './judgement.ts'
import { type PolicyCall, subjectOf } from './policy-call.ts'
import { Program } from './program.ts'
import type { PolicyVerdict } from './verdict.ts'

/** Where the gate takes its policy from: one that stays as it is, or one that changes with its files. */
export interface PolicySource {
  readonly current: Policy
}

/** How many actions are kept compiled for calls outside of a runner. */
const mostJudges = 10_000

/** For policies that are given none: one for all, so that a policy which is read again makes the same hashes. */
const keyOfProcess = randomBytes(32)

/** Policy documents, compiled and combined. It never changes. */
export class Policy implements PolicySource {
  readonly documents: readonly PolicyDocument[]
  /** The SHA-256, in hex, over the digests of all documents. */
  readonly digest: string
  /** Whether any rule asks for the run so far. */
  readonly asksRunSoFar: boolean
  /** Whether one that is enforced does. */
  readonly needsRunSoFar: boolean
  readonly #compiled: readonly CompiledDocument[]
  readonly #hashKey: Uint8Array
  readonly #judges = new Map<string, Judge>()

  constructor(documents: readonly PolicyDocument[], hashKey: Uint8Array = keyOfProcess) {
    this.documents = documents
    this.digest = hash('sha256', documents.map(({ digest }) => digest).join('\n'))
    const asking = documents.filter(asks)
    this.asksRunSoFar = asking.length > 0
    this.needsRunSoFar = asking.some(({ mode }) => mode === 'enforce')
    this.#compiled = documents.map(compileDocument)
    this.#hashKey = hashKey
  }

  get current(): Policy {
    return this
  }

  /** What judges the calls of a tool that declares this action and these tags. */
  judgeOf(action: string, tags: readonly string[]): Judge {
    return new Judge(...this.#programs(action, tags), this.#hashKey)
  }

  /** What becomes of a call, of whatever action. */
  judge(subject: Subject): Judgement {
    return this.#judgeOf(subject.action).judge(subject)
  }

  /**
   * What the documents say of a call that is made by no runner.
   * @throws TypeError for a call that names neither a tool nor an action.
   */
  decide(call: PolicyCall): PolicyVerdict {
    return this.judge(subjectOf(call)).verdict
  }

  /** Why they say so: every rule for the action, each condition with what it found, and what decided. @throws as `decide` */
  explain(call: PolicyCall): Explanation {
    const subject = subjectOf(call)
    const judgement = this.judge(subject)
    return {
      verdict: judgement.verdict,
      message: judgement.kind === 'refuse' ? judgement.message() : undefined,
      arguments: judgement.kind === 'redact' ? judgement.arguments : subject.call.arguments,
      documents: this.#compiled.map((document) => explainDocument(document, subject, judgement.verdict)),
    }
  }

  /** What loads and is probably not meant. With the tools that there are, also what none of them does. */
  lint(tools?: readonly DeclaredTool[]): LintFinding[] {
    return lintDocuments(this.documents, tools)
  }

  #judgeOf(action: string): Judge {
    const known = this.#judges.get(action)
    if (known !== undefined) return known
    const judge = this.judgeOf(action, [])
    if (this.#judges.size >= mostJudges) this.#judges.clear()
    this.#judges.set(action, judge)
    return judge
  }

  #programs(action: string, tags: readonly string[]): [Program, Program | undefined] {
    const enforced = this.#compiled.filter(({ document }) => document.mode === 'enforce')
    const program = new Program(enforced, action, tags)
    if (enforced.length === this.#compiled.length) return [program, undefined]
    return [program, new Program(this.#compiled, action, tags)]
  }
}

function asks({ rules }: PolicyDocument): boolean {
  return rules.some(({ conditions }) => conditions !== undefined && asksRunSoFar(conditions))
}
