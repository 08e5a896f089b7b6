import { type BrokenDocument, inConditions, inRule, lines } from './broken.ts'

/** Conditions that can not be read. */
export const brokenConditions: readonly BrokenDocument[] = [
  {
    title: 'an empty mapping of conditions',
    text: inRule('effect: allow', 'actions: read:*', 'conditions: {}'),
    message:
      'policy.yaml:5:17: rules[0].conditions is an empty mapping; expected a mapping of conditions, such as `amount_max: 100`; leave `conditions` out where there are none',
  },
  {
    title: 'a list of conditions',
    text: inRule('effect: allow', 'actions: read:*', 'conditions:', '  - amount_max: 100'),
    message:
      'policy.yaml:6:7: rules[0].conditions is a list; expected a mapping of conditions, such as `amount_max: 100`; a list stands under `all` or `any`',
  },
  {
    title: 'conditions without a value',
    text: inRule('effect: allow', 'actions: read:*', 'conditions:'),
    message:
      'policy.yaml:5:5: rules[0].conditions has no value; expected a mapping of conditions, such as `amount_max: 100`; leave `conditions` out where there are none',
  },
  {
    title: 'a misspelt condition',
    text: inConditions('amount_mx: 100'),
    message:
      'policy.yaml:6:7: rules[0].conditions.amount_mx is unknown; expected all, any, not, amount_max, amount_min, time_range, weekdays, called, calls, spent or a path such as `arguments.amount_mx`, which begins with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category or metadata; did you mean `amount_max`?',
  },
  {
    title: 'a condition in camel case',
    text: inConditions('amountMax: 100', 'timeRange: 09:00-18:00'),
    message: [
      'policy.yaml:6:7: rules[0].conditions.amountMax is unknown; expected all, any, not, amount_max, amount_min, time_range, weekdays, called, calls, spent or a path such as `arguments.amountMax`, which begins with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category or metadata; did you mean `amount_max`?',
      'policy.yaml:7:7: rules[0].conditions.timeRange is unknown; expected all, any, not, amount_max, amount_min, time_range, weekdays, called, calls, spent or a path such as `arguments.timeRange`, which begins with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category or metadata; did you mean `time_range`?',
    ].join('\n'),
  },
  {
    title: 'a condition that is an argument',
    text: inConditions('to: ada@example.com'),
    message:
      'policy.yaml:6:7: rules[0].conditions.to is unknown; expected all, any, not, amount_max, amount_min, time_range, weekdays, called, calls, spent or a path such as `arguments.to`, which begins with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category or metadata',
  },
  {
    title: 'a misspelt beginning of a path',
    text: inConditions('argument.to: ada@example.com'),
    message:
      'policy.yaml:6:7: rules[0].conditions.argument.to is unknown; expected all, any, not, amount_max, amount_min, time_range, weekdays, called, calls, spent or a path such as `arguments.to`, which begins with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category or metadata; did you mean `arguments`?',
  },
  {
    title: 'a path into what has no parts',
    text: inConditions('principal.name: ada'),
    message:
      'policy.yaml:6:7: rules[0].conditions.principal.name goes into `principal`; only arguments and metadata can be gone into',
  },
  {
    title: 'a path with an empty part',
    text: inConditions('arguments..to: ada', 'arguments.: ada'),
    message: [
      'policy.yaml:6:7: rules[0].conditions.arguments..to has an empty part; a dot within a key is written `\\.`',
      'policy.yaml:7:7: rules[0].conditions.arguments. has an empty part; a dot within a key is written `\\.`',
    ].join('\n'),
  },
  {
    title: 'a path with a backslash before a letter',
    text: inConditions('arguments.a\\b: ada', 'metadata.team\\: ada'),
    message: [
      'policy.yaml:6:7: rules[0].conditions.arguments.a\\b has a backslash that stands before none of `.`, `\\`, `*`, `[` and `]`',
      'policy.yaml:7:7: rules[0].conditions.metadata.team\\ has a backslash that stands before none of `.`, `\\`, `*`, `[` and `]`',
    ].join('\n'),
  },
  {
    title: 'a path with a wildcard',
    text: inConditions('arguments.items.*.price: { max: 100 }'),
    message:
      'policy.yaml:6:7: rules[0].conditions.arguments.items.*.price has a part `*`, which only the paths of a redaction may have',
  },
  {
    title: 'an amount that is a word',
    text: inConditions('amount_max: lots'),
    message: 'policy.yaml:6:19: rules[0].conditions.amount_max is `"lots"`; expected a decimal number, such as 100.01',
  },
  {
    title: 'an amount with a comma',
    text: inConditions('amount_max: "1,000"'),
    message: 'policy.yaml:6:19: rules[0].conditions.amount_max is `"1,000"`; expected a decimal number, such as 100.01',
  },
  {
    title: 'an amount without a value',
    text: inConditions('amount_max:'),
    message: 'policy.yaml:6:7: rules[0].conditions.amount_max has no value; expected a decimal number, such as 100.01',
  },
  {
    title: 'an amount in hexadecimal',
    text: inConditions('amount_max: 0x64'),
    message: 'policy.yaml:6:19: rules[0].conditions.amount_max is `0x64`; expected a decimal number, such as 100.01',
    isBeyondSchema: true,
  },
  {
    title: 'an amount in octal',
    text: inConditions('amount_min: 0o17'),
    message: 'policy.yaml:6:19: rules[0].conditions.amount_min is `0o17`; expected a decimal number, such as 100.01',
    isBeyondSchema: true,
  },
  {
    title: 'an amount without an end',
    text: inConditions('amount_max: .inf', 'amount_min: -.inf'),
    message: [
      'policy.yaml:6:19: rules[0].conditions.amount_max is `.inf`; expected a decimal number, such as 100.01',
      'policy.yaml:7:19: rules[0].conditions.amount_min is `-.inf`; expected a decimal number, such as 100.01',
    ].join('\n'),
  },
  {
    title: 'an amount that is not a number',
    text: inConditions('amount_max: .nan'),
    message: 'policy.yaml:6:19: rules[0].conditions.amount_max is `.nan`; expected a decimal number, such as 100.01',
  },
  {
    title: 'an amount with a bare point',
    text: inConditions('amount_max: 5.', 'amount_min: .5'),
    message: [
      'policy.yaml:6:19: rules[0].conditions.amount_max is `5.`; expected a decimal number, such as 100.01',
      'policy.yaml:7:19: rules[0].conditions.amount_min is `.5`; expected a decimal number, such as 100.01',
    ].join('\n'),
    isBeyondSchema: true,
  },
  {
    title: 'an amount that is a list',
    text: inConditions('amount_max: [100]'),
    message: 'policy.yaml:6:19: rules[0].conditions.amount_max is a list; expected a decimal number, such as 100.01',
  },
  {
    title: 'an empty all',
    text: inConditions('all: []'),
    message:
      'policy.yaml:6:12: rules[0].conditions.all is an empty list; expected a list of at least one mapping of conditions',
  },
  {
    title: 'an any that is a mapping',
    text: inConditions('any: { principal: ada }'),
    message:
      'policy.yaml:6:12: rules[0].conditions.any is a mapping; expected a list of at least one mapping of conditions',
  },
  {
    title: 'an empty mapping in all',
    text: inConditions('all: [{ principal: ada }, {}]'),
    message:
      'policy.yaml:6:33: rules[0].conditions.all[1] is an empty mapping; expected a mapping of conditions, such as `amount_max: 100`',
  },
  {
    title: 'a not that is a list',
    text: inConditions('not: [{ principal: ada }]'),
    message:
      'policy.yaml:6:12: rules[0].conditions.not is a list; expected a mapping of conditions, such as `amount_max: 100`; a list stands under `all` or `any`',
  },
  {
    title: 'an unknown condition within others',
    text: inConditions('any:', '  - all:', '      - not: { amount_mim: 5 }'),
    message:
      'policy.yaml:8:22: rules[0].conditions.any[0].all[0].not.amount_mim is unknown; expected all, any, not, amount_max, amount_min, time_range, weekdays, called, calls, spent or a path such as `arguments.amount_mim`, which begins with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category or metadata; did you mean `amount_min`?',
  },
  {
    title: 'a time range with one digit',
    text: inConditions('time_range: 9:00-18:00'),
    message:
      'policy.yaml:6:19: rules[0].conditions.time_range is `"9:00-18:00"`; expected a time range, such as "09:00-18:00", from 00:00 to 24:00',
  },
  {
    title: 'a time range with an hour that there is not',
    text: inConditions('time_range: 09:00-25:00'),
    message:
      'policy.yaml:6:19: rules[0].conditions.time_range is `"09:00-25:00"`; expected a time range, such as "09:00-18:00", from 00:00 to 24:00',
  },
  {
    title: 'a time range with a minute that there is not',
    text: inConditions('time_range: 09:60-18:00'),
    message:
      'policy.yaml:6:19: rules[0].conditions.time_range is `"09:60-18:00"`; expected a time range, such as "09:00-18:00", from 00:00 to 24:00',
  },
  {
    title: 'a time range that begins at the end of the day',
    text: inConditions('time_range: 24:00-06:00'),
    message:
      'policy.yaml:6:19: rules[0].conditions.time_range is `"24:00-06:00"`; expected a time range, such as "09:00-18:00", from 00:00 to 24:00',
  },
  {
    title: 'an empty time range',
    text: inConditions('time_range: 09:00-09:00'),
    message:
      'policy.yaml:6:19: rules[0].conditions.time_range is `"09:00-09:00"`; expected a time range that is not empty; a whole day is written "00:00-24:00"',
    isBeyondSchema: true,
  },
  {
    title: 'an empty time range at midnight',
    text: inConditions('time_range: 00:00-00:00'),
    message:
      'policy.yaml:6:19: rules[0].conditions.time_range is `"00:00-00:00"`; expected a time range that is not empty; a whole day is written "00:00-24:00"',
    isBeyondSchema: true,
  },
  {
    title: 'a time range that is a list',
    text: inConditions('time_range: [09:00, 18:00]'),
    message:
      'policy.yaml:6:19: rules[0].conditions.time_range is a list; expected a time range, such as "09:00-18:00", from 00:00 to 24:00',
  },
  {
    title: 'a time range in an unknown time zone',
    text: inConditions('time_range: { between: 09:00-18:00, timeZone: Mars/Olympus }'),
    message:
      'policy.yaml:6:53: rules[0].conditions.time_range.timeZone is `"Mars/Olympus"`; expected the IANA name of a time zone, such as `Europe/Berlin`',
    isBeyondSchema: true,
  },
  {
    title: 'a time range with only a time zone',
    text: inConditions('time_range: { timeZone: UTC }'),
    message:
      'policy.yaml:6:19: rules[0].conditions.time_range has no `between`; expected one, such as `between: "09:00-18:00"`',
  },
  {
    title: 'a time range with an unknown field',
    text: inConditions('time_range: { between: 09:00-18:00, zone: UTC }'),
    message:
      'policy.yaml:6:43: rules[0].conditions.time_range.zone is unknown; expected between or timeZone; did you mean `timeZone`?',
  },
  {
    title: 'a day written out',
    text: inConditions('weekdays: Monday'),
    message:
      'policy.yaml:6:17: rules[0].conditions.weekdays is `"Monday"`; expected days out of mon, tue, wed, thu, fri, sat, sun, such as mon-fri or [mon, wed]; did you mean `mon`?',
  },
  {
    title: 'days with a comma',
    text: inConditions('weekdays: mon, tue'),
    message:
      'policy.yaml:6:17: rules[0].conditions.weekdays is `"mon, tue"`; expected days out of mon, tue, wed, thu, fri, sat, sun, such as mon-fri or [mon, wed]',
  },
  {
    title: 'an unknown day in a list',
    text: inConditions('weekdays: [mon, thr-fri, 6]'),
    message: [
      'policy.yaml:6:23: rules[0].conditions.weekdays[1] is `"thr-fri"`; expected days out of mon, tue, wed, thu, fri, sat, sun, such as mon-fri or [mon, wed]',
      'policy.yaml:6:32: rules[0].conditions.weekdays[2] is `6`; expected days out of mon, tue, wed, thu, fri, sat, sun, such as mon-fri or [mon, wed]',
    ].join('\n'),
  },
  {
    title: 'an empty list of days',
    text: inConditions('weekdays: []'),
    message:
      'policy.yaml:6:17: rules[0].conditions.weekdays is an empty list; expected days out of mon, tue, wed, thu, fri, sat, sun, such as mon-fri or [mon, wed]',
  },
  {
    title: 'days without on',
    text: inConditions('weekdays: { days: mon-fri }'),
    message:
      'policy.yaml:6:19: rules[0].conditions.weekdays.days is unknown; expected on or timeZone; did you mean `on`?',
  },
  {
    title: 'an empty list of what was called',
    text: inConditions('called: []'),
    message:
      'policy.yaml:6:15: rules[0].conditions.called is an empty list; expected a glob, such as `read:*`, or a list of globs',
  },
  {
    title: 'calls without actions',
    text: inConditions('calls: { max: 3 }'),
    message: 'policy.yaml:6:14: rules[0].conditions.calls has no `of`; expected one, such as `of: refund:*`',
  },
  {
    title: 'calls without a bound',
    text: inConditions('calls: { of: refund:* }'),
    message:
      'policy.yaml:6:14: rules[0].conditions.calls has no `equals`, `min`, `max`, `above` or `below`; expected one, such as `max: 3`',
  },
  {
    title: 'calls with a bound that is no whole number',
    text: inConditions('calls: { of: refund:*, max: 2.5, min: -1 }'),
    message: [
      'policy.yaml:6:35: rules[0].conditions.calls.max is `2.5`; expected a whole number of 0 or more, such as 3',
      'policy.yaml:6:45: rules[0].conditions.calls.min is `-1`; expected a whole number of 0 or more, such as 3',
    ].join('\n'),
  },
  {
    title: 'calls that are a number',
    text: inConditions('calls: 3'),
    message:
      'policy.yaml:6:14: rules[0].conditions.calls is `3`; expected a mapping with some of the fields of, equals, min, max, above, below',
  },
  {
    title: 'an unknown bound of what was spent',
    text: inConditions('spent: { gt: 5.00 }'),
    message:
      'policy.yaml:6:16: rules[0].conditions.spent.gt is unknown; expected of, equals, min, max, above or below; did you mean `above`?',
  },
  {
    title: 'an empty mapping of what was spent',
    text: inConditions('spent: {}'),
    message:
      'policy.yaml:6:14: rules[0].conditions.spent is an empty mapping; expected a mapping with some of the fields of, equals, min, max, above, below',
  },
  {
    title: 'what was spent with a bound in words',
    text: inConditions('spent: { max: five }'),
    message: 'policy.yaml:6:21: rules[0].conditions.spent.max is `"five"`; expected a decimal number, such as 100.01',
  },
  {
    title: 'a path with an index in brackets',
    text: inConditions('arguments.items[0].ssn: "1"', 'arguments.items["first"]: 2', 'arguments[0].to: ada'),
    message: [
      'policy.yaml:6:7: rules[0].conditions["arguments.items[0].ssn"] has a bracket; write it as `arguments.items.0.ssn`; one within a key is written `\\[` or `\\]`',
      'policy.yaml:7:7: rules[0].conditions["arguments.items[\\"first\\"]"] has a bracket; write it as `arguments.items.first`; one within a key is written `\\[` or `\\]`',
      'policy.yaml:8:7: rules[0].conditions["arguments[0].to"] is unknown; expected all, any, not, amount_max, amount_min, time_range, weekdays, called, calls, spent or a path such as `arguments.to`, which begins with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category or metadata; write it as `arguments.0.to`',
    ].join('\n'),
  },
  {
    title: 'a path with a wildcard in brackets',
    text: inConditions('arguments.items[*].ssn: "1"', 'arguments.items[].ssn: "1"'),
    message: [
      'policy.yaml:6:7: rules[0].conditions["arguments.items[*].ssn"] has a part `*`, which only the paths of a redaction may have',
      'policy.yaml:7:7: rules[0].conditions["arguments.items[].ssn"] has a part `*`, which only the paths of a redaction may have',
    ].join('\n'),
  },
  {
    title: 'a path with a bracket that is not closed',
    text: inConditions('arguments.items[0: 1', 'arguments.a]: 1'),
    message: [
      'policy.yaml:6:7: rules[0].conditions["arguments.items[0"] has a bracket; one within a key is written `\\[` or `\\]`',
      'policy.yaml:7:7: rules[0].conditions["arguments.a]"] has a bracket; one within a key is written `\\[` or `\\]`',
    ].join('\n'),
  },
  {
    title: 'a path with a wildcard within a part',
    text: inConditions('arguments.*_token: a', 'arguments.**: a', 'arguments.note*: a'),
    message: [
      'policy.yaml:6:7: rules[0].conditions.arguments.*_token has the part `*_token`; `*` is no wildcard within a part, and a key that has one is written with `\\*`',
      'policy.yaml:7:7: rules[0].conditions.arguments.** has the part `**`; `*` is no wildcard within a part, and a key that has one is written with `\\*`',
      'policy.yaml:8:7: rules[0].conditions.arguments.note* has the part `note*`; `*` is no wildcard within a part, and a key that has one is written with `\\*`',
    ].join('\n'),
  },
  {
    title: 'a category in capitals',
    text: inConditions('category: Slack'),
    message:
      'policy.yaml:6:17: rules[0].conditions.category is `"Slack"`; expected a category of this document, or slack, github, drive, http or generic; did you mean `slack`?',
    isBeyondSchema: true,
  },
  {
    title: 'a misspelt category in a list',
    text: inConditions('category: [slack, githb]'),
    message:
      'policy.yaml:6:25: rules[0].conditions.category[1] is `"githb"`; expected a category of this document, or slack, github, drive, http or generic; did you mean `github`?',
    isBeyondSchema: true,
  },
  {
    title: 'a category that no call has',
    text: inConditions('category: { equals: calendar, in: [generic, mail] }'),
    message: [
      'policy.yaml:6:27: rules[0].conditions.category.equals is `"calendar"`; expected a category of this document, or slack, github, drive, http or generic',
      'policy.yaml:6:51: rules[0].conditions.category.in[1] is `"mail"`; expected a category of this document, or slack, github, drive, http or generic',
    ].join('\n'),
    isBeyondSchema: true,
  },
  {
    title: 'a misspelt category of the document, whose categories stand below',
    text: lines(
      'name: support',
      'rules: [{ effect: deny, actions: a, conditions: { not: { category: calender } } }]',
      'categories: { calendar: { tools: "cal_*" } }',
    ),
    message:
      'policy.yaml:2:68: rules[0].conditions.not.category is `"calender"`; expected a category of this document, or slack, github, drive, http or generic; did you mean `calendar`?',
    isBeyondSchema: true,
  },
  {
    title: 'an argument as a mapping in the arguments',
    text: inConditions('arguments: { amount: { max: 5 } }'),
    message:
      'policy.yaml:6:20: rules[0].conditions.arguments.amount is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; write it as `arguments.amount`',
  },
  {
    title: 'a part of an argument as a mapping',
    text: inConditions('arguments.customer: { address: { city: Berlin }, country: DE }', 'metadata: { team: support }'),
    message: [
      'policy.yaml:6:29: rules[0].conditions.arguments.customer.address is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; write it as `arguments.customer.address`',
      'policy.yaml:6:56: rules[0].conditions.arguments.customer.country is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some',
      'policy.yaml:7:19: rules[0].conditions.metadata.team is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; write it as `metadata.team`',
    ].join('\n'),
  },
  {
    title: 'an amount with its words the other way round',
    text: inConditions('max_amount: 5', 'minAmount: 1'),
    message: [
      'policy.yaml:6:7: rules[0].conditions.max_amount is unknown; expected all, any, not, amount_max, amount_min, time_range, weekdays, called, calls, spent or a path such as `arguments.max_amount`, which begins with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category or metadata; did you mean `amount_max`?',
      'policy.yaml:7:7: rules[0].conditions.minAmount is unknown; expected all, any, not, amount_max, amount_min, time_range, weekdays, called, calls, spent or a path such as `arguments.minAmount`, which begins with arguments, principal, tenant, session, run, traceId, tool, action, tags, trustTier, category or metadata; did you mean `amount_min`?',
    ].join('\n'),
  },
  {
    title: 'days of two letters',
    text: inConditions('weekdays: mo-fr'),
    message:
      'policy.yaml:6:17: rules[0].conditions.weekdays is `"mo-fr"`; expected days out of mon, tue, wed, thu, fri, sat, sun, such as mon-fri or [mon, wed]; did you mean `mon-fri`?',
  },
  {
    title: 'days written out',
    text: inConditions('weekdays: [Monday - Friday, su, sat–sun]'),
    message: [
      'policy.yaml:6:18: rules[0].conditions.weekdays[0] is `"Monday - Friday"`; expected days out of mon, tue, wed, thu, fri, sat, sun, such as mon-fri or [mon, wed]; did you mean `mon-fri`?',
      'policy.yaml:6:35: rules[0].conditions.weekdays[1] is `"su"`; expected days out of mon, tue, wed, thu, fri, sat, sun, such as mon-fri or [mon, wed]; did you mean `sun`?',
      'policy.yaml:6:39: rules[0].conditions.weekdays[2] is `"sat–sun"`; expected days out of mon, tue, wed, thu, fri, sat, sun, such as mon-fri or [mon, wed]; did you mean `sat-sun`?',
    ].join('\n'),
  },
]
