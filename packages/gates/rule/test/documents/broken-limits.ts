import { type BrokenDocument, beforeRules, inConditions, lines } from './broken.ts'

/** `depth` times `before`, the middle, and as many times `after`. */
function nested(depth: number, before: string, middle: string, after: string): string {
  return before.repeat(depth) + middle + after.repeat(depth)
}

/** Each of ten lists has the one before it nine times: 3,486,784,401 texts. */
function manyAliases(): string {
  const names = [...'abcdefghij']
  const lists = names.slice(1).map((name, index) => `${name}: &${name} [${`*${names[index]},`.repeat(9)}]`)
  return lines('a: &a [x, x, x, x, x, x, x, x, x]', ...lists)
}

/** Documents that are larger, longer or deeper than can be read. */
export const brokenLimits: readonly BrokenDocument[] = [
  {
    title: 'a text over 1 MiB',
    text: beforeRules(`# ${'é'.repeat(512 * 1024)}`),
    message: 'policy.yaml:1:1: the document has 1048637 bytes; expected at most 1048576',
    isBeyondSchema: true,
  },
  {
    title: 'more than 10,000 rules',
    text: lines('name: support', 'rules:', ...Array<string>(10_001).fill('- { effect: allow, actions: read:* }')),
    message: 'policy.yaml:10003:3: rules[10000] is one rule too many; expected at most 10000',
  },
  {
    title: 'conditions that are nested more than 32 levels deep',
    text: inConditions(nested(33, 'not: { ', 'principal: ada', ' }')),
    message: `policy.yaml:6:236: rules[0].conditions${'.not'.repeat(33)} is nested more than 32 levels deep`,
    isBeyondSchema: true,
  },
  {
    title: 'lists that are nested more than 100 levels deep',
    text: beforeRules(`description: ${nested(101, '[', '', ']')}`),
    message: `policy.yaml:2:114: description${'[0]'.repeat(100)} is nested more than 100 levels deep`,
  },
  {
    title: 'aliases that stand for more than can be read',
    text: manyAliases(),
    message: 'policy.yaml:2:32: f[3][8][1][5][8] is one alias too many: they all stand for more than 1 MiB of text',
  },
  {
    title: 'a key of any length, of which only the beginning is shown',
    text: beforeRules(`? ${'k'.repeat(2_000)}`, ': 1'),
    message: `policy.yaml:2:3: ${'k'.repeat(60)}… is unknown; expected name, version, description, mode, timeZone, appliesTo, categories, rules, defaultEffect or $schema`,
  },
  {
    title: 'a value of any length, of which only the beginning is shown',
    text: beforeRules(`mode: ${'m'.repeat(2_000)}`),
    message: `policy.yaml:2:7: mode is \`"${'m'.repeat(119)}…\`; expected enforce or shadow`,
  },
]
