import type { FastifyInstance, HTTPMethods } from 'fastify'
import { describe, expect, test } from 'vitest'
import { accessRules, routeScopes } from '../../serving/access.ts'
import { newKey, type Scope } from '../../serving/api-key.ts'
import { buildApp, type ServingPorts } from '../../serving/app.ts'
import { keyRing } from '../../serving/key-ring.ts'
import { quietPorts, standingClock } from './fake-ports.ts'

const granted = { publish: newKey(['publish']), lookup: newKey(['lookup']), admin: newKey(['admin']), none: newKey([]) }
const stored = Object.values(granted).map(key => key.stored)
const locked = (own: Partial<ServingPorts> = {}) =>
  buildApp(quietPorts({ access: { mode: 'keys', findKey: keyRing(async () => stored, standingClock()) }, ...own }))

/** Which scope each route needs, said a second time: who changes the table in the code must mean it. */
const expected: Record<string, readonly (keyof typeof granted)[] | 'open'> = {
  'POST /v1/events': ['publish', 'admin'],
  'POST /v1/track': ['publish', 'admin'],
  'POST /v1/identify': ['publish', 'admin'],
  'POST /sms/requests': ['publish', 'admin'],
  'GET /sms/requests/:id': ['lookup', 'admin'],
  'POST /sms/requests/:id/settlement': ['admin'],
  'POST /texts': ['publish', 'admin'],
  'GET /sms/receipts/kannel': 'open',
  'GET /sms/inbound/kannel': 'open',
  'POST /sms/receipts/twilio': 'open',
  'POST /sms/inbound/twilio': 'open',
  'GET /customers/:customerId': ['lookup', 'admin'],
  'GET /customers/:customerId/similar': ['lookup', 'admin'],
  'GET /customers/:customerId/texts': ['lookup', 'admin'],
  'GET /segments': ['lookup', 'admin'],
  'GET /segments/:name/customers': ['lookup', 'admin'],
  'GET /recommendations/:customerId': ['lookup', 'admin'],
  'GET /lineage/:recommendationId': ['lookup', 'admin'],
  'GET /lineage/:recommendationId/orders': ['lookup', 'admin'],
  'GET /campaigns/:campaignId/links': ['lookup', 'admin'],
  'GET /campaigns/:campaignId/attribution': ['lookup', 'admin'],
  'GET /campaigns/:campaignId/orders': ['lookup', 'admin'],
  'GET /campaigns/:campaignId/results': ['lookup', 'admin'],
  'POST /api/v1/generateFlow': ['admin'],
  'POST /api/v1/checkFlow': ['admin'],
  'POST /campaigns': ['admin'],
  'GET /campaigns': ['admin'],
  'GET /campaigns/:campaignId': ['admin'],
  'PUT /campaigns/:campaignId': ['admin'],
  'GET /campaigns/:campaignId/history': ['admin'],
  'POST /campaigns/:campaignId/check': ['admin'],
  'POST /campaigns/:campaignId/launch': ['admin'],
  'POST /campaigns/:campaignId/pause': ['admin'],
  'POST /campaigns/:campaignId/rehearse': ['admin'],
  'POST /campaigns/:campaignId/resume': ['admin'],
  'POST /campaigns/:campaignId/stop': ['admin'],
  'GET /analytics/overview': ['lookup', 'admin'],
  'GET /analytics/segments': ['lookup', 'admin'],
  'GET /analytics/movement': ['lookup', 'admin'],
  'GET /analytics/cohorts': ['lookup', 'admin'],
  'GET /analytics/revenue': ['lookup', 'admin'],
  'GET /analytics/clusters': ['lookup', 'admin'],
  'GET /analytics/value': ['lookup', 'admin'],
  'GET /analytics/snapshots': ['lookup', 'admin'],
  'GET /live': ['lookup', 'admin'],
  'GET /metrics': ['lookup', 'admin'],
  'GET /health': 'open',
  'GET /ready': 'open',
  'GET /openapi.json': 'open',
  'GET /r/:code': 'open',
  'GET /': 'open',
  'GET /assets/:file': 'open',
}

/** Every route the app has, but for the pages at /docs. */
async function routesOf(build: () => FastifyInstance): Promise<string[]> {
  const routes: string[] = []
  const app = build()
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD' && !url.startsWith('/docs')) routes.push(`${each} ${url}`)
  })
  await app.ready()
  return routes
}

const ask = (app: FastifyInstance, route: string, headers: Record<string, string> = {}) => {
  const [method, path] = route.split(' ') as [HTTPMethods, string]
  const url = path.replace(':file', 'base.css').replace(/:\w+/, 'a')
  return app.inject({ method, url, headers, ...(method === 'POST' || method === 'PUT' ? { payload: {} } : {}) })
}
/** The stream of /live has no end to wait for: that it opens is told by the page's own test. */
const endless = 'GET /live'

