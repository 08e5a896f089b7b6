import { PolicyError, type PolicyFields } from '@toolgate/core'
import { type ClientUse, checkClient, type RedisClient } from './connection.ts'

/** Where the server is: its URL, or a client of somebody else's that is connected to it. */
export interface ServerSettings {
  readonly url: string | undefined
  readonly client: RedisClient | undefined
}

/** Reads the options `url` and `client`. @throws PolicyError unless one of them is there and can be used. */
export function readServer(fields: PolicyFields, use: ClientUse): ServerSettings {
  const url = readUrl(fields)
  const client = readClient(fields, use)
  if ((url === undefined) === (client === undefined)) {
    const given = url === undefined ? 'neither was given' : 'both were given'
    throw urlError(fields, given, 'either a `url`, such as "redis://127.0.0.1:6379", or a `client`')
  }
  return { url, client }
}

function readUrl(fields: PolicyFields): string | undefined {
  const url = fields.raw('url')
  if (url === undefined) return undefined
  if (typeof url === 'string' && /^rediss?:\/\/./.test(url) && URL.canParse(url)) return url
  throw urlError(
    fields,
    'not shown, since it may hold a password',
    'a URL such as "redis://127.0.0.1:6379" or "rediss://user:password@host:6380"',
  )
}

/** The value itself may hold a password. */
function urlError({ path }: PolicyFields, value: string, expected: string): PolicyError {
  return new PolicyError({ field: `${path}.url`, value, expected })
}

function readClient(fields: PolicyFields, use: ClientUse): RedisClient | undefined {
  const client = fields.raw('client') as Partial<RedisClient> | undefined
  if (client === undefined) return undefined
  if (typeof client?.defineCommand !== 'function' || typeof client.options !== 'object') {
    throw fields.error('client', 'a client of ioredis: a `Redis` or a `Cluster`')
  }
  checkClient(client as RedisClient, use)
  return client as RedisClient
}
