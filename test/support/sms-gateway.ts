import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the gateway does with a submission that it has read whole. */
export type GatewayMood = 'take' | 'refuse' | 'throttle' | 'fail' | 'reset' | 'mumble' | 'hang'

export interface Submitted {
  readonly to: string
  readonly text: string
  readonly reference: string
  readonly validUntil?: string
  readonly authorization: string | undefined
  /** Epoch ms when it was read whole. */
  readonly at: number
}

export interface TestGateway {
  readonly url: string
  /** How it treats the next submissions; may decide by what came. */
  mood: GatewayMood | ((submitted: Submitted) => GatewayMood)
  latencyMs: number
  /** What comes again under one reference is answered as it was the first time, and not read as another. */
  remembers: boolean
  /** Where it tells what became of a text, `{reference}` in it: whatever it has read and not refused it took. */
  readonly queryUrl: string
  /** Everything it ever read whole, also from before a restart of whoever looks. */
  submitted(): Submitted[]
  /** The most calls that waited for their answer at once. */
  readonly most: number
  close(): Promise<void>
}

/**
 * A real gateway of the generic protocol on loopback. It writes each submission to a file before it answers, so the file tells what
 * was really sent, whoever was killed meanwhile.
 */
export async function startGateway(file: string): Promise<TestGateway> {
  let open = 0
  let most = 0
  const gateway = { mood: 'take' as TestGateway['mood'], latencyMs: 0, remembers: false }
  const moodOf = (submitted: Submitted): GatewayMood =>
    typeof gateway.mood === 'function' ? gateway.mood(submitted) : gateway.mood
  const kept = () => (existsSync(file) ? lines(file) : [])

  const server = createServer(async (request, response) => {
    most = Math.max(most, ++open)
    let under = true
    const over = () => {
      if (under) open--
      under = false
    }
    response.on('close', over)
    const [, sought] = /^\/texts\/([^/]+)$/.exec(request.url ?? '') ?? []
    if (request.method === 'GET' && sought !== undefined) {
      const had = kept().find(({ reference }) => reference === decodeURIComponent(sought))
      const taken = had !== undefined && !['refuse', 'throttle'].includes(moodOf(had))
      json(response, taken ? 200 : 404, taken ? { status: 'submitted', id: `gw-${had.reference}` } : { status: 'absent' })
      return
    }
    const body = await read(request).catch(() => undefined)
    if (body === undefined) return
    const posted = JSON.parse(body) as Pick<Submitted, 'to' | 'text' | 'reference' | 'validUntil'>
    const submitted = { ...posted, authorization: request.headers.authorization, at: Date.now() }
    const again = gateway.remembers && kept().some(({ reference }) => reference === submitted.reference)
    if (!again) appendFileSync(file, `${JSON.stringify(submitted)}\n`)
    const mood = again ? 'take' : moodOf(submitted)
    setTimeout(() => {
      if (mood !== 'hang') over()
      answer(mood, submitted, response)
    }, gateway.latencyMs)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return Object.defineProperties(gateway, {
    url: { value: `http://127.0.0.1:${port}/send?via=test` },
    queryUrl: { value: `http://127.0.0.1:${port}/texts/{reference}` },
    most: { get: () => most },
    submitted: { value: kept },
    close: {
      value: () =>
        new Promise<void>(resolve => {
          server.close(() => resolve())
          server.closeAllConnections()
        }),
    },
  }) as unknown as TestGateway
}

const lines = (file: string): Submitted[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Submitted)

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function answer(mood: GatewayMood, { reference, to, text }: Submitted, response: ServerResponse): void {
  if (mood === 'take') json(response, 202, { id: `gw-${reference}` })
  else if (mood === 'refuse') json(response, 422, { code: 'bad_number', message: `no such number ${to} for ${text}` })
  else if (mood === 'throttle') {
    response.setHeader('retry-after', '7')
    json(response, 429, { code: 'too_many' })
  } else if (mood === 'fail') json(response, 503, { message: 'later' })
  else if (mood === 'mumble') response.writeHead(200).end('OK')
  else if (mood === 'reset') response.socket?.resetAndDestroy()
}
