import { request } from 'undici'
import { foundStatuses, type GatewayFinding, type SoughtText } from '../../consumers/sms-gateway.ts'
import { parsedObject, storable } from './gateway-words.ts'

export interface HttpQueryOptions {
  /** With `{reference}` where a text's goes. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
}

/** Answers are a word or two; what is longer is not one. */
const LARGEST_ANSWER = 65_536

/**
 * Asks a generic gateway what became of a text: GET, 2xx `{ status, id?, code? }` back. That there is no such text it says by `absent`, with 404 or
 * 2xx; a bare 404 may as well be a wrong address, so like every other answer it says nothing. Never throws.
 */
export function httpQuery({ url, headers, timeoutMs }: HttpQueryOptions): (text: SoughtText) => Promise<GatewayFinding> {
  return async ({ reference }) => {
    try {
      const address = url.replaceAll('{reference}', encodeURIComponent(reference))
      const answer = await request(address, { method: 'GET', headers, signal: AbortSignal.timeout(timeoutMs) })
      return findingIn(answer.statusCode, await textOf(answer.body))
    } catch (error) {
      const detail =
        error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : 'error'
      return { status: 'unanswered', detail: storable(detail) }
    }
  }
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > LARGEST_ANSWER) return '' // leaving the loop destroys the stream
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function findingIn(http: number, body: string): GatewayFinding {
  const json = parsedObject(body)
  const said = json?.status
  const code = typeof json?.code === 'string' && /^[\w.:-]{1,40}$/.test(json.code) ? json.code : ''
  if (said === 'absent' && (http === 404 || ok(http))) return { status: 'absent', detail: code }
  const status = foundStatuses.find(one => one === said)
  if (!ok(http) || status === undefined) return { status: 'unanswered', detail: `http ${http}` }
  const id = typeof json?.id === 'string' || typeof json?.id === 'number' ? storable(String(json.id)) : ''
  return { status, detail: code, ...(id === '' ? {} : { gatewayId: id }) }
}

const ok = (http: number): boolean => http >= 200 && http < 300