describe('who may call what', () => {
  test('the matrix names every route there is', async () => {
    expect((await routesOf(() => buildApp(quietPorts()))).sort()).toEqual(Object.keys(expected).sort())
    expect(Object.keys(routeScopes).sort()).toEqual(Object.keys(expected).sort())
  })

  test.each(Object.entries(expected))('%s opens to %s alone', async (route, who) => {
    const app = locked()
    const refusedWithout = await (route === endless ? ask(app, endless, { authorization: 'Bearer no' }) : ask(app, route))
    expect(refusedWithout.statusCode === 401).toBe(who !== 'open')
    if (who === 'open') return
    expect(refusedWithout.json().code).toBe('unauthorized')
    for (const scope of Object.keys(granted) as (keyof typeof granted)[]) {
      if (route === endless && who.includes(scope)) continue
      const { statusCode } = await ask(app, route, { authorization: `Bearer ${granted[scope].key}` })
      if (who.includes(scope)) expect([401, 403]).not.toContain(statusCode)
      else expect([scope, statusCode]).toEqual([scope, 403])
    }
  })

  test('a HEAD request needs what its GET needs', async () => {
    expect((await locked().inject({ method: 'HEAD', url: '/segments' })).statusCode).toBe(401)
  })

  test('the pages at /docs are open, and a path that is not there needs no key to be missing', async () => {
    const app = locked()
    expect((await app.inject('/docs')).statusCode).toBe(200)
    expect((await app.inject('/docs/static/swagger-ui.css')).statusCode).toBe(200)
    expect((await app.inject('/nowhere')).statusCode).toBe(404)
  })

  test('a route without a rule keeps the app from starting', () => {
    expect(() => buildApp(quietPorts()).get('/secret', async () => 'no')).toThrow(/GET \/secret has no rule/)
  })

  test.each([
    ['Bearer'],
    ['Bearer '],
    ['Bearer trg_0000000000000000_'],
    [`Bearer ${granted.lookup.key.slice(0, -1)}`],
    [`Bearer ${granted.lookup.key} x`.replace(' x', 'x')],
    [`Bearer trg_${granted.admin.stored.id}_${granted.lookup.key.split('_').slice(2).join('_')}`],
    [`Token ${granted.lookup.key}`],
    ['Basic !!!'],
  ])('%s is nobody', async authorization => {
    const response = await locked().inject({ url: '/segments', headers: { authorization } })
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toBe('Bearer realm="tarang"')
  })

  test("a key may come as the user of Basic, as Segment's libraries send it", async () => {
    const authorization = `Basic ${Buffer.from(`${granted.publish.key}:`).toString('base64')}`
    const response = await locked().inject({ method: 'POST', url: '/v1/track', headers: { authorization }, payload: {} })
    expect(response.statusCode).toBe(202)
  })
})

describe('the open server', () => {
  test('answers by the names of this machine and by no other', async () => {
    const app = buildApp(quietPorts())
    for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'localhost', 'LOCALHOST:3974', 'LocalHost'])
      expect([host, (await app.inject({ url: '/segments', headers: { host } })).statusCode]).toEqual([host, 200])
    const rebound = await app.inject({ url: '/segments', headers: { host: 'evil.example:3000' } })
    expect([rebound.statusCode, rebound.json().code]).toEqual([403, 'host_refused'])
  })

  test.each([
    ['127.0.0.1', undefined, 'loopback'],
    ['localhost', '', 'loopback'],
    ['LocalHost', '', 'loopback'],
    ['::1', undefined, 'loopback'],
    ['0.0.0.0', undefined, 'refused'],
    ['192.168.1.5', '', 'refused'],
    ['127.0.0.1', 'secret', 'keys'],
    ['0.0.0.0', 'secret', 'keys'],
  ] as const)('on %s with SECRET_KEY %j the rule is %s', (host, secretKey, rule) => {
    expect(accessRules(host, secretKey)).toBe(rule)
  })
})

describe('rate limit', () => {
  test('is counted by key, and answered with a problem and Retry-After; the open server has none', async () => {
    const app = locked({ rateLimit: { requestsPerMinute: 3 } })
    const asA = (scope: Scope) => ask(app, 'GET /segments', { authorization: `Bearer ${granted[scope].key}` })
    for (let i = 0; i < 3; i++) expect((await asA('lookup')).statusCode).toBe(200)
    const limited = await asA('lookup')
    expect([limited.statusCode, limited.json().code]).toEqual([429, 'rate_limited'])
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0)
    expect(limited.headers['content-type']).toMatch(/problem\+json/)
    expect((await asA('admin')).statusCode).toBe(200)

    const open = buildApp(quietPorts({ rateLimit: { requestsPerMinute: 1 } }))
    for (let i = 0; i < 3; i++) expect((await ask(open, 'GET /segments')).statusCode).toBe(200)
  })
})
