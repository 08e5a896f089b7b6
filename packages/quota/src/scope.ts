import { argumentsDigest, type PolicyFields, type ToolCall, type ToolInfo } from '@toolgate/core'

/** What a quota can be kept per, by name. `args`: the same arguments, compared by their digest. */
export type ScopeName = 'tenant' | 'principal' | 'session' | 'run' | 'tool' | 'args'

/** A string of one's own for each call, under a name: tools with a scope of the same name share the quota. */
export interface NamedScope {
  readonly name: string
  readonly of: (call: ToolCall) => string
}

/**
 * What a quota is kept per: a part of the call by name, or a string of one's own for each call. What a bare function
 * returns is kept apart for each tool and limit, since nothing says that another function's string means the same.
 */
export type Scope = ScopeName | NamedScope | ((call: ToolCall) => string)

/** One quota among the calls of a tool: whose it is, as a key and in words. */
export interface ScopedQuota {
  /** The same for two quotas of a tool exactly when every call would count in both under one key. */
  readonly id: string
  /** @throws Error when the call lacks what the quota is kept per. */
  key(call: ToolCall): string
  /** Whose quota it is, for a message: `` tool `refund`, principal `agent:1` ``. */
  owner(call: ToolCall): string
}

interface Part {
  readonly id: string
  /** Whether it depends on nothing but who calls which tool: on tool, tenant and principal. */
  readonly isOfCaller: boolean
  /** The part of the key. */
  key(call: ToolCall): string
  owner(call: ToolCall): string
}

/** The names in the order of a key, so that the order in which a policy lists them makes no other quota. */
const scopeNames: readonly ScopeName[] = ['tool', 'tenant', 'principal', 'session', 'run', 'args']

/**
 * Reads `per` of a policy and makes the keys of its quota: the runner's name, what is counted and the scopes, joined
 * by `/`. What comes from outside is escaped, so that no two scopes share a key. Without `per` a quota is kept per
 * tool and principal, and per tenant for the calls that have one.
 *
 * @param counted what is counted, and in which window: `calls:60000`.
 * @throws PolicyError when `per` is not a list of scopes.
 */
export function scopedQuota(fields: PolicyFields, tool: ToolInfo, counted: string): ScopedQuota {
  const parts = partsOf(fields, tool)
  const prefix = `${escapePart(tool.runner.name)}/${escapePart(counted)}`
  const key = (call: ToolCall) => parts.reduce((key, part) => key + part.key(call), prefix)
  return {
    id: [prefix, ...parts.map((part) => part.id)].join('/'),
    key: parts.every((part) => part.isOfCaller) ? rememberedByCaller(key) : key,
    owner: (call) => {
      const owners = parts.map((part) => part.owner(call)).filter((owner) => owner !== '')
      return owners.join(', ') || 'all calls'
    },
  }
}

/** How many keys are remembered for each quota of a tool; beyond it, all are forgotten and learned anew. */
const mostRemembered = 4_096

/**
 * Remembers the keys of callers, where a key depends on nothing else of a call. A key that is made anew has to be
 * hashed anew by every map that it is looked up in, which costs more than all else that a quota does.
 */
function rememberedByCaller(keyOf: (call: ToolCall) => string): (call: ToolCall) => string {
  const known = new Map<string, { readonly tenant: string | undefined; readonly key: string }>()
  return (call) => {
    const last = known.get(call.principal)
    if (last !== undefined && last.tenant === call.tenant) return last.key
    if (known.size >= mostRemembered) known.clear()
    const key = keyOf(call)
    known.set(call.principal, { tenant: call.tenant, key })
    return key
  }
}

/** @throws PolicyError when two limits of one policy would count every call twice in the same quota. */
export function refuseTwins(fields: PolicyFields, quotas: readonly { readonly scoped: ScopedQuota }[]): void {
  // For a call with a tenant, a quota that is kept per tenant if there is one is the quota per tenant.
  const ids = quotas.map(({ scoped }) => scoped.id.replace(tenantIfAny.id, 'tenant'))
  if (new Set(ids).size !== ids.length) {
    throw fields.error('limits', 'limits that differ in `per` or window from each other: two of these are one quota')
  }
}

