import { once } from 'node:events'
import { get, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { maskPhone } from '../../models/mask-phone.ts'
import { newKey, type StoredKey } from '../../serving/api-key.ts'
import { buildApp } from '../../serving/app.ts'
import type { LiveEvent } from '../../serving/ports/live.ts'
import { liveSubject, quietPorts } from './fake-ports.ts'

const text = (body: string): LiveEvent => ({
  type: 'text',
  requestId: 'r',
  to: maskPhone('+923001234567'),
  text: body,
  status: 'queued',
  at: '2011-10-01T00:00:00.000Z',
})

let live: ReturnType<typeof liveSubject>
let app: ReturnType<typeof buildApp>
beforeEach(async () => {
  live = liveSubject()
  app = buildApp(quietPorts({ live }))
  await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(() => app.close())

/** Opens the stream and waits for its head. */
const watch = async (): Promise<IncomingMessage> => {
  const [response] = await once(
    get({ port: (app.server.address() as AddressInfo).port, host: '127.0.0.1', path: '/live' }),
    'response',
  )
  return response
}
const messagesIn = (response: IncomingMessage): unknown[] => {
  const seen: unknown[] = []
  response.setEncoding('utf8')
  let rest = ''
  response.on('data', chunk => {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part.startsWith('data: ')) seen.push(JSON.parse(part.slice(6)))
  })
  return seen
}

describe('GET /live', () => {
  test('begins with what there is, then tells everyone what happens, in order', async () => {
    const [one, two] = [await watch(), await watch()]
    expect(one.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const [first, second] = [messagesIn(one), messagesIn(two)]
    live.say(text('پہلا\n\nپیغام'))
    live.say(text('b'))
    await expect.poll(() => first.length).toBe(3)
    expect(first).toEqual([{ type: 'snapshot', ...live.snapshot() }, text('پہلا\n\nپیغام'), text('b')])
    await expect.poll(() => second).toEqual(first)
    expect(live.listeners.size).toBe(1)
    for (const page of [one, two]) page.destroy()
    await expect.poll(() => live.listeners.size).toBe(0)
  })

  test('a page that does not read is dropped, and the others go on', async () => {
    const seen = messagesIn(await watch())
    const slow = connect((app.server.address() as AddressInfo).port, '127.0.0.1', () =>
      slow.write('GET /live HTTP/1.1\r\nhost: localhost\r\n\r\n'),
    )
    slow.pause()
    slow.on('error', () => {})
    const connections = () => new Promise<number>(resolve => app.server.getConnections((_, count) => resolve(count)))
    await expect.poll(connections).toBe(2)
    let said = 0
    await expect
      .poll(
        () => {
          for (let i = 0; i < 4; i++, said++) live.say(text('x'.repeat(50_000)))
          return connections()
        },
        { timeout: 20_000, interval: 10 },
      )
      .toBe(1)
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(said + 1)
    slow.destroy()
  }, 40_000)

  test('HEAD is not answered, as there is no end to find, and takes no place', async () => {
    const { port } = app.server.address() as AddressInfo
    const [response] = await once(request({ port, host: '127.0.0.1', path: '/live', method: 'HEAD' }).end(), 'response')
    expect(response.statusCode).toBe(404)
    expect(live.listeners.size).toBe(0)
  })

  test.each([
    ['one page', 1],
    ['pages that wait behind another on one connection', 5],
  ])('%s whose client goes away gives its place back', async (_, count) => {
    const { port } = app.server.address() as AddressInfo
    const client = connect(port, '127.0.0.1', () => client.write('GET /live HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(count)))
    await expect.poll(() => live.listeners.size).toBe(1)
    client.destroy()
    await expect.poll(() => live.listeners.size).toBe(0)
  })

  test('a client that goes away while its key is looked up takes no place', async () => {
    const { stored } = newKey(['lookup'])
    let answer: ((key: StoredKey) => void) | undefined
    const findKey = () =>
      new Promise<StoredKey>(resolve => {
        answer = resolve
      })
    const locked = buildApp(quietPorts({ live, access: { mode: 'keys', findKey } }))
    await locked.listen({ port: 0, host: '127.0.0.1' })
    const over = new Promise(resolve => locked.server.on('connection', socket => socket.on('close', resolve)))
    const client = connect((locked.server.address() as AddressInfo).port, '127.0.0.1', () =>
      client.write('GET /live HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer k\r\n\r\n'),
    )
    await expect.poll(() => answer).toBeDefined()
    client.destroy()
    await over
    answer?.(stored)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(live.listeners.size).toBe(0)
    await locked.close()
  })

  test('closing the server ends the streams, so that it does not wait for them', async () => {
    const response = await watch()
    const ended = once(response.resume(), 'end')
    await app.close()
    await ended
    expect(live.listeners.size).toBe(0)
  })

  test('the 201st page is told to come back', async () => {
    const pages = await Promise.all(Array.from({ length: 200 }, watch))
    const refused = await watch()
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '5'])
    pages[0]?.destroy()
    await expect.poll(async () => (await watch()).statusCode).toBe(200)
    for (const page of pages) page.destroy()
  })
})

describe('the page', () => {
  test('its files come with their types and a policy that lets nothing in from elsewhere', async () => {
    const page = await app.inject('/')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none';script-src 'self';/)
    const named = [...page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(match => match[1] ?? '')
    expect(named).toContain('/assets/live.js')
    for (const url of named)
      expect((await app.inject(url)).headers['content-type']).toMatch(url.endsWith('.css') ? /^text\/css/ : /^text\/javascript/)
    expect(page.body).not.toMatch(/(?:src|href)="https?:/)
  })

  test.each(['/assets/nothing.js', '/assets/..%2Fapp.ts', '/assets/%2e%2e%2fapp.ts'])('%s is not there', async url => {
    const response = await app.inject(url)
    expect([response.statusCode, response.json().code]).toEqual([404, 'not_found'])
  })
})

test('a masked phone keeps country and last two digits only', () => {
  expect(maskPhone('+923001234567')).toBe('+92•••••67')
})
