import { describe, expect, test } from 'vitest'
import { builtInCategories, categoryOf } from '../src/condition/category.ts'
import type { Category } from '../src/document/document.ts'
import { literal, subject, truthOf, value } from './conditions.ts'

function category(tool: string, args: unknown = {}, categories: readonly Category[] = []): string | undefined {
  return categoryOf({ tool, arguments: args }, categories)
}

test('the built-in categories are slack, github, drive, http and generic', () => {
  expect(builtInCategories.map(({ name }) => name)).toEqual(['slack', 'github', 'drive', 'http', 'generic'])
})

describe('the category of a call', () => {
  test.each([
    ['slack', 'slack'],
    ['slack_post_message', 'slack'],
    ['slack.chat.postMessage', 'slack'],
    ['post_slack', 'slack'],
    ['mcp__slack__post', 'slack'],
    ['SLACK_POST_MESSAGE', 'slack'],
    ['github_create_issue', 'github'],
    ['GITHUB_CREATE_ISSUE', 'github'],
    ['github:create-issue', 'github'],
    ['drive_search', 'drive'],
    ['google_drive_search', 'drive'],
    ['mcp__gdrive__search', 'drive'],
    ['GOOGLEDRIVE_SEARCH', 'drive'],
    ['test_drive', 'generic'],
    ['slacken', 'generic'],
    ['search', 'generic'],
    ['constructor', 'generic'],
  ])('of the tool %s is %s', (tool, expected) => {
    expect(category(tool)).toBe(expected)
  })

  test.each([
    ['https://hooks.slack.com/services/x', 'slack'],
    ['https://SLACK.com./', 'slack'],
    ['https://api.github.com/repos', 'github'],
    ['https://raw.githubusercontent.com/a', 'github'],
    ['https://www.googleapis.com/drive/v3/files', 'drive'],
    ['https://example.com/', 'http'],
    ['https://slack.com.evil.com/', 'http'],
    ['https://slack.com@evil.com/', 'http'],
    ['http://127.0.0.1:8080/', 'http'],
  ])('of a tool of another name, with the url %s, is %s', (url, expected) => {
    expect(category('fetch', { url })).toBe(expected)
  })

  test('is that of the tool, wherever its url points', () => {
    expect(category('slack_post', { url: 'https://api.github.com' })).toBe('slack')
  })

  test.each(['not a url', '', '/path', 'file:///etc/passwd', 5, null, ['https://slack.com'], {}])(
    'is not known where the url is %j',
    (url) => {
      expect(category('fetch', { url })).toBeUndefined()
      const isHttp = value('category', { operator: 'equals', literal: literal('http') })
      expect(truthOf(isHttp, subject({ tool: 'fetch', arguments: { url } }))).toBe('unknown')
    },
  )

  test.each([undefined, null, 'https://slack.com', { url: undefined }, Object.create({ url: 'https://slack.com' })])(
    'is generic without a url of its own',
    (args) => {
      expect(category('fetch', args)).toBe('generic')
    },
  )
})

describe('the categories of a document', () => {
  const payments: Category = { name: 'payments', tools: ['pay*', 'slack_pay'], hosts: ['*.stripe.com', 'slack.com'] }

  test('are asked before the built-in ones', () => {
    expect(category('payout', {}, [payments])).toBe('payments')
    expect(category('slack_pay', {}, [payments])).toBe('payments')
    expect(category('slack_post', {}, [payments])).toBe('slack')
    expect(category('fetch', { url: 'https://slack.com' }, [payments])).toBe('payments')
    expect(category('fetch', { url: 'https://a.slack.com' }, [payments])).toBe('slack')
  })

  test('come in their order, and the tool before the host in all of them', () => {
    const first: Category = { name: 'first', tools: [], hosts: ['*'] }
    const second: Category = { name: 'second', tools: ['fetch'], hosts: ['*'] }
    expect(category('fetch', { url: 'https://a.com' }, [first, second])).toBe('second')
    expect(category('get', { url: 'https://a.com' }, [first, second])).toBe('first')
  })

  test('stand in place of built-in ones of the same name', () => {
    const slack: Category = { name: 'slack', tools: ['chat'], hosts: [] }
    expect(category('chat', {}, [slack])).toBe('slack')
    expect(category('slack_post', {}, [slack])).toBe('generic')
    const http: Category = { name: 'http', tools: [], hosts: ['*.example.com'] }
    expect(category('fetch', { url: 'https://a.example.com' }, [http])).toBe('http')
    expect(category('fetch', { url: 'https://other.com' }, [http])).toBe('generic')
  })

  test('are used by conditions', () => {
    const isPayment = value('category', { operator: 'equals', literal: literal('payments') })
    expect(truthOf(isPayment, subject({ tool: 'payout' }), [payments])).toBe(true)
    expect(truthOf(isPayment, subject({ tool: 'payout' }))).toBe(false)
  })
})
