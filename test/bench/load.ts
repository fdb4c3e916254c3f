import { Pool } from 'undici'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Round } from './result.ts'

export interface Request {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
}

export interface Load {
  readonly url: string
  readonly connections: number
  /** Requests that wait on each connection at once. */
  readonly pipelining: number
  readonly seconds: number
  readonly request: () => Request
  /** What one answer counts for; 1 unless told otherwise. */
  readonly worth?: number
}

const JSON_BODY = { 'content-type': 'application/json' }

/** Keeps so many requests under way for so long. Any answer that is an error ends it: a bench of refusals measures nothing. */
export async function load({ url, connections, pipelining, seconds, request, worth = 1 }: Load): Promise<Round> {
  const pool = new Pool(url, { connections, pipelining })
  const begun = clock.monotonic()
  const until = begun + seconds * 1000
  const latencies: number[] = []
  const worker = async () => {
    while (clock.monotonic() < until) latencies.push(await timed(pool, request()))
  }
  await Promise.all(Array.from({ length: connections * pipelining }, worker))
  const elapsed = (clock.monotonic() - begun) / 1000
  await pool.close()
  return { rate: (latencies.length * worth) / elapsed, latencies }
}

/** One request to its last byte, in ms. */
export async function timed(pool: Pool, { body, ...where }: Request): Promise<number> {
  const sent = clock.monotonic()
  const answer = await pool.request({ ...where, ...(body === undefined ? {} : { body, headers: JSON_BODY }) })
  const text = await answer.body.text()
  if (answer.statusCode >= 400) throw new Error(`${where.path} answered ${answer.statusCode}: ${text.slice(0, 300)}`)
  return clock.monotonic() - sent
}
