import { createHash } from 'node:crypto'
import type { FlowShop } from '../../models/flow/flow-shop.ts'
import { planFlow } from '../../models/flow/plan/plan-flow.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { FlowProgress, FlowWriter, WrittenFlow } from '../../serving/ports/flow-writer.ts'
import type { Clock } from '../../streams/clock.ts'
import { deadline } from '../../streams/deadline.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Asked } from './ask-llm.ts'
import type { BoundedTurns } from './bounded-turns.ts'
import { type Draft, draftFlow } from './draft-flow.ts'
import type { FlowGeneration, KeepGeneration } from './flow-generations.ts'
import { FLOW_PROMPT_VERSION } from './flow-prompt.ts'
import type { Drafted } from './judge-flow.ts'
import type { KeptFlows } from './kept-flows.ts'
import type { LlmRequest } from './llm-client.ts'
import type { ShopGoods } from './shop-goods.ts'

/** The language model that flows are asked of. */
export interface FlowPen {
  readonly model: string
  /** Begins no attempt after `withinMs`, and ends what is under way when `over` says so. */
  readonly ask: (digest: string, request: LlmRequest, time: { over: AbortSignal; withinMs: number }) => Promise<Asked>
  readonly turns: BoundedTurns
  readonly kept: KeptFlows
  readonly goods: () => Promise<ShopGoods>
  readonly time: FlowTime
}

/** How long the model has, waiting for a turn included, in ms. The planner, which takes over then, needs milliseconds. */
export interface FlowTime {
  readonly simpleMs: number
  readonly complexMs: number
}

export interface FlowWriterOptions {
  /** Undefined: the planner writes all. */
  readonly pen: FlowPen | undefined
  readonly shop: FlowShop
  readonly keep: KeepGeneration
  readonly clock: Clock
  readonly meter: Meter
}

/** As answers name it. */
export const PLANNER = 'built-in planner'

/** A sentence or two, and as many steps as they mostly lead to. */
const SIMPLE_CHARACTERS = 400
const SIMPLE_STEPS = 12

/** How a flow was made; no flow where too many wait. */
interface Making extends Omit<FlowGeneration, 'digest' | 'description' | 'tookMs'> {
  readonly drafted: Drafted | undefined
}

/** One wish for a flow. */
interface Wish {
  readonly description: string
  readonly shop: FlowShop
  readonly digest: string
  readonly planned: Drafted
  readonly tell: (progress: FlowProgress) => void
  readonly signal: AbortSignal
  readonly clock: Clock
}

/**
 * Flows by a language model, every one of which has passed the checker; by the built-in planner where there is none, and wherever it fails,
 * is late or writes nothing that may run. So there is always a flow, and in time; its metadata says whose it is and why.
 */
export const flowWriter = ({ pen, shop, keep, clock, meter }: FlowWriterOptions): FlowWriter => ({
  async write(description, tell, signal) {
    const began = clock.monotonic()
    tell({ type: 'planning' })
    const planned = planFlow(description, shop, clock.now())
    const digest = digestOf(description, shop, pen?.model)
    const { drafted, ...made } =
      pen === undefined
        ? byPlanner(planned, 'planned')
        : await byModel(pen, { description, shop, digest, planned, tell, signal, clock })
    const tookMs = clock.monotonic() - began
    meter.count('flow_generations_total', { outcome: made.outcome })
    meter.observe('flow_generation_seconds', { by: made.model === PLANNER ? 'planner' : 'model' }, tookMs / 1000)
    await keep({ digest, description, tookMs, ...made })
    return drafted && present(drafted, made, clock.now(), tookMs)
  },
})

const byPlanner = (drafted: Drafted | undefined, outcome: Making['outcome'], more: Partial<Making> = {}): Making => ({
  drafted,
  outcome,
  model: PLANNER,
  detail: undefined,
  rounds: 0,
  tokens: 0,
  cost: 0,
  ...more,
})

async function byModel(pen: FlowPen, wish: Wish): Promise<Making> {
  const { model, kept, time } = pen
  const { description, digest, planned, signal } = wish
  const known = await kept.get(digest, wish.shop, wish.clock.now())
  if (known !== undefined) return { ...byPlanner(known, 'cached'), model }
  const withinMs = isSimple(description, planned.flow) ? time.simpleMs : time.complexMs
  const { signal: over, done } = deadline(wish.clock, withinMs, signal)
  const draft = await inTurn(pen, wish, over, withinMs).finally(done)
  if (draft === 'full') return byPlanner(undefined, 'busy')
  if (!('flow' in draft.result)) return instead(model, planned, signal, draft)
  await kept.keep(digest, draft.result)
  const { tokens, cost } = draft.took
  const outcome = draft.rounds === 0 ? 'written' : 'repaired'
  return { drafted: draft.result, outcome, model, detail: undefined, rounds: draft.rounds, tokens, cost }
}

async function inTurn(pen: FlowPen, wish: Wish, over: AbortSignal, withinMs: number): Promise<Draft | 'full'> {
  if (!pen.turns.free) wish.tell({ type: 'waiting' })
  const turn = await pen.turns.take(over)
  if (turn === 'full') return 'full'
  return turn === 'ended' ? NO_TURN : drafting(pen, wish, over, withinMs).finally(turn)
}

const NO_TURN: Draft = {
  result: { why: 'had to be waited for too long', detail: 'no turn in time' },
  rounds: 0,
  took: { tokens: 0, cost: 0 },
}

/** The planner's flow, which says why it is that. */
function instead(model: string, planned: Drafted, signal: AbortSignal, { result, rounds, took }: Draft): Making {
  if ('flow' in result) throw new Error('there is a flow')
  const why = `The language model ${model} ${result.why}, so the built-in planner wrote this flow.`
  const drafted = { ...planned, corrections: [why, ...planned.corrections] }
  const outcome = signal.aborted ? 'abandoned' : 'fell_back'
  return byPlanner(drafted, outcome, { detail: `${result.why}: ${result.detail}`, rounds, ...took })
}

async function drafting(pen: FlowPen, wish: Wish, over: AbortSignal, withinMs: number): Promise<Draft> {
  const { description, shop, digest, tell, clock } = wish
  const ends = clock.monotonic() + withinMs
  const ask = (request: LlmRequest) => pen.ask(digest, request, { over, withinMs: Math.max(0, ends - clock.monotonic()) })
  return draftFlow({ model: pen.model, description, shop, goods: await pen.goods(), now: clock.now(), ask, tell, over })
}

const isSimple = (description: string, { steps }: Flow): boolean =>
  description.length <= SIMPLE_CHARACTERS && steps.length <= SIMPLE_STEPS

/** What decides what is written: another shop, or another model, writes another flow. */
const digestOf = (description: string, shop: FlowShop, model: string | undefined): string =>
  createHash('sha256')
    .update(JSON.stringify([FLOW_PROMPT_VERSION, model ?? PLANNER, description, shop]))
    .digest('hex')

const present = (
  { flow, assumptions, corrections }: Drafted,
  { model, tokens, outcome }: Pick<Making, 'model' | 'tokens' | 'outcome'>,
  now: number,
  tookMs: number,
): WrittenFlow => ({
  ...flow,
  metadata: {
    generated_at: new Date(now).toISOString(),
    model_used: model,
    tokens_used: tokens,
    generation_time_ms: Math.round(tookMs),
    cached: outcome === 'cached',
    assumptions: [...assumptions],
    corrections: [...corrections],
  },
})