function partsOf(fields: PolicyFields, tool: ToolInfo): Part[] {
  const per = fields.raw('per')
  if (per === undefined) return [toolPart(tool), tenantIfAny, namedPart('principal')]
  const scopes: readonly unknown[] = Array.isArray(per) ? per : [per]
  if (scopes.length === 0 || !scopes.every(isScope) || new Set(scopes).size !== scopes.length) {
    throw fields.error(
      'per',
      `${scopeNames.join(', ')}, a function of a call, { name, of }, or a list of different ones`,
    )
  }
  const bare = scopes.filter((scope) => typeof scope === 'function') as ((call: ToolCall) => string)[]
  const named = (scopes.filter((scope) => typeof scope === 'object') as NamedScope[]).toSorted(byName)
  if (new Set(named.map(({ name }) => name)).size !== named.length) {
    throw fields.error('per', 'scopes of different names')
  }
  const names = scopeNames.filter((name) => scopes.includes(name) || (name === 'tool' && bare.length > 0))
  return [
    ...names.map((name) => (name === 'tool' ? toolPart(tool) : namedPart(name))),
    ...named.map(({ name, of }) => ownPart(`of:${escapePart(name)}`, of)),
    ...bare.map((of, index) => ownPart(`by:${fields.path}:${index}`, of)),
  ]
}

/** In whatever order a policy lists them, they make one key. */
function byName(one: NamedScope, other: NamedScope): number {
  return one.name < other.name ? -1 : 1
}

function isScope(scope: unknown): scope is Scope {
  if (typeof scope === 'function' || scopeNames.includes(scope as ScopeName)) return true
  const { name, of } = (scope ?? {}) as Partial<NamedScope>
  return typeof name === 'string' && name !== '' && typeof of === 'function'
}

/** The same for every call of the tool. */
function toolPart({ name }: ToolInfo): Part {
  const key = `/tool=${escapePart(name)}`
  return { id: 'tool', isOfCaller: true, key: () => key, owner: () => `tool \`${name}\`` }
}

/** Also without a tenant it has its place in the key, or the quota would be one with another that is kept per none. */
const tenantIfAny: Part = {
  id: 'tenant?',
  isOfCaller: true,
  key: ({ tenant = '' }) => `/tenant=${escapePart(tenant)}`,
  owner: ({ tenant }) => (tenant === undefined ? '' : `tenant \`${tenant}\``),
}

function namedPart(name: Exclude<ScopeName, 'tool'>): Part {
  if (name === 'args') {
    return {
      id: name,
      isOfCaller: false,
      key: (call) => `/args=${argumentsDigest(call)}`,
      owner: () => 'these arguments',
    }
  }
  return {
    id: name,
    isOfCaller: name === 'tenant' || name === 'principal',
    key: (call) => `/${name}=${escapePart(callValue(call, name))}`,
    owner: (call) => `${name} \`${callValue(call, name)}\``,
  }
}

function callValue(call: ToolCall, name: 'tenant' | 'principal' | 'session' | 'run'): string {
  const value = call[name]
  if (value === undefined)
    throw new Error(`its quota is kept per ${name}, and the call has none; make calls with a ${name}`)
  return value
}

function ownPart(id: string, scope: (call: ToolCall) => string): Part {
  const valueFor = (call: ToolCall): string => {
    const value: unknown = scope(call)
    if (typeof value === 'string' && value !== '') return value
    throw new Error(
      `its quota is kept per a function that returned \`${String(value)}\`; expected a string that is not empty`,
    )
  }
  return {
    id,
    isOfCaller: false,
    key: (call) => `/${id}=${escapePart(valueFor(call))}`,
    owner: (call) => `\`${valueFor(call)}\``,
  }
}

/** The separators of a key, the escape itself, and the braces that mark a hash tag in Redis. */
const special = /[%/={}]/
const eachSpecial = /[%/={}]/g

function escapePart(text: string): string {
  if (!special.test(text)) return text
  return text.replace(eachSpecial, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * What stands in a key for the runner, or for one of the scopes, such as `tenant`. `undefined` where the quota is not
 * kept per that: an empty string stands for calls that have none.
 */
export function quotaKeyPart(key: string, name: ScopeName | 'runner'): string | undefined {
  const [runner = '', , ...scopes] = key.split('/')
  const part = name === 'runner' ? runner : scopes.find((scope) => scope.startsWith(`${name}=`))?.slice(name.length + 1)
  return part?.replaceAll(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
