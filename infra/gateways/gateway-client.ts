import { Pool } from 'undici'
import type { GatewayAnswer, Submission } from '../../consumers/sms-gateway.ts'
import type { Clock } from '../../streams/clock.ts'
import { GatewayCall, type ReadReply } from './gateway-call.ts'

export interface GatewayClientOptions {
  readonly url: string
  readonly clock: Clock
  /** A call is over after so long, in ms; connecting may take half of it. */
  readonly timeoutMs?: number
  readonly connections?: number
}

/** How adapters reach a gateway by HTTP: one call a text, none of them written twice. */
export interface GatewayClient {
  readonly timeoutMs: number
  post(submission: Submission, headers: Readonly<Record<string, string>>, body: string): Promise<GatewayAnswer>
  close(): Promise<void>
}

export function gatewayClient(
  { url, clock, timeoutMs = 10_000, connections = 50 }: GatewayClientOptions,
  read: ReadReply,
): GatewayClient {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    connect: { timeout: timeoutMs / 2 },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  return {
    timeoutMs,
    post: (submission, headers, body) =>
      new Promise(resolve => {
        const call = new GatewayCall(submission, { clock, timeoutMs, read }, resolve)
        pool.dispatch({ path: pathname + search, method: 'POST', headers, body }, call)
      }),
    close: () => pool.close(),
  }
}
