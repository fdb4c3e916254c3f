import OpenAI, { APIError } from 'openai'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { Clock } from '../../streams/clock.ts'
import { deadline } from '../../streams/deadline.ts'

export interface LlmServer {
  /** Undefined: OpenAI's own. */
  readonly baseUrl: string | undefined
  readonly apiKey: string
  readonly model: string
}

export interface LlmRequest {
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[]
  readonly name: string
  /** JSON Schema in what all servers take: closed objects, all fields required. */
  readonly schema: Readonly<Record<string, unknown>>
  readonly maxTokens: number
}

/** What came of one call. Those that may go better in a while are `again`; `usage` where the server told. */
export type LlmAnswer = {
  readonly usage?: { readonly tokensIn: number; readonly tokensOut: number } | undefined
} & (
  | { readonly outcome: 'answered'; readonly content: string }
  | {
      readonly outcome: (typeof llmFailures)[number]
      readonly detail: string
      readonly again: boolean
      readonly retryAfterMs?: number | undefined
    }
)

export const llmFailures = [
  'refused',
  'cut_off',
  'unreadable',
  'rate_limited',
  'server_error',
  'timeout',
  'lost',
  'unreached',
  'rejected',
] as const

/** Of a completion what is read. */
const Completion = Compile(
  Type.Object({
    choices: Type.Array(
      Type.Object({
        finish_reason: Type.Optional(Type.Union([Type.String(), Type.Null()])),
        message: Type.Object({
          content: Type.Optional(Type.Union([Type.String(), Type.Null()])),
          refusal: Type.Optional(Type.Union([Type.String(), Type.Null()])),
        }),
      }),
      { minItems: 1 },
    ),
    usage: Type.Optional(
      Type.Union([
        Type.Null(),
        Type.Object({ prompt_tokens: Type.Integer({ minimum: 0 }), completion_tokens: Type.Integer({ minimum: 0 }) }),
      ]),
    ),
  }),
)

/** A whole flow of 200 steps is a fifth of it; what is larger is not read to its end. */
const LARGEST_ANSWER = 2 * 1024 * 1024

/**
 * One call to any server that speaks OpenAI's chat completions, over when `timeoutMs` is or the caller's `signal` says so, body and all. It
 * never throws and never repeats.
 */
export function llmClient(
  { baseUrl, apiKey, model }: LlmServer,
  timeoutMs: number,
  clock: Clock,
): (request: LlmRequest, signal?: AbortSignal) => Promise<LlmAnswer> {
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl ?? 'https://api.openai.com/v1',
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
    fetch: async (...call) => bounded(await fetch(...call), LARGEST_ANSWER),
  })
  return async ({ messages, name, schema, maxTokens }, ended) => {
    const { signal, done } = deadline(clock, timeoutMs, ended)
    try {
      const completion: unknown = await client.chat.completions.create(
        {
          model,
          messages: [...messages],
          max_completion_tokens: maxTokens,
          response_format: { type: 'json_schema', json_schema: { name, strict: true, schema: { ...schema } } },
        },
        { signal },
      )
      return read(completion)
    } catch (error) {
      return failed(error, signal.aborted)
    } finally {
      done()
    }
  }
}

function read(completion: unknown): LlmAnswer {
  if (!Completion.Check(completion)) return { outcome: 'unreadable', detail: 'not a chat completion', again: true }
  const { choices, usage: told } = completion
  const usage = told == null ? undefined : { tokensIn: told.prompt_tokens, tokensOut: told.completion_tokens }
  const { message, finish_reason } = choices[0]!
  if (message.refusal) return { outcome: 'refused', detail: message.refusal.slice(0, 200), again: false, usage }
  if (finish_reason === 'length') return { outcome: 'cut_off', detail: 'the answer was cut off', again: false, usage }
  if (!message.content) return { outcome: 'unreadable', detail: 'an empty answer', again: true, usage }
  return { outcome: 'answered', content: message.content, usage }
}

function failed(error: unknown, late: boolean): LlmAnswer {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, 200)
  const status = error instanceof APIError ? (error.status as number | undefined) : undefined
  if (causesOf(error).some(cause => cause instanceof AnswerTooLarge))
    return { outcome: 'unreadable', detail: `an answer of more than ${LARGEST_ANSWER} bytes`, again: false }
  if (late || detail === 'Request timed out.') return { outcome: 'timeout', detail: 'no answer in time', again: true }
  if (status === 429) return { outcome: 'rate_limited', detail, again: true, retryAfterMs: retryAfter(error as APIError) }
  if (status !== undefined && status >= 500)
    return { outcome: 'server_error', detail, again: true, retryAfterMs: retryAfter(error as APIError) }
  if (status !== undefined) return { outcome: 'rejected', detail, again: false }
  if (error instanceof SyntaxError) return { outcome: 'unreadable', detail: 'not JSON', again: true }
  return { outcome: NOT_THERE.has(codeOf(error) ?? '') ? 'unreached' : 'lost', detail, again: true }
}

/** Nothing was written: nobody was there to read it. */
const NOT_THERE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

/** Of what was thrown, or of what caused it. */
function codeOf(error: unknown): string | undefined {
  for (const cause of causesOf(error)) if ('code' in cause && typeof cause.code === 'string') return cause.code
  return undefined
}

/** What was thrown, what caused that, and so on. */
function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : []
}

class AnswerTooLarge extends Error {}

/** The same response, whose body ends with an error where it is longer than `most` bytes. */
function bounded(response: Response, most: number): Response {
  if (response.body === null) return response
  let bytes = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length
      if (bytes > most) controller.error(new AnswerTooLarge())
      else controller.enqueue(chunk)
    },
  })
  return new Response(response.body.pipeThrough(counted), response)
}

/** In seconds; dates are passed over. */
function retryAfter({ headers }: APIError): number | undefined {
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN)
  return seconds >= 0 ? seconds * 1000 : undefined
}
