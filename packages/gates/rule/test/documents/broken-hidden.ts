import { type BrokenDocument, beforeRules, inConditions, inRule, lines } from './broken.ts'

/** Texts that say something else than their author sees, and would be read as names that no call ever has. */
export const brokenHidden: readonly BrokenDocument[] = [
  {
    title: 'a list item that is indented too far',
    text: inRule('effect: deny', 'actions:', '  - write:refund', '    - write:email'),
    message:
      'policy.yaml:5:9: rules[0].actions[0] is `"write:refund - write:email"`; expected a glob over actions, such as `read:*`, or a list of globs; lines without quotes are joined to one text: a list item is indented like the first, and text that is meant so goes in quotes',
    isBeyondSchema: true,
  },
  {
    title: 'an action without quotes on two lines, in brackets',
    text: inRule('effect: deny', 'actions: [write:refund', '    write:email]'),
    message:
      'policy.yaml:4:15: rules[0].actions[0] is `"write:refund write:email"`; expected a glob over actions, such as `read:*`, or a list of globs; lines without quotes are joined to one text: a list item is indented like the first, and text that is meant so goes in quotes',
    isBeyondSchema: true,
  },
  {
    title: 'an id without quotes on two lines',
    text: inRule('id: large', '  refunds', 'effect: deny', 'actions: write:*'),
    message:
      'policy.yaml:3:9: rules[0].id is `"large refunds"`; expected a name of its own, such as `large-refunds`; lines without quotes are joined to one text: a list item is indented like the first, and text that is meant so goes in quotes',
    isBeyondSchema: true,
  },
  {
    title: 'a value without quotes on two lines',
    text: inConditions('arguments.currency: EUR', '  USD', 'arguments.to: { in: [ada,', '  bob', '  eve] }'),
    message: [
      'policy.yaml:6:27: rules[0].conditions.arguments.currency is `"EUR USD"`; expected text on one line; lines without quotes are joined to one text: a list item is indented like the first, and text that is meant so goes in quotes',
      'policy.yaml:9:9: rules[0].conditions.arguments.to.in[1] is `"bob eve"`; expected text on one line; lines without quotes are joined to one text: a list item is indented like the first, and text that is meant so goes in quotes',
    ].join('\n'),
    isBeyondSchema: true,
  },
  {
    title: 'an alias of a text on two lines',
    text: lines(
      'name: support',
      'description: &both write:refund',
      '  write:email',
      'rules: [{ effect: deny, actions: *both }]',
    ),
    message:
      'policy.yaml:2:20: rules[0].actions is `"write:refund write:email"`; expected a glob over actions, such as `read:*`, or a list of globs; lines without quotes are joined to one text: a list item is indented like the first, and text that is meant so goes in quotes',
    isBeyondSchema: true,
  },
  {
    title: 'a key on two lines',
    text: inConditions('? arguments.to', '  name', ': ada'),
    message:
      'policy.yaml:6:9: rules[0].conditions["arguments.to name"] is a key of several lines; expected one on one line, in quotes where it is meant so',
    isBeyondSchema: true,
  },
  {
    title: 'an action that is a block of text',
    text: inRule('effect: deny', 'actions: |', '  write:refund'),
    message:
      'policy.yaml:4:14: rules[0].actions is `"write:refund\\n"`; expected a glob over actions, such as `read:*`, or a list of globs, without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
  },
  {
    title: 'an action that is a folded block of two lines',
    text: inRule('effect: deny', 'actions: >-', '  write:refund', '  write:email'),
    message:
      'policy.yaml:4:14: rules[0].actions is `"write:refund write:email"`; expected a glob over actions, such as `read:*`, or a list of globs, on one line; `>` joins the lines of a block to one text',
    isBeyondSchema: true,
  },
  {
    title: 'actions that are the lines of a block',
    text: inRule('effect: deny', 'actions: |-', '  write:refund', '  write:email'),
    message:
      'policy.yaml:4:14: rules[0].actions is `"write:refund\\nwrite:email"`; expected a glob over actions, such as `read:*`, or a list of globs, on one line',
  },
  {
    title: 'a name that is a block of text',
    text: lines('name: >', '  support', 'rules: [{ effect: allow, actions: read:* }]'),
    message:
      'policy.yaml:1:7: name is `"support\\n"`; expected a name, such as `support`, without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
  },
  {
    title: 'a principal that is a block of text',
    text: beforeRules('appliesTo:', '  principals:', '    - |', '      agent:ada'),
    message:
      'policy.yaml:4:7: appliesTo.principals[0] is `"agent:ada\\n"`; expected a glob, such as `agent-*`, or a list of globs, without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
  },
  {
    title: 'values that are blocks of text',
    text: inConditions(
      'principal: |',
      '  ada',
      'arguments.to: { in: [bob], contains: x, equals: "y " }',
      'arguments.note:',
      '  equals: |+',
      '    yes',
      '',
    ),
    message: [
      'policy.yaml:6:18: rules[0].conditions.principal is `"ada\\n"`; expected text without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
      'policy.yaml:10:17: rules[0].conditions.arguments.note.equals is `"yes\\n\\n"`; expected text without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
    ].join('\n'),
    isBeyondSchema: true,
  },
  {
    title: 'patterns that are blocks of text',
    text: inConditions(
      'arguments.url:',
      '  host: |',
      '    example.com',
      '  cidr: |',
      '    10.0.0.0/8',
      '  matches: |',
      '    ^a$',
      '  glob: |',
      '    a*',
    ),
    message: [
      'policy.yaml:7:15: rules[0].conditions.arguments.url.host is `"example.com\\n"`; expected a glob over host names, such as `*.example.com`, or a list of them, without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
      'policy.yaml:9:15: rules[0].conditions.arguments.url.cidr is `"10.0.0.0/8\\n"`; expected a network, such as `10.0.0.0/8` or `fd00::/8`, or a list of them, without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
      'policy.yaml:11:18: rules[0].conditions.arguments.url.matches is `"^a$\\n"`; expected a regular expression in the syntax of RE2, such as `^INV-[0-9]+$`, without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
      'policy.yaml:13:15: rules[0].conditions.arguments.url.glob is `"a*\\n"`; expected a glob, such as `*@example.com`, or a list of globs, without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
    ].join('\n'),
  },
  {
    title: 'a time range and a time zone that are blocks of text',
    text: inConditions('time_range:', '  between: |', '    09:00-18:00', '  timeZone: |', '    UTC'),
    message: [
      'policy.yaml:7:18: rules[0].conditions.time_range.between is `"09:00-18:00\\n"`; expected a time range, such as "09:00-18:00", from 00:00 to 24:00, without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
      'policy.yaml:9:19: rules[0].conditions.time_range.timeZone is `"UTC\\n"`; expected the IANA name of a time zone, such as `Europe/Berlin`, without the line end that a block of text keeps; use `|-` or `>-`, or quotes',
    ].join('\n'),
  },
  {
    title: 'white space around names',
    text: lines(
      'name: " support"',
      'rules: [{ effect: allow, actions: ["read:* "], id: "reading " }]',
      'appliesTo: { tags: " support" }',
    ),
    message: [
      'policy.yaml:1:7: name is `" support"`; expected a name, such as `support`, without spaces around it',
      'policy.yaml:2:36: rules[0].actions[0] is `"read:* "`; expected a glob over actions, such as `read:*`, or a list of globs, without spaces around it; a space that is meant is written `\\ `',
      'policy.yaml:2:52: rules[0].id is `"reading "`; expected a name of its own, such as `large-refunds`, without spaces around it',
      'policy.yaml:3:20: appliesTo.tags is `" support"`; expected a glob, such as `support`, or a list of globs, without spaces around it; a space that is meant is written `\\ `',
    ].join('\n'),
  },
  {
    title: 'white space around patterns',
    text: inConditions('arguments.url: { host: " example.com", cidr: "10.0.0.0/8 ", matches: "a ", glob: " a" }'),
    message: [
      'policy.yaml:6:30: rules[0].conditions.arguments.url.host is `" example.com"`; expected a glob over host names, such as `*.example.com`, or a list of them, without spaces around it',
      'policy.yaml:6:52: rules[0].conditions.arguments.url.cidr is `"10.0.0.0/8 "`; expected a network, such as `10.0.0.0/8` or `fd00::/8`, or a list of them, without spaces around it',
      'policy.yaml:6:76: rules[0].conditions.arguments.url.matches is `"a "`; expected a regular expression in the syntax of RE2, such as `^INV-[0-9]+$`, without spaces around it; a space that is meant is written `\\x{20}`',
      'policy.yaml:6:88: rules[0].conditions.arguments.url.glob is `" a"`; expected a glob, such as `*@example.com`, or a list of globs, without spaces around it; a space that is meant is written `\\ `',
    ].join('\n'),
  },
  {
    title: 'a line break in patterns',
    text: inConditions('called: "read:a\\nread:b"', 'arguments.text: { matches: "a\\nb", glob: "a\\nb" }'),
    message: [
      'policy.yaml:6:15: rules[0].conditions.called is `"read:a\\nread:b"`; expected a glob, such as `read:*`, or a list of globs, on one line',
      'policy.yaml:7:34: rules[0].conditions.arguments.text.matches is `"a\\nb"`; expected a regular expression in the syntax of RE2, such as `^INV-[0-9]+$`, on one line; a line break that is meant is written `\\n`',
      'policy.yaml:7:48: rules[0].conditions.arguments.text.glob is `"a\\nb"`; expected a glob, such as `*@example.com`, or a list of globs, on one line; a line break that is meant is tested with `matches`, as `\\n`',
    ].join('\n'),
  },
  {
    title: 'a comma between actions',
    text: inRule('effect: deny', 'actions: write:refund, write:email'),
    message:
      'policy.yaml:4:14: rules[0].actions is `"write:refund, write:email"`; expected a glob over actions, such as `read:*`, or a list of globs; a list is written `[write:refund, write:email]`, and a comma that is meant is written `\\,`',
  },
  {
    title: 'a comma between actions in quotes',
    text: inRule('effect: deny', 'actions: ["*:refund, *:email"]'),
    message:
      'policy.yaml:4:15: rules[0].actions[0] is `"*:refund, *:email"`; expected a glob over actions, such as `read:*`, or a list of globs; a list is written `[write:refund, write:email]`, and a comma that is meant is written `\\,`',
  },
  {
    title: 'a comma between tags, principals and trust tiers',
    text: beforeRules('appliesTo: { tags: "a, b", principals: "agent:a, agent:b", trustTiers: "x\\\\\\\\, y" }'),
    message: [
      'policy.yaml:2:20: appliesTo.tags is `"a, b"`; expected a glob, such as `support`, or a list of globs; a list is written `[a, b]`, and a comma that is meant is written `\\,`',
      'policy.yaml:2:40: appliesTo.principals is `"agent:a, agent:b"`; expected a glob, such as `agent-*`, or a list of globs; a list is written `[agent:a, agent:b]`, and a comma that is meant is written `\\,`',
      'policy.yaml:2:72: appliesTo.trustTiers is `"x\\\\\\\\, y"`; expected a glob, such as `verified`, or a list of globs; a list is written `[write:refund, write:email]`, and a comma that is meant is written `\\,`',
    ].join('\n'),
  },
  {
    title: 'a comma between the tools of a category',
    text: beforeRules('categories:', '  mail: { tools: "send_mail, read_mail" }'),
    message:
      'policy.yaml:3:18: categories.mail.tools is `"send_mail, read_mail"`; expected a glob, such as `browser_*`, or a list of globs; a list is written `[send_mail, read_mail]`, and a comma that is meant is written `\\,`',
  },
  {
    title: 'a comma between what was called',
    text: inConditions('called: read:a, read:b', 'calls: { of: "a, b", max: 3 }'),
    message: [
      'policy.yaml:6:15: rules[0].conditions.called is `"read:a, read:b"`; expected a glob, such as `read:*`, or a list of globs; a list is written `[read:a, read:b]`, and a comma that is meant is written `\\,`',
      'policy.yaml:7:20: rules[0].conditions.calls.of is `"a, b"`; expected a glob, such as `read:*`, or a list of globs; a list is written `[a, b]`, and a comma that is meant is written `\\,`',
    ].join('\n'),
  },
  {
    title: 'a comma between principals in a condition',
    text: inConditions('principal: ada, bob'),
    message:
      'policy.yaml:6:18: rules[0].conditions.principal is `"ada, bob"`; expected one text or a list; a list is written in brackets, and text with a comma in it in quotes',
    isBeyondSchema: true,
  },
  {
    title: 'invisible characters in names',
    text: lines('name: "sup\\u200bport"', 'rules: [{ effect: deny, actions: "write:\\u00a0refund", id: "a\\u00adb" }]'),
    message: [
      'policy.yaml:1:7: name is `"sup\\u200bport"`; expected a name, such as `support`, without the invisible character U+200B',
      'policy.yaml:2:34: rules[0].actions is `"write:\\u00a0refund"`; expected a glob over actions, such as `read:*`, or a list of globs, without the invisible character U+00A0',
      'policy.yaml:2:60: rules[0].id is `"a\\u00adb"`; expected a name of its own, such as `large-refunds`, without the invisible character U+00AD',
    ].join('\n'),
  },
  {
    title: 'invisible characters in what the document is about',
    text: beforeRules('appliesTo: { tags: "\\ufeffsupport", principals: "agent\\u2003a", trustTiers: "a\\u202eb" }'),
    message: [
      'policy.yaml:2:20: appliesTo.tags is `"\\ufeffsupport"`; expected a glob, such as `support`, or a list of globs, without the invisible character U+FEFF',
      'policy.yaml:2:49: appliesTo.principals is `"agent\\u2003a"`; expected a glob, such as `agent-*`, or a list of globs, without the invisible character U+2003',
      'policy.yaml:2:77: appliesTo.trustTiers is `"a\\u202eb"`; expected a glob, such as `verified`, or a list of globs, without the invisible character U+202E',
    ].join('\n'),
  },
  {
    title: 'invisible characters in a category',
    text: beforeRules('categories: { "ma\\u200bil": { tools: "send\\u200b", hosts: "mail\\u200b.example.com" } }'),
    message: [
      'policy.yaml:2:15: categories["ma\\u200bil"] is the name of a category; expected one without the invisible character U+200B',
      'policy.yaml:2:38: categories["ma\\u200bil"].tools is `"send\\u200b"`; expected a glob, such as `browser_*`, or a list of globs, without the invisible character U+200B',
      'policy.yaml:2:59: categories["ma\\u200bil"].hosts is `"mail\\u200b.example.com"`; expected a glob over host names, such as `*.example.com`, or a list of them, without the invisible character U+200B',
    ].join('\n'),
  },
  {
    title: 'invisible characters in patterns',
    text: inConditions('arguments.url: { host: "*.example\\u200b.com", glob: "a\\u200b", matches: "a\\u200bb" }'),
    message: [
      'policy.yaml:6:30: rules[0].conditions.arguments.url.host is `"*.example\\u200b.com"`; expected a glob over host names, such as `*.example.com`, or a list of them, without the invisible character U+200B',
      'policy.yaml:6:59: rules[0].conditions.arguments.url.glob is `"a\\u200b"`; expected a glob, such as `*@example.com`, or a list of globs, without the invisible character U+200B; one that is meant is tested with `matches`, as `\\x{200b}`',
      'policy.yaml:6:79: rules[0].conditions.arguments.url.matches is `"a\\u200bb"`; expected a regular expression in the syntax of RE2, such as `^INV-[0-9]+$`, without the invisible character U+200B; one that is meant is written `\\x{200b}`',
    ].join('\n'),
  },
  {
    title: 'invisible characters in the values of names',
    text: inConditions('principal: "\\n\\tada\\u200b"', 'tags: ["sup\\u00a0port"]'),
    message: [
      'policy.yaml:6:18: rules[0].conditions.principal is `"\\n\\tada\\u200b"`; expected text without the invisible character U+200B',
      'policy.yaml:7:14: rules[0].conditions.tags[0] is `"sup\\u00a0port"`; expected text without the invisible character U+00A0',
    ].join('\n'),
  },
  {
    title: 'an invisible character in a path',
    text: inConditions('"arguments.am\\u200bount": 5'),
    message:
      'policy.yaml:6:7: rules[0].conditions["arguments.am\\u200bount"] has a part with the invisible character U+200B',
  },
  {
    title: 'an invisible character that stands in the file itself',
    text: inRule('effect: deny', 'actions: write:\u{e0020}refund'),
    message:
      'policy.yaml:4:14: rules[0].actions is `"write:\\u{e0020}refund"`; expected a glob over actions, such as `read:*`, or a list of globs, without the invisible character U+E0020',
  },
]
