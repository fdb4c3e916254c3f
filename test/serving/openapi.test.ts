import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { routeScopes } from '../../serving/access.ts'
import { buildApp } from '../../serving/app.ts'
import { quietPorts } from './fake-ports.ts'

interface Operation {
  operationId?: string
  summary?: string
  tags?: string[]
  security?: object[]
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>
}
let document: { openapi: string; tags: { name: string }[]; paths: Record<string, Record<string, Operation>> }
let operations: [string, Operation][]
beforeAll(async () => {
  document = (await buildApp(quietPorts()).inject('/openapi.json')).json()
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]),
  )
})

/** For people and machines that look at pages, not for callers. */
const undocumented = ['GET /', 'GET /r/{code}', 'GET /assets/{file}', 'GET /openapi.json']

describe('/openapi.json', () => {
  test('documents every route, and nothing that is not there', () => {
    const routes = Object.keys(routeScopes).map(route => route.replace(/:(\w+)/g, '{$1}'))
    expect(document.openapi).toBe('3.1.0')
    expect(operations.map(([name]) => name).sort()).toEqual(routes.filter(route => !undocumented.includes(route)).sort())
  })

  test('each operation has a name of its own, a summary, a known tag, and described answers', () => {
    const tags = document.tags.map(tag => tag.name)
    for (const [name, operation] of operations) {
      expect([name, operation.summary]).toEqual([name, expect.stringMatching(/\w/)])
      expect(tags).toContain(operation.tags?.[0])
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/)
        expect([name, status, answer.description]).toEqual([name, status, expect.stringMatching(/\w/)])
        if (Number(status) >= 400) expect(Object.keys(answer.content ?? {})).toEqual(['application/problem+json'])
      }
    }
    expect(new Set(operations.map(([, operation]) => operation.operationId)).size).toBe(operations.length)
  })

  test('says where a key is needed, just as the table in the code', () => {
    for (const [name, { security }] of operations) {
      const scope = routeScopes[name.replace(/\{(\w+)\}/g, ':$1')]
      expect([name, security !== undefined]).toEqual([name, scope !== 'open'])
    }
  })

  test('each parameter of a path is declared, and every schema is valid JSON Schema 2020-12', () => {
    const ajv = formats.default(new Ajv2020({ strict: false }))
    for (const [name, { parameters = [], requestBody, responses }] of operations) {
      const inPath = parameters.filter(parameter => parameter.in === 'path').map(parameter => parameter.name)
      expect([name, inPath]).toEqual([name, [...name.matchAll(/\{(\w+)\}/g)].map(match => match[1])])
      const bodies = [requestBody, ...Object.values(responses)].flatMap(each => Object.values(each?.content ?? {}))
      for (const schema of [...parameters, ...bodies].map(each => each.schema))
        expect(() => ajv.compile(schema ?? {})).not.toThrow()
    }
    expect(JSON.stringify(document)).not.toContain('"$ref"')
  })

  test('an example of contracts/api.md fits the documented body of POST /v1/events', () => {
    const schema = document.paths['/v1/events']?.post?.requestBody?.content['application/json']?.schema
    const fits = formats.default(new Ajv2020({ strict: false })).compile(schema ?? false)
    const lines = [{ productId: '85123A', quantity: 6, unitPrice: '2.55' }]
    const event = {
      type: 'purchase',
      id: 'e1',
      customerId: '17850',
      occurredAt: '2010-12-01T08:26:00Z',
      orderId: '536365',
      currency: 'GBP',
      lines,
    }
    expect(fits(event)).toBe(true)
    expect(fits({ batch: [event, event] })).toBe(true)
    expect(fits({ type: 'purchase' })).toBe(false)
  })
})
