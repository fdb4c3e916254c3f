import type { FlowShop } from '../../models/flow/flow-shop.ts'
import type { FlowProgress } from '../../serving/ports/flow-writer.ts'
import type { Asked, LlmTook } from './ask-llm.ts'
import { flowRequest, type Rejected } from './flow-prompt.ts'
import { type Drafted, judgeFlow } from './judge-flow.ts'
import type { LlmRequest } from './llm-client.ts'
import type { ShopGoods } from './shop-goods.ts'

/** What was thrown at us so often is enough. */
const REPAIRS = 3

export interface Draft {
  /** A flow that may run, or in words why there is none; `detail` is for the account. */
  readonly result: Drafted | { readonly why: string; readonly detail: string }
  /** How often repair was asked for. */
  readonly rounds: number
  readonly took: LlmTook
}

export interface DraftParts {
  readonly model: string
  readonly description: string
  readonly shop: FlowShop
  readonly goods: ShopGoods
  /** Epoch ms */
  readonly now: number
  readonly ask: (request: LlmRequest) => Promise<Asked>
  readonly tell: (progress: FlowProgress) => void
  /** Time is over. */
  readonly over: AbortSignal
}

/** Has a model write a flow, and repair it by what the checker found, until it may run; at most so often, and no longer than there is time. */
export async function draftFlow(parts: DraftParts): Promise<Draft> {
  const { model, ask, tell, over } = parts
  let took: LlmTook = { tokens: 0, cost: 0 }
  let before: Rejected | undefined
  for (let rounds = 0; ; rounds++) {
    tell(before === undefined ? { type: 'asking', model } : { type: 'repairing', round: rounds, errors: before.errors })
    const asked = await ask(flowRequest(parts, before))
    took = { tokens: took.tokens + asked.took.tokens, cost: took.cost + asked.took.cost }
    if ('failed' in asked) return { result: { why: whyNot(asked), detail: asked.detail }, rounds, took }
    tell({ type: 'checking' })
    const judged = judgeFlow(asked.content, parts)
    if ('flow' in judged) return { result: judged, rounds, took }
    const detail = judged.errors.join('\n')
    if (over.aborted) return { result: { why: 'had no time left to put its flow right', detail }, rounds, took }
    if (rounds === REPAIRS)
      return { result: { why: `wrote no flow that can run in ${REPAIRS + 1} attempts`, detail }, rounds, took }
    before = { content: asked.content, errors: judged.errors }
  }
}

/** In words that tell nothing of keys and servers: what exactly was said is on the account. */
function whyNot(asked: Extract<Asked, { failed: string }>): string {
  if (asked.failed === 'budget_spent') return 'may not be asked: the budget of the day is spent'
  const [outcome] = asked.detail.split(':', 1)
  return WHY[outcome ?? ''] ?? 'could not be asked'
}

const WHY: Readonly<Record<string, string>> = {
  rate_limited: 'is asked too much just now',
  server_error: 'failed at its server',
  timeout: 'did not answer in time',
  lost: 'broke off',
  unreached: 'cannot be reached',
  unreadable: 'answered what cannot be read',
  rejected: 'refused the call: check OPENAI_API_KEY and OPENAI_MODEL',
  refused: 'declined to write this',
  cut_off: 'did not come to an end',
}
