import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the gateway does with a submission that it has read whole. */
export type GatewayMood = 'take' | 'slow' | 'refuse' | 'throttle' | 'fail' | 'reset' | 'mumble' | 'hang'

/** What becomes of a submission, whatever is answered: only what is refused in so many words does not go out. */
const status = (mood: GatewayMood): Submitted['status'] =>
  mood === 'refuse' ? 'refused' : mood === 'throttle' ? 'throttled' : 'taken'
/** How much longer than others it takes to answer slowly. */
const SLOW_MS = 1500

export interface Submitted {
  readonly to: string
  readonly text: string
  readonly reference: string
  readonly validUntil?: string
  readonly authorization: string | undefined
  /** What the gateway calls it, if it says. */
  readonly id: string
  readonly status: 'taken' | 'refused' | 'throttled'
  /** Epoch ms when it was read whole. */
  readonly at: number
}

export interface TestGateway {
  readonly url: string
  /** How it treats the next submissions; may decide by what came. */
  mood: GatewayMood | ((arrived: Omit<Submitted, 'status'>) => GatewayMood)
  latencyMs: number
  /** For how many seconds it wants to be left alone when it throttles; undefined: it does not say. */
  retryAfter: number | undefined
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
  const gateway = {
    mood: 'take' as TestGateway['mood'],
    latencyMs: 0,
    retryAfter: 7 as TestGateway['retryAfter'],
    remembers: false,
  }
  const moodOf = (arrived: Omit<Submitted, 'status'>): GatewayMood =>
    typeof gateway.mood === 'function' ? gateway.mood(arrived) : gateway.mood
  const kept = () => (existsSync(file) ? lines(file) : [])
  const taken = (reference: string) => kept().find(one => one.reference === reference && one.status === 'taken')

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
      const had = taken(decodeURIComponent(sought))
      json(response, had ? 200 : 404, had ? { status: 'submitted', id: had.id } : { status: 'absent' })
      return
    }
    const body = await read(request).catch(() => undefined)
    if (body === undefined) return
    const posted = JSON.parse(body) as Pick<Submitted, 'to' | 'text' | 'reference' | 'validUntil'>
    const arrived = { ...posted, authorization: request.headers.authorization, id: `gw-${posted.reference}`, at: Date.now() }
    const again = gateway.remembers && taken(arrived.reference) !== undefined
    const mood = again ? 'take' : moodOf(arrived)
    const submitted = { ...arrived, status: status(mood) }
    if (!again) appendFileSync(file, `${JSON.stringify(submitted)}\n`)
    setTimeout(
      () => {
        if (mood !== 'hang') over()
        if (mood === 'throttle' && gateway.retryAfter !== undefined) response.setHeader('retry-after', `${gateway.retryAfter}`)
        answer(mood, submitted, response)
      },
      gateway.latencyMs + (mood === 'slow' ? SLOW_MS : 0),
    )
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

function answer(mood: GatewayMood, { id, to, text }: Submitted, response: ServerResponse): void {
  if (mood === 'take' || mood === 'slow') json(response, 202, { id })
  else if (mood === 'refuse') json(response, 422, { code: 'bad_number', message: `no such number ${to} for ${text}` })
  else if (mood === 'throttle') json(response, 429, { code: 'too_many' })
  else if (mood === 'fail') json(response, 503, { message: 'later' })
  else if (mood === 'mumble') response.writeHead(200).end('OK')
  else if (mood === 'reset') response.socket?.resetAndDestroy()
}
