import type { Subject } from '../condition/subject.ts'
import type { Finding } from '../sanitise/finding.ts'
import type { CompiledRule } from './compiled-rule.ts'
import { refusalMessage } from './message.ts'
import type { Program, Ruling } from './program.ts'
import { type RecordedArguments, type Redacted, RuleRedaction } from './rule-redaction.ts'
import type { PolicyVerdict } from './verdict.ts'

/** What becomes of a call: the verdict, and what goes with it. */
export type Judgement = AllowJudgement | RedactJudgement | RefuseJudgement

interface AllowJudgement {
  readonly kind: 'allow'
  readonly verdict: PolicyVerdict
}

interface RedactJudgement {
  readonly kind: 'redact'
  readonly verdict: PolicyVerdict
  readonly arguments: unknown
  /** The ids of the rules that redact. */
  readonly rules: readonly string[]
}

export interface RefuseJudgement extends RecordedArguments {
  readonly kind: 'refuse'
  readonly verdict: PolicyVerdict
  /** What the caller is told. Made when it is asked for: a decision alone needs no words. */
  message(): string
}

/** Judges the calls of one action: by the enforced rules, and notes what documents in shadow mode would change. */
export class Judge {
  readonly #enforced: ProgramJudge
  /** By the enforced documents and those in shadow mode together; absent where there are none of those. */
  readonly #all: ProgramJudge | undefined

  constructor(enforced: Program, all: Program | undefined, hashKey: Uint8Array) {
    this.#enforced = new ProgramJudge(enforced, hashKey)
    this.#all = all && new ProgramJudge(all, hashKey)
  }

  judge(subject: Subject): Judgement {
    const judgement = this.#enforced.judge(subject)
    if (this.#all === undefined) return judgement
    const { verdict } = judgement
    const { effect, decidedBy, found } = this.#all.judge(subject).verdict
    if (effect === verdict.effect && isSame(found, verdict.found)) return judgement
    const shadow = { effect, ...(decidedBy !== undefined && { decidedBy }), ...(found !== undefined && { found }) }
    return { ...judgement, verdict: { ...verdict, shadow } }
  }

  /** What may be kept of the arguments of a call that is refused elsewhere. */
  record(subject: Subject): RecordedArguments {
    return this.#enforced.record(subject)
  }
}

function isSame(one: readonly Finding[] | undefined, other: readonly Finding[] | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

/** The rules decide, and what they allow is sanitised. */
class ProgramJudge {
  readonly #program: Program
  readonly #redaction: RuleRedaction
  readonly #allowed = new Map<Ruling, AllowJudgement>()

  constructor(program: Program, hashKey: Uint8Array) {
    this.#program = program
    this.#redaction = new RuleRedaction(hashKey)
  }

  judge(subject: Subject): Judgement {
    const ruling = this.#program.decide(subject)
    const { verdict } = ruling
    const redactions = this.#program.hasRedactions ? this.#program.redactionsFor(subject) : none
    if (verdict.effect !== 'allow') {
      const message = () => refusalMessage(this.#program, ruling, subject)
      const { kept, findings } = this.#redaction.record(redactions, subject.call.arguments)
      if (findings.length === 0) return { kind: 'refuse', verdict, message, ...kept }
      return { kind: 'refuse', verdict: { ...verdict, found: findings }, message, ...kept }
    }
    if (redactions.length === 0) return this.#allow(ruling)
    const redacted = this.#redaction.redact(redactions, subject.call.arguments)
    switch (redacted.kind) {
      case 'unchanged':
        return this.#allow(ruling)
      case 'changed':
        return {
          kind: 'redact',
          // Of objects whose fields are functions, what the tool gets is a copy also where nothing was found.
          verdict: redacted.findings.length === 0 ? verdict : redactVerdict(verdict, redactions, redacted),
          arguments: redacted.arguments,
          rules: redactions.map(({ rule }) => rule.id),
        }
      case 'refused':
        return {
          kind: 'refuse',
          verdict: {
            ...verdict,
            effect: 'deny',
            decidedBy: redacted.by.by,
            ...(redacted.by.evaluate(subject) === 'unknown' && { isUnknown: true }),
            ...noted([redacted.by.rule.id], redactions, redacted),
          },
          message: () => redacted.message,
          ...this.#redaction.record(redactions, subject.call.arguments).kept,
        }
      default:
        return redacted satisfies never
    }
  }

  record(subject: Subject): RecordedArguments {
    return this.#redaction.record(this.#program.redactionsFor(subject), subject.call.arguments).kept
  }

  /** The same object for every call that the same rule allows. */
  #allow(ruling: Ruling): AllowJudgement {
    const known = this.#allowed.get(ruling)
    if (known !== undefined) return known
    const judgement: AllowJudgement = Object.freeze({ kind: 'allow', verdict: ruling.verdict })
    this.#allowed.set(ruling, judgement)
    return judgement
  }
}

const none: readonly CompiledRule[] = []

function redactVerdict(
  verdict: PolicyVerdict,
  redactions: readonly CompiledRule[],
  redacted: Extract<Redacted, { kind: 'changed' }>,
): PolicyVerdict {
  return { ...verdict, effect: 'redact', ...noted(verdict.reasonCodes, redactions, redacted) }
}

function noted(
  decisive: readonly string[],
  redactions: readonly CompiledRule[],
  { findings }: Exclude<Redacted, { kind: 'unchanged' }>,
): Pick<PolicyVerdict, 'reasonCodes' | 'found'> {
  const ids = redactions.map(({ rule }) => rule.id)
  const kinds = findings.map(({ kind }) => `found:${kind}`)
  return { reasonCodes: [...new Set([...decisive, ...ids, ...kinds])], found: findings }
}
