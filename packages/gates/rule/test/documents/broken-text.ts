import { type BrokenDocument, lines } from './broken.ts'

/** Texts that are no YAML or JSON, or more than one document, or more than can be read. */
export const brokenText: readonly BrokenDocument[] = [
  {
    title: 'an empty file',
    text: '',
    message: 'policy.yaml:1:1: the document is empty; expected a mapping with `name` and `rules`',
  },
  {
    title: 'a file of comments only',
    text: lines('# to be written'),
    message: 'policy.yaml:1:1: the document is empty; expected a mapping with `name` and `rules`',
  },
  {
    title: 'an empty document',
    text: lines('---'),
    message:
      'policy.yaml:1:4: the document has no value; expected a mapping with some of the fields name, version, description, mode, timeZone, appliesTo, categories, rules, defaultEffect, $schema',
  },
  {
    title: 'a tab as indentation',
    text: lines('name: support', 'rules:', '\t- effect: allow'),
    message: 'policy.yaml:3:1: this is not valid YAML 1.2: tabs are not allowed as indentation',
  },
  {
    title: 'a quote that is not closed',
    text: lines('name: "support', 'rules: []'),
    message: 'policy.yaml:3:1: this is not valid YAML 1.2: missing closing "quote',
  },
  {
    title: 'a list that is not closed',
    text: lines('name: support', 'rules: [{ effect: allow, actions: [read:*, }]'),
    message: [
      'policy.yaml:2:44: this is not valid YAML 1.2: flow sequence in block collection must be sufficiently indented and end with a ]',
      'policy.yaml:2:44: this is not valid YAML 1.2: flow map in block collection must be sufficiently indented and end with a }',
      'policy.yaml:2:45: this is not valid YAML 1.2: flow sequence in block collection must be sufficiently indented and end with a ]',
    ].join('\n'),
  },
  {
    title: 'keys that do not begin in one column',
    text: lines('name: support', 'rules:', '  - effect: allow', '     actions: read:*'),
    message: [
      'policy.yaml:3:13: this is not valid YAML 1.2: nested mappings are not allowed in compact mappings; put text with `: ` in quotes, and begin the keys of one mapping in one column',
      'policy.yaml:3:13: this is not valid YAML 1.2: implicit keys need to be on a single line',
    ].join('\n'),
  },
  {
    title: 'two colons in one line',
    text: lines('name: support', 'description: note: this is for support'),
    message:
      'policy.yaml:2:14: this is not valid YAML 1.2: nested mappings are not allowed in compact mappings; put text with `: ` in quotes, and begin the keys of one mapping in one column',
  },
  {
    title: 'a text that begins with `@`',
    text: lines('name: @support', 'rules: []'),
    message:
      'policy.yaml:1:7: this is not valid YAML 1.2: plain value cannot start with reserved character @; put text that begins with `@` in quotes',
  },
  {
    title: 'an escape that there is not',
    text: lines('name: "sup\\port"', 'rules: []'),
    message:
      'policy.yaml:1:11: this is not valid YAML 1.2: invalid escape sequence \\p; in double quotes a backslash is written `\\\\`, and in single quotes it is taken as it is',
  },
  {
    title: 'a list item on the line of its key',
    text: lines('name: support', 'rules: - effect: allow'),
    message: 'policy.yaml:2:8: this is not valid YAML 1.2: unexpected block-seq-ind on same line with key',
  },
  {
    title: 'JSON with a missing comma',
    text: lines('{', '  "name": "support"', '  "rules": []', '}'),
    message: 'policy.yaml:3:3: this is not valid YAML 1.2: missing , between flow map items',
  },
  {
    title: 'JSON with a brace too many',
    text: lines('{ "name": "support", "rules": [] }}'),
    message: 'policy.yaml:1:35: this is not valid YAML 1.2: unexpected flow-map-end token in YAML stream: "}"',
  },
  {
    title: 'JSON that ends too early',
    text: lines('{ "name": "support",', '  "rules": ['),
    message: [
      'policy.yaml:3:1: this is not valid YAML 1.2: flow sequence in block collection must be sufficiently indented and end with a ]',
      'policy.yaml:3:1: this is not valid YAML 1.2: flow map must end with a }',
    ].join('\n'),
  },
  {
    title: 'two documents in one file',
    text: lines('name: support', 'rules: [{ effect: allow, actions: read:* }]', '---', 'name: billing'),
    message: 'policy.yaml:3:1: a second document begins here; expected one document in a file',
  },
  {
    title: 'a key that is a list',
    text: lines('name: support', '[rules]: 1'),
    message: 'policy.yaml:2:1: the key is not text; expected a name, a condition or a path',
  },
  {
    title: 'an unknown tag',
    text: lines('name: !secret support', 'rules: [{ effect: allow, actions: read:* }]'),
    message: 'policy.yaml:1:7: unresolved tag: !secret; expected a value without a tag, or text in quotes',
  },
  {
    title: 'a tag of YAML 1.1',
    text: lines('name: support', 'version: !!timestamp 2026-11-21', 'rules: [{ effect: allow, actions: read:* }]'),
    message:
      'policy.yaml:2:10: unresolved tag: tag:yaml.org,2002:timestamp; expected a value without a tag, or text in quotes',
  },
  {
    title: 'an unknown directive',
    text: lines('%POLICY 1', '---', 'name: support', 'rules: [{ effect: allow, actions: read:* }]'),
    message: 'policy.yaml:1:1: this is not valid YAML 1.2: unknown directive %POLICY',
  },
  {
    title: 'YAML 1.1',
    text: lines('# our policy', '%YAML 1.1', '---', 'name: support', 'rules: [{ effect: allow, actions: read:* }]'),
    message: 'policy.yaml:2:1: the document is YAML 1.1; expected YAML 1.2, in which `yes` is text',
  },
  {
    title: 'a later YAML than there is',
    text: lines('%YAML 1.3', '---', 'name: support', 'rules: [{ effect: allow, actions: read:* }]'),
    message: 'policy.yaml:1:7: this is not valid YAML 1.2: unsupported YAML version 1.3',
  },
  {
    title: 'an alias without an anchor',
    text: lines('name: support', 'rules: [{ effect: allow, actions: *reading }]'),
    message:
      'policy.yaml:2:35: rules[0].actions is the alias `*reading`, which has no anchor before it; put text that begins with `*` in quotes',
  },
  {
    title: 'an alias before its anchor',
    text: lines(
      'name: support',
      'rules: [{ effect: allow, actions: *reading }, { effect: deny, actions: &reading read:* }]',
    ),
    message:
      'policy.yaml:2:35: rules[0].actions is the alias `*reading`, which has no anchor before it; put text that begins with `*` in quotes',
  },
  {
    title: 'an alias within its own anchor',
    text: lines('name: support', 'rules: &rules', '  - { effect: allow, actions: *rules }'),
    message: 'policy.yaml:3:31: rules[0].actions is the alias `*rules`, which stands for a value that it is in',
  },
  {
    title: 'an anchor that is there twice',
    text: lines('name: &name support', 'rules: [{ effect: allow, actions: read:*, reason: &name because }]'),
    message: 'policy.yaml:2:57: the anchor `&name` is there twice',
  },
  {
    title: 'a merge key',
    text: lines(
      'name: support',
      'rules:',
      '  - &reading { effect: allow, actions: read:* }',
      '  - { <<: *reading, reason: reading is harmless }',
    ),
    message:
      'policy.yaml:4:7: rules[1]["<<"] is unknown; expected id, effect, actions, conditions, reason, redact or within; YAML 1.2 has no merge keys: write the fields themselves',
  },
  {
    title: 'a lone star without quotes',
    text: lines('name: support', 'rules: [{ effect: allow, actions: * }]'),
    message:
      'policy.yaml:2:35: this is not valid YAML 1.2: alias cannot be an empty string; put text that begins with `*` in quotes',
  },
  {
    title: 'a key that begins with a star',
    text: lines('name: support', 'rules:', '- { effect: redact, actions: a, redact: {*: drop} }'),
    message: [
      'policy.yaml:3:42: the key is not text; expected a name, a condition or a path; put text that begins with `*` in quotes',
      'policy.yaml:3:43: this is not valid YAML 1.2: alias ending in : is ambiguous; put text that begins with `*` in quotes',
      'policy.yaml:3:45: this is not valid YAML 1.2: missing , or : between flow map items; put text that begins with `*` in quotes',
    ].join('\n'),
  },
  {
    title: 'two globs that begin with a star, without quotes',
    text: lines('name: support', 'rules:', '- effect: allow', '  actions: *.read, *.write'),
    message:
      'policy.yaml:4:18: this is not valid YAML 1.2: unexpected scalar at node end; put text that begins with `*` in quotes',
  },
  {
    title: 'an anchor of nothing',
    text: lines('name: support', 'rules: [{ effect: allow, actions: &read }]'),
    message:
      'policy.yaml:2:41: rules[0].actions is the anchor `&read` of nothing; put text that begins with `&` in quotes',
  },
  {
    title: 'a lone ampersand',
    text: lines('name: support & sales', 'description: &', 'rules: []'),
    message:
      'policy.yaml:2:14: this is not valid YAML 1.2: anchor cannot be an empty string; put text that begins with `&` in quotes',
  },
  {
    title: 'a reason with a colon in it, without quotes',
    text: lines('name: support', 'rules:', '- effect: deny', '  actions: a', '  reason: no: never'),
    message:
      'policy.yaml:5:11: this is not valid YAML 1.2: nested mappings are not allowed in compact mappings; put text with `: ` in quotes, and begin the keys of one mapping in one column',
  },
  {
    title: 'a text that begins with a backtick',
    text: lines('name: `support`', 'rules: []'),
    message:
      'policy.yaml:1:7: this is not valid YAML 1.2: plain value cannot start with reserved character `; put text that begins with a backtick in quotes',
  },
]
