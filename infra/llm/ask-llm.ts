import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import type { LlmAnswer, LlmRequest } from './llm-client.ts'
import type { LlmLedger } from './llm-ledger.ts'

export interface AskLlmOptions {
  readonly model: string
  readonly call: (request: LlmRequest, signal?: AbortSignal) => Promise<LlmAnswer>
  readonly ledger: LlmLedger
  readonly clock: Clock
  readonly meter: Meter
  /** A number from 0 to 1, for waits that differ. */
  readonly random: () => number
  readonly attempts?: number
  /** The first wait is up to so long, in ms. */
  readonly baseMs?: number
  /** No attempt begins after so long, in ms. */
  readonly withinMs?: number
}

/** What all calls of one asking took; `cost` in millionths of what the account is billed in. */
export interface LlmTook {
  readonly tokens: number
  readonly cost: number
}

export type Asked = { readonly took: LlmTook } & (
  | { readonly content: string }
  | { readonly failed: 'budget_spent' | 'unavailable'; readonly detail: string }
)

const LONGEST_WAIT = 8_000

/**
 * Asks until there is an answer, or no sense in asking. Waits grow exponentially with full jitter (Brooker, AWS Architecture Blog, 2015),
 * and are never shorter than what the server asked for. Every call is in the ledger before it is made. Once `signal` says so, a call or a
 * wait under way ends, and no other begins.
 */
export async function askLlm(
  options: AskLlmOptions,
  purpose: string,
  digest: string,
  request: LlmRequest,
  signal?: AbortSignal,
): Promise<Asked> {
  const { clock, random, attempts = 4, baseMs = 500, withinMs = 45_000 } = options
  const over = clock.monotonic() + withinMs
  let took: LlmTook = { tokens: 0, cost: 0 }
  for (let attempt = 1; ; attempt++) {
    const called = await one(options, purpose, digest, request, signal)
    if (called === undefined) return { failed: 'budget_spent', detail: 'The budget of the day is spent.', took }
    const { answer } = called
    took = { tokens: took.tokens + called.took.tokens, cost: took.cost + called.took.cost }
    if (answer.outcome === 'answered') return { content: answer.content, took }
    const wait = Math.max(random() * Math.min(LONGEST_WAIT, baseMs * 2 ** (attempt - 1)), answer.retryAfterMs ?? 0)
    const last = !answer.again || attempt === attempts || clock.monotonic() + wait > over
    if (!last) await clock.sleep(wait, signal)
    if (last || signal?.aborted) return { failed: 'unavailable', detail: `${answer.outcome}: ${answer.detail}`, took }
  }
}

/** One call, told to ledger and metrics; undefined where the budget has no room for it. */
async function one(
  { model, call, ledger, clock, meter }: AskLlmOptions,
  purpose: string,
  digest: string,
  request: LlmRequest,
  signal: AbortSignal | undefined,
): Promise<{ readonly answer: LlmAnswer; readonly took: LlmTook } | undefined> {
  const id = await ledger.begin({ purpose, digest, model, tokensIn: mostTokens(request), tokensOut: request.maxTokens })
  if (id === undefined) {
    meter.count('llm_calls_total', { outcome: 'budget_spent' })
    return undefined
  }
  const began = clock.monotonic()
  const answer = await call(request, signal)
  const detail = answer.outcome === 'answered' ? undefined : answer.detail
  const took = await ledger.end(id, {
    outcome: answer.outcome,
    detail,
    usage: usageOf(answer),
    latencyMs: clock.monotonic() - began,
  })
  meter.count('llm_calls_total', { outcome: answer.outcome })
  meter.count('llm_tokens_total', { kind: 'in' }, took.tokensIn)
  meter.count('llm_tokens_total', { kind: 'out' }, took.tokensOut)
  meter.count('llm_cost_total', {}, took.cost / 1_000_000)
  return { answer, took: { tokens: took.tokensIn + took.tokensOut, cost: took.cost } }
}

/** Nothing was taken where the call was turned away, broke at the server or never got there; what took too long or was lost may have been. */
const FREE: ReadonlySet<string> = new Set(['rate_limited', 'rejected', 'server_error', 'unreached'])
const usageOf = ({ usage, outcome }: LlmAnswer) => usage ?? (FREE.has(outcome) ? { tokensIn: 0, tokensOut: 0 } : undefined)

/** No tokenizer makes more tokens than there are bytes; a few go to what the server puts around messages. */
const mostTokens = ({ messages, schema }: LlmRequest): number =>
  Buffer.byteLength(messages.map(({ content }) => content).join('')) + JSON.stringify(schema).length + 100
