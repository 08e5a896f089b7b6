import { type BrokenDocument, inRule, lines } from './broken.ts'

/** Rules that can not be used. */
export const brokenRules: readonly BrokenDocument[] = [
  {
    title: 'an empty rule',
    text: lines('name: support', 'rules:', '  - {}'),
    message:
      'policy.yaml:3:5: rules[0] is an empty mapping; expected a mapping with some of the fields id, effect, actions, conditions, reason, redact, within',
  },
  {
    title: 'a rule that is text',
    text: lines('name: support', 'rules:', '  - allow read:*'),
    message:
      'policy.yaml:3:5: rules[0] is `"allow read:*"`; expected a mapping with some of the fields id, effect, actions, conditions, reason, redact, within',
  },
  {
    title: 'a rule without a value',
    text: lines('name: support', 'rules:', '  - effect: allow', '    actions: read:*', '  -'),
    message:
      'policy.yaml:5:4: rules[1] has no value; expected a mapping with some of the fields id, effect, actions, conditions, reason, redact, within',
  },
  {
    title: 'no effect',
    text: inRule('actions: read:*'),
    message: 'policy.yaml:3:5: rules[0] has no `effect`; expected one, such as `effect: allow`',
  },
  {
    title: 'no actions',
    text: inRule('effect: allow'),
    message: 'policy.yaml:3:5: rules[0] has no `actions`; expected one, such as `actions: ["read:*"]`',
  },
  {
    title: 'an effect of other policy languages',
    text: inRule('effect: permit', 'actions: read:*'),
    message:
      'policy.yaml:3:13: rules[0].effect is `"permit"`; expected allow, deny, require_approval or redact; did you mean `allow`?',
  },
  {
    title: 'a misspelt effect',
    text: inRule('effect: require_aproval', 'actions: read:*'),
    message:
      'policy.yaml:3:13: rules[0].effect is `"require_aproval"`; expected allow, deny, require_approval or redact; did you mean `require_approval`?',
  },
  {
    title: 'an effect in capitals',
    text: inRule('effect: Allow', 'actions: read:*'),
    message:
      'policy.yaml:3:13: rules[0].effect is `"Allow"`; expected allow, deny, require_approval or redact; did you mean `allow`?',
  },
  {
    title: 'the effect block',
    text: inRule('effect: block', 'actions: read:*'),
    message:
      'policy.yaml:3:13: rules[0].effect is `"block"`; expected allow, deny, require_approval or redact; did you mean `deny`?',
  },
  {
    title: 'the effect ask',
    text: inRule('effect: ask', 'actions: read:*'),
    message:
      'policy.yaml:3:13: rules[0].effect is `"ask"`; expected allow, deny, require_approval or redact; did you mean `require_approval`?',
  },
  {
    title: 'the effect sanitize',
    text: inRule('effect: sanitize', 'actions: read:*'),
    message:
      'policy.yaml:3:13: rules[0].effect is `"sanitize"`; expected allow, deny, require_approval or redact; did you mean `redact`?',
  },
  {
    title: 'an effect that is a truth value',
    text: inRule('effect: true', 'actions: read:*'),
    message: 'policy.yaml:3:13: rules[0].effect is `true`; expected allow, deny, require_approval or redact',
  },
  {
    title: 'the field effects',
    text: inRule('effects: allow', 'actions: read:*'),
    message:
      'policy.yaml:3:5: rules[0].effects is unknown; expected id, effect, actions, conditions, reason, redact or within; did you mean `effect`?',
  },
  {
    title: 'the field action',
    text: inRule('effect: allow', 'action: read:*'),
    message:
      'policy.yaml:4:5: rules[0].action is unknown; expected id, effect, actions, conditions, reason, redact or within; did you mean `actions`?',
  },
  {
    title: 'the field condition',
    text: inRule('effect: allow', 'actions: read:*', 'condition: { amount_max: 100 }'),
    message:
      'policy.yaml:5:5: rules[0].condition is unknown; expected id, effect, actions, conditions, reason, redact or within; did you mean `conditions`?',
  },
  {
    title: 'the field when',
    text: inRule('effect: allow', 'actions: read:*', 'when: { amount_max: 100 }'),
    message:
      'policy.yaml:5:5: rules[0].when is unknown; expected id, effect, actions, conditions, reason, redact or within; did you mean `conditions`?',
  },
  {
    title: 'an unknown field like no other',
    text: inRule('effect: allow', 'actions: read:*', 'priority: 10'),
    message:
      'policy.yaml:5:5: rules[0].priority is unknown; expected id, effect, actions, conditions, reason, redact or within',
  },
  {
    title: 'an empty list of actions',
    text: inRule('effect: allow', 'actions: []'),
    message:
      'policy.yaml:4:14: rules[0].actions is an empty list; expected a glob over actions, such as `read:*`, or a list of globs',
  },
  {
    title: 'an action that is null',
    text: inRule('effect: allow', 'actions: [read:*, null]'),
    message:
      'policy.yaml:4:23: rules[0].actions[1] is `null`; expected a glob over actions, such as `read:*`, or a list of globs',
  },
  {
    title: 'an action that is a mapping, for want of quotes',
    text: inRule('effect: allow', 'actions:', '  - read: customer_data'),
    message:
      'policy.yaml:5:9: rules[0].actions[0] is a mapping; expected a glob over actions, such as `read:*`, or a list of globs; without quotes a text with a colon and a space in it is a mapping',
  },
  {
    title: 'an empty action',
    text: inRule('effect: allow', "actions: ''"),
    message:
      'policy.yaml:4:14: rules[0].actions is `""`; expected a glob over actions, such as `read:*`, or a list of globs',
  },
  {
    title: 'a reason that is a list',
    text: inRule('effect: deny', 'actions: read:*', 'reason: [no]'),
    message: 'policy.yaml:5:13: rules[0].reason is a list; expected text that says why',
  },
  {
    title: 'an id that another rule has',
    text: lines(
      'name: support',
      'rules:',
      '  - { id: reading, effect: allow, actions: read:* }',
      '  - { id: reading, effect: deny, actions: write:* }',
    ),
    message:
      'policy.yaml:4:11: rules[1].id is `"reading"`; expected an id that no other rule has; rules[0].id at policy.yaml:3:7 is the same',
    isBeyondSchema: true,
  },
  {
    title: 'an id like that of a rule without one',
    text: inRule('id: rule 7', 'effect: allow', 'actions: read:*'),
    message:
      'policy.yaml:3:9: rules[0].id is `"rule 7"`; expected a name of its own, such as `large-refunds`: this one would be taken for what Toolgate itself names so',
  },
  {
    title: 'an id like a reason code',
    text: inRule('id: found:email', 'effect: allow', 'actions: read:*'),
    message:
      'policy.yaml:3:9: rules[0].id is `"found:email"`; expected a name of its own, such as `large-refunds`: this one would be taken for what Toolgate itself names so',
  },
  {
    title: 'an id with a control character',
    text: inRule('id: "reading\\u001b[2J"', 'effect: allow', 'actions: read:*'),
    message:
      'policy.yaml:3:9: rules[0].id is `"reading\\u001b[2J"`; expected a name of its own, such as `large-refunds`, without the invisible character U+001B',
  },
  {
    title: 'an id that is a number',
    text: inRule('id: 7', 'effect: allow', 'actions: read:*'),
    message:
      'policy.yaml:3:9: rules[0].id is `7`; expected a name of its own, such as `large-refunds`; without quotes this is a number and no text: put it in quotes',
  },
  {
    title: 'a redaction without what to redact',
    text: inRule('effect: redact', 'actions: read:*'),
    message: 'policy.yaml:3:5: rules[0] has no `redact`; expected one, such as `redact: { email: mask }`',
  },
  {
    title: 'what to redact on another effect',
    text: inRule('effect: deny', 'actions: read:*', 'redact: { email: mask }', 'within: arguments.text'),
    message: [
      "policy.yaml:5:5: rules[0].redact is only for the effect `redact`; this rule's effect is `deny`",
      "policy.yaml:6:5: rules[0].within is only for the effect `redact`; this rule's effect is `deny`",
    ].join('\n'),
  },
  {
    title: 'an empty mapping of what to redact',
    text: inRule('effect: redact', 'actions: read:*', 'redact: {}'),
    message:
      'policy.yaml:5:13: rules[0].redact is an empty mapping; expected a mapping of what to redact, such as `email: mask` or `arguments.note: drop`',
  },
  {
    title: 'a list of what to redact',
    text: inRule('effect: redact', 'actions: read:*', 'redact: [email]'),
    message:
      'policy.yaml:5:13: rules[0].redact is a list; expected a mapping of what to redact, such as `email: mask` or `arguments.note: drop`',
  },
  {
    title: 'an unknown kind',
    text: inRule('effect: redact', 'actions: read:*', 'redact: { e_mails: mask, credit_card: mask, ssn: drop }'),
    message: [
      'policy.yaml:5:15: rules[0].redact.e_mails is unknown; expected payment_card, iban, email, phone, national_id, api_key, token, private_key or a path such as `arguments.note`; did you mean `email`?',
      'policy.yaml:5:30: rules[0].redact.credit_card is unknown; expected payment_card, iban, email, phone, national_id, api_key, token, private_key or a path such as `arguments.note`; did you mean `payment_card`?',
      'policy.yaml:5:49: rules[0].redact.ssn is unknown; expected payment_card, iban, email, phone, national_id, api_key, token, private_key or a path such as `arguments.note`; did you mean `national_id`?',
    ].join('\n'),
  },
  {
    title: 'an unknown way to redact',
    text: inRule('effect: redact', 'actions: read:*', 'redact: { email: remove, phone: deny, iban: encrypt }'),
    message: [
      'policy.yaml:5:22: rules[0].redact.email is `"remove"`; expected mask, hash, drop or block; did you mean `drop`?',
      'policy.yaml:5:37: rules[0].redact.phone is `"deny"`; expected mask, hash, drop or block; did you mean `block`?',
      'policy.yaml:5:49: rules[0].redact.iban is `"encrypt"`; expected mask, hash, drop or block',
    ].join('\n'),
  },
  {
    title: 'the redaction of what is no argument',
    text: inRule(
      'effect: redact',
      'actions: read:*',
      'redact: { principal: hash, metadata.note: drop, arguments: drop }',
    ),
    message: [
      'policy.yaml:5:15: rules[0].redact.principal can not be redacted; expected a path into the arguments, such as `arguments.note`',
      'policy.yaml:5:32: rules[0].redact.metadata.note can not be redacted; expected a path into the arguments, such as `arguments.note`',
      'policy.yaml:5:53: rules[0].redact.arguments can not be redacted; expected a path into the arguments, such as `arguments.note`',
    ].join('\n'),
  },
  {
    title: 'a path to redact with an empty part',
    text: inRule('effect: redact', 'actions: read:*', 'redact: { arguments..note: drop }'),
    message: 'policy.yaml:5:15: rules[0].redact.arguments..note has an empty part; a dot within a key is written `\\.`',
  },
  {
    title: 'within for paths alone',
    text: inRule('effect: redact', 'actions: read:*', 'redact: { arguments.note: drop }', 'within: arguments.text'),
    message:
      'policy.yaml:6:5: rules[0].within says where to look for kinds; expected one in `redact`, such as `email: mask`',
  },
  {
    title: 'within of what is no argument',
    text: inRule(
      'effect: redact',
      'actions: read:*',
      'redact: { email: mask }',
      'within: [metadata.note, text, arguments..text]',
    ),
    message: [
      'policy.yaml:6:14: rules[0].within[0] is `"metadata.note"`; expected a path such as `arguments.message`, or a list of them',
      'policy.yaml:6:29: rules[0].within[1] is `"text"`; expected a path such as `arguments.message`, or a list of them; it begins with none of arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category, metadata',
      'policy.yaml:6:35: rules[0].within[2] is `"arguments..text"`; expected a path such as `arguments.message`, or a list of them; it has an empty part; a dot within a key is written `\\.`',
    ].join('\n'),
  },
  {
    title: 'the effects denied, disallow and allowed',
    text: lines(
      'name: support',
      'rules:',
      '- { effect: denied, actions: a }',
      '- { effect: disallow, actions: a }',
      '- { effect: allowed, actions: a }',
    ),
    message: [
      'policy.yaml:3:13: rules[0].effect is `"denied"`; expected allow, deny, require_approval or redact; did you mean `deny`?',
      'policy.yaml:4:13: rules[1].effect is `"disallow"`; expected allow, deny, require_approval or redact; did you mean `deny`?',
      'policy.yaml:5:13: rules[2].effect is `"allowed"`; expected allow, deny, require_approval or redact; did you mean `allow`?',
    ].join('\n'),
  },
  {
    title: 'paths to redact with brackets',
    text: inRule(
      'effect: redact',
      'actions: read:*',
      'redact:',
      '  arguments.items[0].ssn: drop',
      '  arguments.items[*].ssn: drop',
      '  arguments.items[].ssn: drop',
      '  arguments[0]: drop',
    ),
    message: [
      'policy.yaml:6:7: rules[0].redact["arguments.items[0].ssn"] has a bracket; write it as `arguments.items.0.ssn`; one within a key is written `\\[` or `\\]`',
      'policy.yaml:7:7: rules[0].redact["arguments.items[*].ssn"] has a bracket; write it as `arguments.items.*.ssn`; one within a key is written `\\[` or `\\]`',
      'policy.yaml:8:7: rules[0].redact["arguments.items[].ssn"] has a bracket; write it as `arguments.items.*.ssn`; one within a key is written `\\[` or `\\]`',
      'policy.yaml:9:7: rules[0].redact["arguments[0]"] is unknown; expected payment_card, iban, email, phone, national_id, api_key, token, private_key or a path such as `arguments.note`; write it as `arguments.0`',
    ].join('\n'),
  },
  {
    title: 'paths to redact with a wildcard within a part',
    text: inRule(
      'effect: redact',
      'actions: read:*',
      'redact: { arguments.*_token: drop, arguments.**: drop, arguments.note*: drop, arguments.\\*: drop }',
    ),
    message: [
      'policy.yaml:5:15: rules[0].redact.arguments.*_token has the part `*_token`; `*` is no wildcard within a part, and a key that has one is written with `\\*`',
      'policy.yaml:5:40: rules[0].redact.arguments.** has the part `**`; `*` is no wildcard within a part, and a key that has one is written with `\\*`',
      'policy.yaml:5:60: rules[0].redact.arguments.note* has the part `note*`; `*` is no wildcard within a part, and a key that has one is written with `\\*`',
      'policy.yaml:5:83: rules[0].redact.arguments.\\* has the part `\\*`; a key that is only `*` can not be told from `*`, which stands for every key',
    ].join('\n'),
  },
  {
    title: 'within with brackets and with a wildcard within a part',
    text: inRule(
      'effect: redact',
      'actions: read:*',
      'redact: { email: mask }',
      'within: ["arguments.items[0].text", arguments.note*]',
    ),
    message: [
      'policy.yaml:6:14: rules[0].within[0] is `"arguments.items[0].text"`; expected a path such as `arguments.message`, or a list of them; it has a bracket; write it as `arguments.items.0.text`; one within a key is written `\\[` or `\\]`',
      'policy.yaml:6:41: rules[0].within[1] is `"arguments.note*"`; expected a path such as `arguments.message`, or a list of them; it has the part `note*`; `*` is no wildcard within a part, and a key that has one is written with `\\*`',
    ].join('\n'),
  },
]
