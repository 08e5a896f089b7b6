import { type BrokenDocument, beforeRules, lines } from './broken.ts'

/** Documents that are YAML or JSON, and whose parts are not those of a policy. */
export const brokenStructure: readonly BrokenDocument[] = [
  {
    title: 'a list at the top',
    text: lines('- effect: allow', '  actions: read:*'),
    message:
      'policy.yaml:1:1: the document is a list; expected a mapping with some of the fields name, version, description, mode, timeZone, appliesTo, categories, rules, defaultEffect, $schema',
  },
  {
    title: 'text at the top',
    text: lines('allow everything'),
    message:
      'policy.yaml:1:1: the document is `"allow everything"`; expected a mapping with some of the fields name, version, description, mode, timeZone, appliesTo, categories, rules, defaultEffect, $schema',
  },
  {
    title: 'an empty mapping at the top',
    text: lines('{}'),
    message:
      'policy.yaml:1:1: the document is an empty mapping; expected a mapping with some of the fields name, version, description, mode, timeZone, appliesTo, categories, rules, defaultEffect, $schema',
  },
  {
    title: 'no name and no rules',
    text: lines('version: 1.0'),
    message: [
      'policy.yaml:1:1: the document has no `name`; expected one, such as `name: support`',
      'policy.yaml:1:1: the document has no `rules`; expected one, such as `rules: [{ effect: allow, actions: "read:*" }]`',
    ].join('\n'),
  },
  {
    title: 'a misspelt field of the document',
    text: beforeRules('defaultefect: deny'),
    message:
      'policy.yaml:2:1: defaultefect is unknown; expected name, version, description, mode, timeZone, appliesTo, categories, rules, defaultEffect or $schema; did you mean `defaultEffect`?',
  },
  {
    title: 'a field in snake case',
    text: beforeRules('default_effect: deny'),
    message:
      'policy.yaml:2:1: default_effect is unknown; expected name, version, description, mode, timeZone, appliesTo, categories, rules, defaultEffect or $schema; did you mean `defaultEffect`?',
  },
  {
    title: 'a misspelt field that had to be there',
    text: lines('name: support', 'rule: [{ effect: allow, actions: read:* }]'),
    message:
      'policy.yaml:2:1: rule is unknown; expected name, version, description, mode, timeZone, appliesTo, categories, rules, defaultEffect or $schema; did you mean `rules`?',
  },
  {
    title: 'a field that is there twice',
    text: lines('name: support', 'rules:', '  - effect: allow', '    actions: read:*', '    effect: deny'),
    message: 'policy.yaml:5:5: rules[0].effect is there twice; the first is at policy.yaml:3:5',
    isBeyondSchema: true,
  },
  {
    title: 'a key that is there twice, once in quotes',
    text: lines('{ "name": "support", name: billing, "rules": [{ "effect": "allow", "actions": "read:*" }] }'),
    message: 'policy.yaml:1:22: name is there twice; the first is at policy.yaml:1:3',
    isBeyondSchema: true,
  },
  {
    title: 'a name that is a truth value',
    text: lines('name: true', 'rules: [{ effect: allow, actions: read:* }]'),
    message:
      'policy.yaml:1:7: name is `true`; expected a name, such as `support`; without quotes this is a truth value and no text: put it in quotes',
  },
  {
    title: 'a name without a value',
    text: lines('name:', 'rules: [{ effect: allow, actions: read:* }]'),
    message: 'policy.yaml:1:1: name has no value; expected a name, such as `support`',
  },
  {
    title: 'a blank name',
    text: lines('name: "  "', 'rules: [{ effect: allow, actions: read:* }]'),
    message: 'policy.yaml:1:7: name is `"  "`; expected a name, such as `support`',
  },
  {
    title: 'a name on two lines',
    text: lines('name: "support\\nteam"', 'rules: [{ effect: allow, actions: read:* }]'),
    message: 'policy.yaml:1:7: name is `"support\\nteam"`; expected a name, such as `support`, on one line',
  },
  {
    title: 'a version that is a list',
    text: beforeRules('version: [1, 0]'),
    message: 'policy.yaml:2:10: version is a list; expected a version, such as "1.0"',
  },
  {
    title: 'an unknown mode',
    text: beforeRules('mode: shadwo'),
    message: 'policy.yaml:2:7: mode is `"shadwo"`; expected enforce or shadow; did you mean `shadow`?',
  },
  {
    title: 'a description that is a number',
    text: beforeRules('description: 2026'),
    message:
      'policy.yaml:2:14: description is `2026`; expected text that says what the document is for; without quotes this is a number and no text: put it in quotes',
  },
  {
    title: 'an unknown time zone',
    text: beforeRules('timeZone: Europe/Warsw'),
    message:
      'policy.yaml:2:11: timeZone is `"Europe/Warsw"`; expected the IANA name of a time zone, such as `Europe/Berlin`; did you mean `Europe/Warsaw`?',
    isBeyondSchema: true,
  },
  {
    title: 'a time zone that is an offset',
    text: beforeRules('timeZone: +01:00'),
    message: 'policy.yaml:2:11: timeZone is `"+01:00"`; expected the IANA name of a time zone, such as `Europe/Berlin`',
  },
  {
    title: 'a default effect that no default can have',
    text: beforeRules('defaultEffect: redact'),
    message: 'policy.yaml:2:16: defaultEffect is `"redact"`; expected allow, deny or require_approval',
  },
  {
    title: 'appliesTo that is a list',
    text: beforeRules('appliesTo: [support]'),
    message:
      'policy.yaml:2:12: appliesTo is a list; expected a mapping with some of the fields tags, principals, trustTiers',
  },
  {
    title: 'appliesTo without anything',
    text: beforeRules('appliesTo: {}'),
    message:
      'policy.yaml:2:12: appliesTo is an empty mapping; expected a mapping with some of the fields tags, principals, trustTiers',
  },
  {
    title: 'an unknown field of appliesTo',
    text: beforeRules('appliesTo: { tag: support }'),
    message:
      'policy.yaml:2:14: appliesTo.tag is unknown; expected tags, principals or trustTiers; did you mean `tags`?',
  },
  {
    title: 'an empty list of tags',
    text: beforeRules('appliesTo: { tags: [] }'),
    message:
      'policy.yaml:2:20: appliesTo.tags is an empty list; expected a glob, such as `support`, or a list of globs',
  },
  {
    title: 'a tag that is a number',
    text: beforeRules('appliesTo: { tags: [support, 42] }'),
    message:
      'policy.yaml:2:30: appliesTo.tags[1] is `42`; expected a glob, such as `support`, or a list of globs; without quotes this is a number and no text: put it in quotes',
  },
  {
    title: 'categories that are a list',
    text: beforeRules('categories: [browser]'),
    message: 'policy.yaml:2:13: categories is a list; expected a mapping of names to `tools` and `hosts`',
  },
  {
    title: 'a category without anything',
    text: beforeRules('categories: { browser: {} }'),
    message:
      'policy.yaml:2:24: categories.browser is an empty mapping; expected a mapping with some of the fields tools, hosts',
  },
  {
    title: 'a category without a name',
    text: beforeRules('categories: { "": { tools: "browser_*" } }'),
    message: 'policy.yaml:2:15: categories[""] is a category without a name',
  },
  {
    title: 'a category with an unknown field',
    text: beforeRules('categories: { browser: { tool: "browser_*" } }'),
    message: 'policy.yaml:2:26: categories.browser.tool is unknown; expected tools or hosts; did you mean `tools`?',
  },
  {
    title: 'a host of a category that is a URL',
    text: beforeRules('categories: { docs: { hosts: "https://docs.example.com/" } }'),
    message:
      'policy.yaml:2:30: categories.docs.hosts is `"https://docs.example.com/"`; expected a glob over host names, such as `*.example.com`, or a list of them, without a scheme, a port or a path',
    isBeyondSchema: true,
  },
  {
    title: 'rules that are a mapping',
    text: lines('name: support', 'rules:', '  effect: allow', '  actions: read:*'),
    message:
      'policy.yaml:3:3: rules is a mapping; expected a list of at least one rule, each with `effect` and `actions`',
  },
  {
    title: 'no rules',
    text: lines('name: support', 'rules: []'),
    message:
      'policy.yaml:2:8: rules is an empty list; expected a list of at least one rule, each with `effect` and `actions`',
  },
  {
    title: 'rules without a value',
    text: lines('name: support', 'rules:'),
    message:
      'policy.yaml:2:1: rules has no value; expected a list of at least one rule, each with `effect` and `actions`',
  },
  {
    title: 'a file of cases',
    text: lines('policy: support.yaml', 'cases: [{ name: reads, call: { action: read:a }, expect: allow }]'),
    message:
      'policy.yaml:2:1: cases makes this a file of cases, for `toolgate policy test`; expected a policy, with `name` and `rules`; in a folder of policies it is left out when it is named `*.test.yaml`',
  },
  {
    title: 'a file of tools',
    text: lines('tools: { process_refund: { action: write:refund } }'),
    message:
      'policy.yaml:1:1: tools makes this a file of tools, for the option `--tools`; expected a policy, with `name` and `rules`; in a folder of policies it is left out when it is named `*.tools.yaml`',
  },
]
