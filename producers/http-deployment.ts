import { request } from 'undici'
import type { Clock } from '../streams/clock.ts'
import { ReplayRefused } from './replay-refused.ts'

/** How long a server is waited for that does not answer yet. */
const PATIENCE_MS = 60_000
const PAUSE_MS = 500

/** Which data a running Tarang has; asked before anything is sent, so that a wrong address is told at once. */
export async function httpDeployment(baseUrl: string, clock: Clock, patience = PATIENCE_MS): Promise<string | undefined> {
  const url = new URL('/health', baseUrl).href
  const begun = clock.monotonic()
  for (;;) {
    let answer: { readonly status: number; readonly text: string }
    try {
      const { statusCode, body } = await request(url, { headersTimeout: 10_000, bodyTimeout: 10_000 })
      answer = { status: statusCode, text: await body.text() }
    } catch (error) {
      if (clock.monotonic() - begun < patience) await clock.sleep(PAUSE_MS)
      else
        throw new ReplayRefused(
          'overloaded',
          `${url} did not answer for ${Math.round(patience / 1000)} s (${(error as Error).message}): is a Tarang running there?`,
        )
      continue
    }
    return answer.status === 200 ? deploymentIn(answer.text, url) : undefined
  }
}

function deploymentIn(text: string, url: string): string | undefined {
  try {
    return (JSON.parse(text) as { deployment?: string }).deployment
  } catch {
    throw new ReplayRefused(
      'not_found',
      `What answers at ${url} is no Tarang: ${JSON.stringify(text.slice(0, 80))}. Is the address right?`,
    )
  }
}
