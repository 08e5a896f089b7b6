import { describe, expect, test } from 'vitest'
import { compileHostPattern, compileHostPatterns, hostOf } from '../src/condition/host.ts'

describe('the host', () => {
  test.each([
    ['https://api.github.com/repos?q=1#top', 'api.github.com'],
    ['HTTPS://API.GitHub.COM', 'api.github.com'],
    ['wss://chat.example.com:8443/socket', 'chat.example.com'],
    ['ftp://files.example.com/a', 'files.example.com'],
    ['http://good.com@evil.com/', 'evil.com'],
    ['http://good.com:443@evil.com/', 'evil.com'],
    ['http://evil.com#@good.com/', 'evil.com'],
    ['http://evil.com?@good.com/', 'evil.com'],
    ['http://example.com./', 'example.com'],
    ['http://bücher.de/', 'xn--bcher-kva.de'],
    ['http://BÜCHER.de/', 'xn--bcher-kva.de'],
    ['http://ｅxample。com/', 'example.com'],
    ['http://ex%61mple.com/', 'example.com'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://127.1./', '127.0.0.1'],
    ['http://[::1]:8080/', '::1'],
    ['http://[0:0:0:0:0:0:0:1]/', '::1'],
    ['http://[::ffff:127.0.0.1]/', '127.0.0.1'],
    ['http://[::FFFF:7f00:1]/', '127.0.0.1'],
  ])('of the URL %s is %s', (url, host) => {
    expect(hostOf(url)).toBe(host)
  })

  test.each([
    ['localhost', 'localhost'],
    ['Example.com', 'example.com'],
    ['example.com:8080', 'example.com'],
    ['example.com.', 'example.com'],
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1:80', '10.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['[::1]:80', '::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['bücher.de', 'xn--bcher-kva.de'],
  ])('of the bare %s is %s', (text, host) => {
    expect(hostOf(text)).toBe(host)
  })

  test.each([
    '',
    '.',
    'http://',
    'http:///evil.com',
    'http:evil.com',
    'http:\\\\evil.com',
    'http://good.com\\@evil.com/',
    'http://good.com@x@evil.com/',
    'http://./',
    'http://a..b/',
    'http://.a/',
    'http://a.com../',
    'http://a b/',
    'http://a.com/ b',
    ' http://a.com',
    'http://a.com\n',
    'ht\ttp://a.com',
    'http://a\u0000.com',
    'http://a%20b.com',
    'http://a:99999',
    'http://256.1.1.1',
    'http://1.2.3.4.5',
    'http://[::1',
    'http://[fe80::1%25eth0]/',
    'fe80::1%eth0',
    'user@example.com',
    'example.com/path',
    '//example.com/',
    '/path',
    'file:///etc/passwd',
    'mailto:a@example.com',
    'javascript:alert(1)',
    'data:text/html,x',
    'gopher://example.com/',
    'a b',
    2_130_706_433,
    null,
    undefined,
    {},
    new URL('http://a.com'),
  ])('of %j is not known', (given) => {
    expect(hostOf(given)).toBeUndefined()
  })

  test('of long and hostile texts is found, or not, in the end', () => {
    const long = 1_000_000
    expect(hostOf(`http://${'a'.repeat(long)}/`)).toHaveLength(long)
    expect(hostOf('é'.repeat(long))).toBeUndefined()
    expect(hostOf(`http://${'@'.repeat(long)}`)).toBeUndefined()
    expect(hostOf(`http://${'a@'.repeat(long / 2)}`)).toBeUndefined()
    expect(hostOf('['.repeat(long))).toBeUndefined()
    expect(hostOf(':'.repeat(long))).toBeUndefined()
    expect(hostOf('9'.repeat(long))).toBeUndefined()
    expect(hostOf('a.'.repeat(long / 2))).toHaveLength(long - 1)
  })
})

describe('a pattern of hosts', () => {
  test.each([
    ['slack.com', ['slack.com'], ['evil-slack.com', 'slack.com.evil.com', 'a.slack.com']],
    ['SLACK.com.', ['slack.com'], []],
    ['*.Slack.com', ['a.slack.com', 'a.b.slack.com'], ['slack.com', 'slack.com.evil.com', 'aslack.com']],
    ['api-?.example.com', ['api-1.example.com'], ['api-.example.com', 'api-12.example.com']],
    ['*', ['slack.com', '::1'], []],
    ['bücher.de', ['xn--bcher-kva.de'], ['bücher.de']],
    ['*.BÜCHER.de', ['a.xn--bcher-kva.de'], ['xn--bcher-kva.de']],
    ['0x7f.1', ['127.0.0.1'], []],
    ['10.0.*', ['10.0.1.2'], ['10.1.0.0']],
    ['::1', ['::1'], []],
    ['[0:0::1]', ['::1'], []],
    ['::ffff:10.0.0.1', ['10.0.0.1'], []],
    ['my_host', ['my_host'], []],
  ])('%s matches whole hosts', (pattern, matching, others) => {
    const matches = compileHostPatterns([pattern])
    expect(matching.filter((host) => !matches(host))).toEqual([])
    expect(others.filter((host) => matches(host))).toEqual([])
  })

  test.each([
    '',
    'https://slack.com',
    'https://*.slack.com',
    '//slack.com',
    'slack.com/api',
    '*.slack.com/*',
    'slack.com:443',
    '*.slack.com:443',
    '[::1]:80',
    'fe80:*',
    'slack .com',
    '* .com',
    'user@slack.com',
    '*@slack.com',
    'b*ü.de',
    '*..com',
    '.slack.com',
    '\\*.com',
    '*.slack.com\n',
  ])('can not be %j', (pattern) => {
    expect(compileHostPattern(pattern)).toBeUndefined()
  })

  test('that can be none is refused by name', () => {
    expect(() => compileHostPatterns(['slack.com', 'a/b'])).toThrow(
      '`a/b` is no host; expected a glob such as *.example.com',
    )
  })
})
