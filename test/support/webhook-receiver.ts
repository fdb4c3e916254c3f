import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a receiver does with a call that it has read whole. */
export type ReceiverMood =
  | 'take'
  | 'refuse'
  | 'throttle'
  | 'fail'
  | 'reset'
  | 'hang'
  | 'redirect'
  | 'flood'
  | 'trickle'
  | 'mumble'
  | 'endless headers'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface WebhookReceiver {
  readonly url: string
  readonly port: number
  mood: ReceiverMood | ((call: Received) => ReceiverMood)
  latencyMs: number
  /** Bytes that it could write of a body that does not end. */
  readonly flooded: () => number
  /** The most calls that waited for their answer at once. */
  readonly most: () => number
  /** Everything it ever read whole, whoever was killed meanwhile. */
  received(): Received[]
  close(): Promise<void>
}

/** A real receiver of webhooks. It writes each call to a file before it answers. */
export async function startReceiver(file: string, address = '127.0.0.1'): Promise<WebhookReceiver> {
  let flooded = 0
  let open = 0
  let most = 0
  const receiver = { mood: 'take' as WebhookReceiver['mood'], latencyMs: 0 }
  const server = createServer(async (request, response) => {
    most = Math.max(most, ++open)
    response.on('close', () => open--)
    const body = await read(request).catch(() => undefined)
    if (body === undefined) return
    const call = { method: request.method!, path: request.url!, headers: request.headers, body }
    appendFileSync(file, `${JSON.stringify(call)}\n`)
    const mood = typeof receiver.mood === 'function' ? receiver.mood(call) : receiver.mood
    setTimeout(() => answer(mood, response, bytes => (flooded += bytes)), receiver.latencyMs)
  })
  await new Promise<void>(resolve => server.listen(0, address, resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(receiver, {
    url: `http://${address}:${port}/hook?from=tarang`,
    port,
    flooded: () => flooded,
    most: () => most,
    received: () => (existsSync(file) ? lines(file) : []),
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

const lines = (file: string): Received[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Received)

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function answer(mood: ReceiverMood, response: ServerResponse, wrote: (bytes: number) => void): void {
  switch (mood) {
    case 'take':
      response.writeHead(204).end()
      return
    case 'refuse':
      response.writeHead(422).end('no such customer')
      return
    case 'throttle':
      response.writeHead(429, { 'retry-after': '120' }).end()
      return
    case 'fail':
      response.writeHead(500).end('<html>')
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'redirect':
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end()
      return
    case 'mumble':
      response.socket?.end('what?\r\n\r\n')
      return
    case 'trickle':
      response.writeHead(200, { 'content-length': '1000' }).write('a')
      return
    case 'flood':
      flood(response.writeHead(200), wrote)
      return
    case 'endless headers':
      endless(response)
      return
    case 'hang':
  }
}

const CHUNK = Buffer.alloc(65_536, 'a')

function flood(response: ServerResponse, wrote: (bytes: number) => void): void {
  if (response.destroyed) return
  response.write(CHUNK, error => {
    if (error) return
    wrote(CHUNK.length)
    flood(response, wrote)
  })
}

function endless({ socket }: ServerResponse): void {
  socket?.write('HTTP/1.1 200 OK\r\n')
  const timer = setInterval(() => socket?.write(`x-more: ${'a'.repeat(1000)}\r\n`), 1)
  socket?.on('error', () => {})
  socket?.on('close', () => clearInterval(timer))
}
