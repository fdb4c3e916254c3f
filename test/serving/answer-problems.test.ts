import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { buildApp } from '../../serving/app.ts'
import { quietPorts } from './fake-ports.ts'

const failing = (error: Error) => buildApp(quietPorts({ customers: { get: () => Promise.reject(error) } }))

describe('problems', () => {
  test('a path that is not there is a 404 problem, whatever the method', async () => {
    for (const method of ['GET', 'DELETE', 'PUT'] as const) {
      const response = await buildApp(quietPorts()).inject({ method, url: '/nowhere?secret=1' })
      expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
      expect(response.json()).toMatchObject({ status: 404, code: 'not_found', detail: `There is nothing at ${method} /nowhere.` })
    }
  })

  test('what went wrong inside is never told: no message, no stack', async () => {
    const response = await failing(new Error('password=hunter2 at /srv/app.ts')).inject('/customers/a')
    expect(response.statusCode).toBe(500)
    expect(response.json()).toMatchObject({ code: 'internal_error', requestId: expect.any(String), fix: expect.any(String) })
    expect(response.body).not.toMatch(/hunter2|app\.ts|Error:/)
  })

  test.each([
    Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('the database system is shutting down'), { code: '57P03' }),
    new Error('Connection terminated unexpectedly'),
  ])('a database out of reach is 503 with Retry-After, and its address is not told (%s)', async error => {
    const response = await failing(error).inject('/customers/a')
    expect([response.statusCode, response.json().code, response.headers['retry-after']]).toEqual([503, 'state_unavailable', '2'])
    expect(response.body).not.toContain('10.0.0.7')
  })

  test.each([
    '/customers/%E0%A4%A',
    '/customers/%zz',
    '/customers/%FF',
    '/customers/%C0%80',
    '/customers/%ED%A0%80',
    '/recommendations/a%FE',
    '/segments/%FF/customers',
    '/sms/requests/%80',
    '/assets/%FF',
    '/%FF',
  ])('%s, which is no UTF-8 or no encoding, is a 400 problem', async url => {
    const response = await buildApp(quietPorts()).inject(url)
    expect([response.statusCode, response.json().code]).toEqual([400, 'request_invalid'])
    expect(response.headers['content-type']).toMatch(/problem\+json/)
  })

  test('what is not HTTP gets a problem on the socket, and the server goes on', async () => {
    const app = buildApp(quietPorts())
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const answer = await new Promise<string>(resolve => {
      let text = ''
      const socket = connect(port, '127.0.0.1', () => socket.write('EHLO tarang\r\n\r\n'))
      socket.on('data', chunk => {
        text += chunk
      })
      socket.on('close', () => resolve(text))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'request_invalid' })
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200)
    await app.close()
  })
})
