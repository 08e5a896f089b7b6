import type { AppliesTo, PolicyDocument, PolicyRule } from '../document/document.ts'

/** A rule, with the document that says about whom and what it is. */
export interface ScopedRule {
  readonly rule: PolicyRule
  readonly document: PolicyDocument
}

export function rulesOf(documents: readonly PolicyDocument[]): ScopedRule[] {
  return documents.flatMap((document) => document.rules.map((rule) => ({ rule, document })))
}

/**
 * Whether the rules of `one` are asked about every call that those of `other` are asked about. Whether tags or
 * principals that are written differently are the same calls is not looked into.
 */
export function isAboutAllOf(one: PolicyDocument, other: PolicyDocument): boolean {
  const isInForce = one.mode === 'enforce' || one.mode === other.mode
  return isInForce && (isAboutEverything(one.appliesTo) || isSame(one.appliesTo, other.appliesTo))
}

export function isAboutTheSame(one: PolicyDocument, other: PolicyDocument): boolean {
  return one.mode === other.mode && isSame(one.appliesTo, other.appliesTo)
}

function isAboutEverything({ tags, principals, trustTiers }: AppliesTo): boolean {
  return tags === undefined && principals === undefined && trustTiers === undefined
}

/** In whatever order the globs are written. */
function isSame(one: AppliesTo, other: AppliesTo): boolean {
  return scopeKey(one) === scopeKey(other)
}

function scopeKey({ tags, principals, trustTiers }: AppliesTo): string {
  return JSON.stringify([tags, principals, trustTiers].map((globs) => globs?.toSorted() ?? null))
}
