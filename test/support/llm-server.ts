import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** What the server was asked, as it came. */
export interface LlmAsked {
  readonly authorization: string | undefined
  readonly path: string
  readonly body: {
    readonly model: string
    readonly messages: readonly { readonly role: string; readonly content: string }[]
    readonly response_format: {
      readonly type: string
      readonly json_schema: { readonly strict: boolean; readonly schema: unknown }
    }
    readonly max_completion_tokens: number
  }
}

/** How it treats a call: a text that it writes, or a fault; some time later, where it is slow. */
export type LlmMood = LlmAct | { readonly afterMs: number; readonly act: LlmAct }
type LlmAct =
  | { readonly text: string }
  | { readonly content: string; readonly finish?: string }
  | { readonly status: number; readonly retryAfter?: string }
  | 'hang'
  | 'trickle'
  | 'cut'
  | 'huge'
  | 'reset'
  | 'rubbish'
  | 'html'
  | 'refuse'

export interface LlmServer {
  /** As OPENAI_BASE_URL has it. */
  readonly url: string
  /** The next calls are treated so, in turn; the last for ever. */
  moods: LlmMood[]
  readonly asked: LlmAsked[]
  close(): Promise<void>
}

/** More than anybody reads. */
const HUGE = Buffer.alloc(16 * 1024 * 1024, '{"choices": [')

/** A real server on loopback that speaks chat completions, and can fail in the ways real ones do. */
export async function startLlm(): Promise<LlmServer> {
  const asked: LlmAsked[] = []
  const state: { moods: LlmMood[] } = { moods: [] }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    asked.push({ authorization: request.headers.authorization, path: request.url ?? '', body: JSON.parse(body) })
    const next = state.moods.length > 1 ? state.moods.shift()! : state.moods[0]!
    const slow = typeof next === 'object' && 'afterMs' in next
    if (slow) await setTimeout(next.afterMs)
    const mood = slow ? next.act : next
    const json = (status: number, value: unknown, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
    if (mood === 'hang') return
    if (mood === 'reset') return request.socket.destroy()
    if (mood === 'trickle') return response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices": [')
    if (mood === 'cut') {
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': 5000 })
        .write('{"choices": [{"message": {"content"')
      return setTimeout(20, undefined).then(() => request.socket.destroy())
    }
    if (mood === 'huge') return response.writeHead(200, { 'content-type': 'application/json' }).end(HUGE)
    if (mood === 'rubbish') return json(200, { choices: 'none' })
    if (mood === 'html') return response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')
    if (mood === 'refuse') return json(200, completion(undefined, 'stop', 'I cannot write that.'))
    if ('status' in mood)
      return json(mood.status, { error: { message: 'not now' } }, mood.retryAfter ? { 'retry-after': mood.retryAfter } : {})
    return json(200, 'text' in mood ? completion(JSON.stringify({ text: mood.text })) : completion(mood.content, mood.finish))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

const completion = (content: string | undefined, finish = 'stop', refusal: string | null = null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'test',
  choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content: content ?? null, refusal } }],
  usage: { prompt_tokens: 400, completion_tokens: 50, total_tokens: 450 },
})
