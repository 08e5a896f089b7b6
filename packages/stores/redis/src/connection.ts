import { PolicyError } from '@toolgate/core'
import { type Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis'

/** A client of ioredis: of one server (also through Sentinel) or of a cluster. */
export type RedisClient = Redis | Cluster

const connectionOptions = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  // A connection that says nothing for so long is dead, whatever the network makes of it.
  socketTimeout: 10_000,
}

/**
 * The options that a client of the quota store needs. By ioredis's own defaults, a command that was under way when the
 * connection was lost is sent again, and one that could not be sent is sent later, though its call was given up: both
 * charge what they should not.
 *
 * @example
 * new Redis({ sentinels, name: 'main', ...redisOptions })
 */
export const redisOptions: Omit<RedisOptions, 'replyMapping'> = {
  ...connectionOptions,
  enableOfflineQueue: false,
  retryStrategy: (attempts: number): number => Math.min(20 * 2 ** Math.min(attempts, 10), 500),
  // A server that was demoted keeps its connections; its name may lead to the new one.
  reconnectOnError: (error: Error): boolean => error.message.startsWith('READONLY'),
}

/**
 * The same for a cluster.
 *
 * @example
 * new Cluster(nodes, clusterOptions)
 */
export const clusterOptions: Omit<ClusterOptions, 'redisOptions'> & {
  readonly redisOptions: Omit<RedisOptions, 'replyMapping'>
} = {
  enableOfflineQueue: false,
  // With a delay, commands that were under way when a node's connection was lost are sent again.
  retryDelayOnFailover: 0,
  slotsRefreshInterval: 1_000,
  redisOptions: connectionOptions,
}

/** A client of the server of a URL, with the options above. It connects now, or with its first command if it is lazy. */
export function connect(
  url: string,
  onError: (error: Error) => void,
  { isLazy = false }: { readonly isLazy?: boolean } = {},
): Redis {
  const client = new Redis(url, { ...redisOptions, lazyConnect: isLazy, connectionName: 'toolgate' })
  // Unheard, errors would be written to the console. Calls are told of them.
  client.on('error', onError)
  return client
}

/** What a client that somebody else has made is used by, and the harm that some of its options would do. */
export interface ClientUse {
  /** The factory that was given the client. */
  readonly by: string
  /** What happens where commands are sent again when a connection was lost. */
  readonly resent: string
  /** What happens where commands wait for a connection. */
  readonly queued: string
  /** What names its keys, so that the client must not. */
  readonly name: string
}

/** What is wrong with an option of a client that somebody else has made. */
interface Flaw {
  readonly option: string
  readonly value: unknown
  readonly why: string
}

/**
 * Refuses a client whose options would do harm, such as to charge a call twice, and warns of what only makes it slower to
 * tell that Redis is down.
 * @throws PolicyError that names the option.
 */
export function checkClient(client: RedisClient, use: ClientUse): void {
  const { isCluster } = client
  const flaw = isCluster
    ? flawOfCluster(client.options as ClusterOptions, use)
    : flawOfServer(client.options as RedisOptions, use)
  const spread = isCluster ? '`clusterOptions`' : '`redisOptions`'
  if (flaw !== undefined) {
    const expected = `${flaw.why}; make the client with the ${spread} of @toolgate/redis`
    throw new PolicyError({ field: `${use.by}.client.options.${flaw.option}`, value: flaw.value, expected })
  }
  const own = (isCluster ? (client.options as ClusterOptions).redisOptions : client.options) as RedisOptions | undefined
  if (own?.maxRetriesPerRequest === 0) return
  process.emitWarning(
    `the client of ${use.by} has maxRetriesPerRequest ${own?.maxRetriesPerRequest}: what is under way when its connection is lost waits for its time-out; make it with the ${spread} of @toolgate/redis`,
    'ToolgateWarning',
  )
}

function flawOfServer(options: RedisOptions, use: ClientUse): Flaw | undefined {
  return (
    flawOfConnection(options, use, '') ?? flawOfQueue(options, use) ?? flawOfPrefix(options.keyPrefix, use, 'keyPrefix')
  )
}

function flawOfCluster(options: ClusterOptions, use: ClientUse): Flaw | undefined {
  const { retryDelayOnFailover, redisOptions: ofNodes = {} } = options
  if (retryDelayOnFailover !== 0) {
    const why = `0, or ${use.resent}`
    return { option: 'retryDelayOnFailover', value: retryDelayOnFailover, why }
  }
  return (
    flawOfConnection(ofNodes, use, 'redisOptions.') ??
    flawOfQueue(options, use) ??
    flawOfPrefix(options.keyPrefix, use, 'keyPrefix') ??
    flawOfPrefix(ofNodes.keyPrefix, use, 'redisOptions.keyPrefix')
  )
}

function flawOfConnection(
  { autoResendUnfulfilledCommands: value }: RedisOptions,
  { resent }: ClientUse,
  path: string,
): Flaw | undefined {
  if (value === false) return undefined
  return { option: `${path}autoResendUnfulfilledCommands`, value, why: `false, or ${resent}` }
}

function flawOfQueue(
  { enableOfflineQueue: value }: RedisOptions | ClusterOptions,
  { queued }: ClientUse,
): Flaw | undefined {
  if (value === false) return undefined
  return { option: 'enableOfflineQueue', value, why: `false, or ${queued}` }
}

function flawOfPrefix(value: string | undefined, { name }: ClientUse, option: string): Flaw | undefined {
  if (value === undefined || value === '') return undefined
  return { option, value, why: `none, since ${name} of its own` }
}
