import { type BrokenDocument, inConditions } from './broken.ts'

/** Tests of values that can not be read. */
export const brokenValues: readonly BrokenDocument[] = [
  {
    title: 'a path without a value',
    text: inConditions('arguments.to:'),
    message:
      'policy.yaml:6:7: rules[0].conditions.arguments.to has no value; expected text, a number, true, false or null',
    isBeyondSchema: true,
  },
  {
    title: 'an empty list of values',
    text: inConditions('arguments.currency: []'),
    message:
      'policy.yaml:6:27: rules[0].conditions.arguments.currency is an empty list; expected a list of values, such as [EUR, USD]',
  },
  {
    title: 'a list in a list of values',
    text: inConditions('arguments.currency: [EUR, [USD]]'),
    message:
      'policy.yaml:6:33: rules[0].conditions.arguments.currency[1] is a list; expected text, a number, true, false or null',
  },
  {
    title: 'no tests',
    text: inConditions('arguments.to: {}'),
    message:
      'policy.yaml:6:21: rules[0].conditions.arguments.to is an empty mapping; expected a mapping with some of the fields equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every, some',
  },
  {
    title: 'a truth value where there is always text',
    text: inConditions('principal: true'),
    message:
      'policy.yaml:6:18: rules[0].conditions.principal is `true`; expected text; without quotes this is a truth value and no text: put it in quotes',
  },
  {
    title: 'a test of one text where there is always a list',
    text: inConditions('tags: { equals: support }'),
    message:
      'policy.yaml:6:15: rules[0].conditions.tags.equals is unknown; expected length, exists, contains, every or some; a test of single tags stands under `some` or `every`',
  },
  {
    title: 'a number where there is always text',
    text: inConditions('session: 12345', 'tenant: { in: [42] }'),
    message: [
      'policy.yaml:6:16: rules[0].conditions.session is `12345`; expected text; without quotes this is a number and no text: put it in quotes',
      'policy.yaml:7:22: rules[0].conditions.tenant.in[0] is `42`; expected text; without quotes this is a number and no text: put it in quotes',
    ].join('\n'),
  },
  {
    title: 'a hexadecimal number',
    text: inConditions('arguments.flags: 0x1F'),
    message:
      'policy.yaml:6:24: rules[0].conditions.arguments.flags is `0x1F`; expected a decimal number, such as 100.01; put it in quotes if it is text',
    isBeyondSchema: true,
  },
  {
    title: 'a misspelt operator',
    text: inConditions('arguments.to: { equal: ada }'),
    message:
      'policy.yaml:6:23: rules[0].conditions.arguments.to.equal is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `equals`?',
  },
  {
    title: 'an operator like no other',
    text: inConditions('arguments.to: { resembles: ada }'),
    message:
      'policy.yaml:6:23: rules[0].conditions.arguments.to.resembles is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some',
  },
  {
    title: 'operators written as signs',
    text: inConditions('arguments.age: { ">=": 18, "<": 65, "==": 42 }'),
    message: [
      'policy.yaml:6:24: rules[0].conditions.arguments.age[">="] is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `min`?',
      'policy.yaml:6:34: rules[0].conditions.arguments.age["<"] is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `below`?',
      'policy.yaml:6:43: rules[0].conditions.arguments.age["=="] is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `equals`?',
    ].join('\n'),
  },
  {
    title: 'operators of other languages',
    text: inConditions('arguments.age: { gte: 18, lt: 65, eq: 42 }'),
    message: [
      'policy.yaml:6:24: rules[0].conditions.arguments.age.gte is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `min`?',
      'policy.yaml:6:33: rules[0].conditions.arguments.age.lt is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `below`?',
      'policy.yaml:6:41: rules[0].conditions.arguments.age.eq is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `equals`?',
    ].join('\n'),
  },
  {
    title: 'more operators of other languages',
    text: inConditions('arguments.to: { regex: a, like: a, startsWith: a, size: 1, oneOf: [a] }'),
    message: [
      'policy.yaml:6:23: rules[0].conditions.arguments.to.regex is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `matches`?',
      'policy.yaml:6:33: rules[0].conditions.arguments.to.like is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `glob`?',
      'policy.yaml:6:42: rules[0].conditions.arguments.to.startsWith is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `glob`?',
      'policy.yaml:6:57: rules[0].conditions.arguments.to.size is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `length`?',
      'policy.yaml:6:66: rules[0].conditions.arguments.to.oneOf is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `in`?',
    ].join('\n'),
  },
  {
    title: 'operators for what must not be',
    text: inConditions('arguments.to: { ne: ada, not_in: [bob] }'),
    message: [
      'policy.yaml:6:23: rules[0].conditions.arguments.to.ne is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; what must not be so is written with `not` around it',
      'policy.yaml:6:32: rules[0].conditions.arguments.to.not_in is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; what must not be so is written with `not` around it',
    ].join('\n'),
  },
  {
    title: 'one value for in',
    text: inConditions('arguments.currency: { in: EUR }'),
    message:
      'policy.yaml:6:33: rules[0].conditions.arguments.currency.in is `"EUR"`; expected a list of values, such as [EUR, USD]',
  },
  {
    title: 'a list for equals',
    text: inConditions('arguments.currency: { equals: [EUR] }'),
    message:
      'policy.yaml:6:37: rules[0].conditions.arguments.currency.equals is a list; expected text, a number, true, false or null',
  },
  {
    title: 'a limit that is a truth value',
    text: inConditions('arguments.amount: { max: true }'),
    message:
      'policy.yaml:6:32: rules[0].conditions.arguments.amount.max is `true`; expected a decimal number, such as 100.01',
  },
  {
    title: 'a limit that is a date',
    text: inConditions('arguments.day: { above: 2026-11-21 }'),
    message:
      'policy.yaml:6:31: rules[0].conditions.arguments.day.above is `"2026-11-21"`; expected a decimal number, such as 100.01',
  },
  {
    title: 'a length that is no whole number',
    text: inConditions('arguments.to: { length: 1.5 }'),
    message:
      'policy.yaml:6:31: rules[0].conditions.arguments.to.length is `1.5`; expected a whole number of 0 or more, such as 3',
  },
  {
    title: 'a negative bound of a length',
    text: inConditions('arguments.to: { length: { min: -1 } }'),
    message:
      'policy.yaml:6:38: rules[0].conditions.arguments.to.length.min is `-1`; expected a whole number of 0 or more, such as 3',
  },
  {
    title: 'a length without bounds',
    text: inConditions('arguments.to: { length: {} }'),
    message:
      'policy.yaml:6:31: rules[0].conditions.arguments.to.length is an empty mapping; expected a mapping with some of the fields equals, min, max, above, below',
  },
  {
    title: 'an unknown bound of a length',
    text: inConditions('arguments.to: { length: { atMost: 5 } }'),
    message:
      'policy.yaml:6:33: rules[0].conditions.arguments.to.length.atMost is unknown; expected equals, min, max, above or below; did you mean `max`?',
  },
  {
    title: 'a glob that is a truth value',
    text: inConditions('arguments.to: { glob: [true] }'),
    message:
      'policy.yaml:6:30: rules[0].conditions.arguments.to.glob[0] is `true`; expected a glob, such as `*@example.com`, or a list of globs; without quotes this is a truth value and no text: put it in quotes',
  },
  {
    title: 'an empty glob',
    text: inConditions('arguments.to: { glob: "" }'),
    message:
      'policy.yaml:6:29: rules[0].conditions.arguments.to.glob is `""`; expected a glob, such as `*@example.com`, or a list of globs',
  },
  {
    title: 'a regular expression with a bracket too few',
    text: inConditions('arguments.to: { matches: "[a-z" }'),
    message:
      'policy.yaml:6:32: rules[0].conditions.arguments.to.matches is `"[a-z"`; expected a regular expression in the syntax of RE2; missing closing ]: `[a-z`',
    isBeyondSchema: true,
  },
  {
    title: 'a regular expression that looks ahead',
    text: inConditions('arguments.to: { matches: "a(?=b)" }'),
    message:
      'policy.yaml:6:32: rules[0].conditions.arguments.to.matches is `"a(?=b)"`; expected a regular expression in the syntax of RE2; lookahead is not supported: `(?=`',
    isBeyondSchema: true,
  },
  {
    title: 'a regular expression that refers back',
    text: inConditions("arguments.to: { matches: '(a)\\1' }"),
    message:
      'policy.yaml:6:32: rules[0].conditions.arguments.to.matches is `"(a)\\\\1"`; expected a regular expression in the syntax of RE2; back-references are not supported: `\\1`',
    isBeyondSchema: true,
  },
  {
    title: 'a regular expression with too many repetitions',
    text: inConditions('arguments.to: { matches: "a{2000}" }'),
    message:
      'policy.yaml:6:32: rules[0].conditions.arguments.to.matches is `"a{2000}"`; expected a regular expression in the syntax of RE2; invalid repeat count: `{2000}`',
    isBeyondSchema: true,
  },
  {
    title: 'a regular expression with a control character',
    text: inConditions('arguments.to: { matches: "[\\u007f" }'),
    message:
      'policy.yaml:6:32: rules[0].conditions.arguments.to.matches is `"[\\u007f"`; expected a regular expression in the syntax of RE2, such as `^INV-[0-9]+$`, without the invisible character U+007F; one that is meant is written `\\x{7f}`',
  },
  {
    title: 'a list of regular expressions',
    text: inConditions('arguments.to: { matches: [a, b] }'),
    message:
      'policy.yaml:6:32: rules[0].conditions.arguments.to.matches is a list; expected a regular expression in the syntax of RE2, such as `^INV-[0-9]+$`',
  },
  {
    title: 'a host with a path',
    text: inConditions('arguments.url: { host: [example.com, example.com/help] }'),
    message:
      'policy.yaml:6:44: rules[0].conditions.arguments.url.host[1] is `"example.com/help"`; expected a glob over host names, such as `*.example.com`, or a list of them, without a scheme, a port or a path',
    isBeyondSchema: true,
  },
  {
    title: 'a host with a port',
    text: inConditions('arguments.url: { host: "example.com:443" }'),
    message:
      'policy.yaml:6:30: rules[0].conditions.arguments.url.host is `"example.com:443"`; expected a glob over host names, such as `*.example.com`, or a list of them, without a scheme, a port or a path',
    isBeyondSchema: true,
  },
  {
    title: 'a network with a bit after its prefix',
    text: inConditions('arguments.ip: { cidr: 10.0.0.1/8 }'),
    message:
      'policy.yaml:6:29: rules[0].conditions.arguments.ip.cidr is `"10.0.0.1/8"`; expected a network, such as `10.0.0.0/8` or `fd00::/8`, or a list of them, with no bits set after the prefix',
    isBeyondSchema: true,
  },
  {
    title: 'a network with too long a prefix',
    text: inConditions('arguments.ip: { cidr: [10.0.0.0/8, 10.0.0.0/33] }'),
    message:
      'policy.yaml:6:42: rules[0].conditions.arguments.ip.cidr[1] is `"10.0.0.0/33"`; expected a network, such as `10.0.0.0/8` or `fd00::/8`, or a list of them, with no bits set after the prefix',
    isBeyondSchema: true,
  },
  {
    title: 'a network that is a name',
    text: inConditions('arguments.ip: { cidr: localhost }'),
    message:
      'policy.yaml:6:29: rules[0].conditions.arguments.ip.cidr is `"localhost"`; expected a network, such as `10.0.0.0/8` or `fd00::/8`, or a list of them, with no bits set after the prefix',
    isBeyondSchema: true,
  },
  {
    title: 'exists with yes',
    text: inConditions('arguments.to: { exists: yes }'),
    message:
      'policy.yaml:6:31: rules[0].conditions.arguments.to.exists is `"yes"`; expected true or false, without quotes; YAML 1.2 takes yes and no as text',
  },
  {
    title: 'exists with a number',
    text: inConditions('arguments.to: { exists: 1 }'),
    message: 'policy.yaml:6:31: rules[0].conditions.arguments.to.exists is `1`; expected true or false',
  },
  {
    title: 'contains with a list',
    text: inConditions('arguments.to: { contains: [a] }'),
    message:
      'policy.yaml:6:33: rules[0].conditions.arguments.to.contains is a list; expected text, a number, true, false or null',
  },
  {
    title: 'every with a value',
    text: inConditions('arguments.to: { every: ada }'),
    message:
      'policy.yaml:6:30: rules[0].conditions.arguments.to.every is `"ada"`; expected a mapping with some of the fields equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains',
  },
  {
    title: 'lists in lists',
    text: inConditions('arguments.to: { every: { some: { equals: ada } } }'),
    message:
      'policy.yaml:6:32: rules[0].conditions.arguments.to.every.some is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists or contains',
  },
  {
    title: 'an unknown operator on items',
    text: inConditions('arguments.to: { some: { global: ada } }'),
    message:
      'policy.yaml:6:31: rules[0].conditions.arguments.to.some.global is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists or contains; did you mean `glob`?',
  },
  {
    title: 'operators in words',
    text: inConditions(
      'arguments.age: { over: 1, under: 9, minimum: 2, maximum: 8, greater_than: 1, less_than: 9, at_least: 2 }',
    ),
    message: [
      'policy.yaml:6:24: rules[0].conditions.arguments.age.over is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `above`?',
      'policy.yaml:6:33: rules[0].conditions.arguments.age.under is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `below`?',
      'policy.yaml:6:43: rules[0].conditions.arguments.age.minimum is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `min`?',
      'policy.yaml:6:55: rules[0].conditions.arguments.age.maximum is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `max`?',
      'policy.yaml:6:67: rules[0].conditions.arguments.age.greater_than is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `above`?',
      'policy.yaml:6:84: rules[0].conditions.arguments.age.less_than is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `below`?',
      'policy.yaml:6:98: rules[0].conditions.arguments.age.at_least is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `min`?',
    ].join('\n'),
  },
  {
    title: 'operators that lack a letter',
    text: inConditions('arguments.age: { mx: 5, mn: 1, lengt: 3, xm: 1 }'),
    message: [
      'policy.yaml:6:24: rules[0].conditions.arguments.age.mx is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `max`?',
      'policy.yaml:6:31: rules[0].conditions.arguments.age.mn is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `min`?',
      'policy.yaml:6:38: rules[0].conditions.arguments.age.lengt is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some; did you mean `length`?',
      'policy.yaml:6:48: rules[0].conditions.arguments.age.xm is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists, contains, every or some',
    ].join('\n'),
  },
  {
    title: 'whether it is an address with yes',
    text: inConditions('arguments.url: { isAddress: yes }'),
    message:
      'policy.yaml:6:35: rules[0].conditions.arguments.url.isAddress is `"yes"`; expected true or false, without quotes; YAML 1.2 takes yes and no as text',
  },
  {
    title: 'operators on tags that are for text',
    text: inConditions('tags: { glob: "a*", isAddress: true }'),
    message: [
      'policy.yaml:6:15: rules[0].conditions.tags.glob is unknown; expected length, exists, contains, every or some; a test of single tags stands under `some` or `every`',
      'policy.yaml:6:27: rules[0].conditions.tags.isAddress is unknown; expected length, exists, contains, every or some; a test of single tags stands under `some` or `every`',
    ].join('\n'),
  },
  {
    title: 'a number among tags',
    text: inConditions('tags: [support, 42]'),
    message:
      'policy.yaml:6:23: rules[0].conditions.tags[1] is `42`; expected text; without quotes this is a number and no text: put it in quotes',
  },
  {
    title: 'lists in the lists of tags',
    text: inConditions('tags: { some: { every: { glob: "a*" } } }'),
    message:
      'policy.yaml:6:23: rules[0].conditions.tags.some.every is unknown; expected equals, in, min, max, above, below, length, glob, matches, host, cidr, isAddress, exists or contains',
  },
]
