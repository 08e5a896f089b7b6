import type { JournalCall } from '@toolgate/audit'
import type { Policy, PolicyVerdict } from '@toolgate/rule'
import type { ChangeGroup, Difference } from './comparison.ts'

/** A comparison as JSON. Fields are only ever added. */
export function differenceJson({ old, new: candidate, comparison, late, uncounted }: Difference): object {
  const { compared, changed, byAnotherRule, others, otherThanRecorded, gaps, flaws, first, last } = comparison
  return {
    old: policyJson(old),
    new: policyJson(candidate),
    first,
    last,
    compared,
    changed,
    byAnotherRule,
    groups: comparison.groups().map(groupJson),
    moreChanged: others,
    notCompared: gaps,
    inexact: { ...flaws, toolNames: [...comparison.toolNames], otherThanRecorded, late, uncounted },
  }
}

function policyJson({ digest, documents }: Policy): object {
  return {
    digest,
    documents: documents.map(({ name, version, file, digest: own }) => ({ name, version, file, digest: own })),
  }
}

function groupJson({ old, new: candidate, calls, examples }: ChangeGroup): object {
  return { old: verdictJson(old), new: verdictJson(candidate), calls, examples: examples.map(exampleJson) }
}

function verdictJson({ effect, decidedBy }: PolicyVerdict): object {
  return { effect, decidedBy }
}

function exampleJson({ time, writer, seq, callId, tool, principal }: JournalCall): object {
  return { time, writer, seq, callId, tool, principal }
}
