import type { AddressInfo } from 'node:net'
import { type Logger, pino } from 'pino'
import { compose, type Tarang } from '../../infra/compose.ts'
import type { Config } from '../../infra/config.ts'

/** An answer by HTTP, read whole. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what came over the wire; each test says what it expects of it
  readonly body: any
}

/** A whole Tarang in the test's own process, listening on a free port, or the one that it is told. */
export interface TarangHere {
  readonly tarang: Tarang
  readonly url: string
  get(path: string): Promise<Answer>
  /** Posts a value as JSON; a string or bytes as they are. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  stop(): Promise<void>
}

/** A shorter session than production's: a group without a member that left is balanced again soon. */
const SESSION_MS = 6000

export async function startHere(config: Config, logger: Logger = pino({ level: 'silent' }), listenOn = 0): Promise<TarangHere> {
  const failures: Error[] = []
  const tarang = await compose(config, { logger, sessionTimeoutMs: SESSION_MS, fatal: error => failures.push(error) })
  await tarang.listen({ host: '127.0.0.1', port: listenOn })
  const { port } = tarang.app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    tarang,
    url,
    get: async path => answer(await fetch(`${url}${path}`)),
    async post(path, body, headers = { 'content-type': 'application/json' }) {
      const raw = typeof body === 'string' || body instanceof Uint8Array
      return answer(await fetch(`${url}${path}`, { method: 'POST', headers, body: raw ? body : JSON.stringify(body) }))
    },
    async stop() {
      await tarang.stop()
      if (failures[0] !== undefined) throw failures[0]
    },
  }
}

async function answer(response: Response): Promise<Answer> {
  const text = await response.text()
  const json = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text }
}
