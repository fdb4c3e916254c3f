import type { FastifyInstance, onRequestAsyncHookHandler, onRequestHookHandler, RouteOptions } from 'fastify'
import { mayDo, type Scope, type StoredKey } from './api-key.ts'
import type { FindKey } from './key-ring.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key the request carries; undefined where none is needed. */
    caller: StoredKey | undefined
  }
}

/** Who may call: anybody on this machine, or whoever holds a key. */
export type Access = { readonly mode: 'loopback' } | { readonly mode: 'keys'; readonly findKey: FindKey }

/**
 * What each route asks for; `open` asks for nothing, because it tells nothing that is the shop's, or checks for itself.
 * A route that is not here does not start (`guard`).
 */
export const routeScopes: Readonly<Record<string, Scope | 'open'>> = {
  'POST /v1/events': 'publish',
  'POST /v1/track': 'publish',
  'POST /v1/identify': 'publish',
  'POST /sms/requests': 'publish',
  'GET /sms/requests/:id': 'lookup',
  'POST /sms/requests/:id/settlement': 'admin',
  'POST /texts': 'publish',
  // Gateways have no keys of ours: what they call is signed, or carries a key of its own.
  'GET /sms/receipts/kannel': 'open',
  'GET /sms/inbound/kannel': 'open',
  'POST /sms/receipts/twilio': 'open',
  'POST /sms/inbound/twilio': 'open',
  'GET /customers/:customerId': 'lookup',
  'GET /customers/:customerId/similar': 'lookup',
  'GET /customers/:customerId/texts': 'lookup',
  'GET /segments': 'lookup',
  'GET /segments/:name/customers': 'lookup',
  'GET /recommendations/:customerId': 'lookup',
  'GET /lineage/:recommendationId': 'lookup',
  'GET /lineage/:recommendationId/orders': 'lookup',
  'GET /campaigns/:campaignId/links': 'lookup',
  'GET /campaigns/:campaignId/attribution': 'lookup',
  'GET /campaigns/:campaignId/orders': 'lookup',
  'GET /campaigns/:campaignId/results': 'lookup',
  'POST /api/v1/generateFlow': 'admin',
  'POST /api/v1/checkFlow': 'admin',
  'POST /campaigns': 'admin',
  'GET /campaigns': 'admin',
  'GET /campaigns/:campaignId': 'admin',
  'PUT /campaigns/:campaignId': 'admin',
  'GET /campaigns/:campaignId/history': 'admin',
  'POST /campaigns/:campaignId/check': 'admin',
  'POST /campaigns/:campaignId/launch': 'admin',
  'POST /campaigns/:campaignId/rehearse': 'admin',
  'POST /campaigns/:campaignId/pause': 'admin',
  'POST /campaigns/:campaignId/resume': 'admin',
  'POST /campaigns/:campaignId/stop': 'admin',
  'GET /analytics/overview': 'lookup',
  'GET /analytics/segments': 'lookup',
  'GET /analytics/movement': 'lookup',
  'GET /analytics/cohorts': 'lookup',
  'GET /analytics/revenue': 'lookup',
  'GET /analytics/clusters': 'lookup',
  'GET /analytics/value': 'lookup',
  'GET /analytics/snapshots': 'lookup',
  'GET /live': 'lookup',
  'GET /metrics': 'lookup',
  'GET /health': 'open',
  'GET /ready': 'open',
  'GET /openapi.json': 'open',
  'GET /r/:code': 'open',
  'GET /': 'open',
  'GET /assets/:file': 'open',
}

/** What a route asks for; undefined where there is no rule. The pages at /docs are many files of a plugin, all open; `HEAD` is as `GET`. */
export function scopeOf(method: string, url: string): Scope | 'open' | undefined {
  if (url === '/docs' || url.startsWith('/docs/')) return 'open'
  return routeScopes[`${method === 'HEAD' ? 'GET' : method} ${url}`]
}

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])
/** Names of hosts are the same in any case (RFC 4343). */
const isThisMachine = (host: string): boolean => LOOPBACK_HOSTS.has(host.toLowerCase())

/** DESIGN.md §8's rule: with `SECRET_KEY` callers need keys; without it the server is open, but must not listen beyond this machine. */
export function accessRules(host: string, secretKey: string | undefined): 'keys' | 'loopback' | 'refused' {
  if (secretKey !== undefined && secretKey !== '') return 'keys'
  return isThisMachine(host) ? 'loopback' : 'refused'
}

/**
 * Stands before every route. Call it before routes are added: each is given the check that its rule asks for, so that a request
 * costs no search for it, and one without a rule throws.
 */
export function guard(app: FastifyInstance, access: Access): void {
  app.decorateRequest('caller', undefined)
  app.addHook('onRoute', route => {
    const rules = [route.method].flat().map(method => [method, scopeOf(method, route.url)] as const)
    const [method, scope] = rules.find(([, rule]) => rule === undefined) ?? rules[0] ?? []
    if (scope === undefined) throw new Error(`${method} ${route.url} has no rule in serving/access.ts: add it to routeScopes`)
    if (access.mode === 'loopback') route.onRequest = before(fromThisMachine, route.onRequest)
    else if (scope !== 'open') route.onRequest = before(withKey(access.findKey, scope), route.onRequest)
  })
}

const before = (check: onRequestHookHandler, hooks: RouteOptions['onRequest'] = []): onRequestHookHandler[] =>
  [check, hooks].flat() as onRequestHookHandler[]

/**
 * The open server answers this machine only. The name it was called by is checked too: a page of some other site that has its own
 * name resolve to 127.0.0.1 (DNS rebinding) would otherwise read the shop through its visitor's browser.
 */
const fromThisMachine: onRequestHookHandler = (request, reply, done) => {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  if (isThisMachine(host)) done()
  else reply.problem(403, 'host_refused', 'This server is open to its own machine only, and was called by another name.')
}

const withKey =
  (findKey: FindKey, needed: Scope): onRequestAsyncHookHandler =>
  async (request, reply) => {
    const key = keyIn(request.headers.authorization)
    const caller = key === undefined ? undefined : await findKey(key)
    if (caller === undefined) {
      const detail = key === undefined ? 'The request carries no key.' : 'The key is not known, or was revoked.'
      return reply.header('www-authenticate', 'Bearer realm="tarang"').problem(401, 'unauthorized', detail)
    }
    request.caller = caller
    if (mayDo(caller.scopes, needed)) return undefined
    return reply.problem(403, 'forbidden', `This needs the scope ${needed}; the key has ${caller.scopes.join(', ') || 'none'}.`)
  }

/** `Bearer KEY`; or `Basic` with the key as the user's name, as Segment's libraries send their write key. */
function keyIn(header: string | undefined): string | undefined {
  const [scheme, value] = header?.split(' ', 2) ?? []
  if (value === undefined) return undefined
  if (/^bearer$/i.test(scheme ?? '')) return value
  return /^basic$/i.test(scheme ?? '') ? Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0] : undefined
}
