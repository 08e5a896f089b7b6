import type { ExplainedDocument, ExplainedRule, Explanation } from '@toolgate/rule'

/** An explanation as JSON. Fields are only ever added. */
export function explanationJson({ verdict, message, arguments: args, documents }: Explanation): object {
  return { verdict, message, arguments: args, documents: documents.map(documentJson) }
}

function documentJson({ document, applies, criteria, rules, isDecisive }: ExplainedDocument): object {
  const { name, version, mode, file, digest, defaultEffect } = document
  return { name, version, mode, file, digest, defaultEffect, applies, isDecisive, criteria, rules: rules.map(ruleJson) }
}

function ruleJson({ rule, truth, counts, isDecisive, condition }: ExplainedRule): object {
  const { id, effect, reason, place } = rule
  return { id, effect, reason, place, truth, counts, isDecisive, condition }
}
