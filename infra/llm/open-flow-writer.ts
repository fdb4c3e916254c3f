import { randomInt } from 'node:crypto'
import type { FlowWriter } from '../../serving/ports/flow-writer.ts'
import type { Cache } from '../../streams/cache.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import type { Config } from '../config.ts'
import { flowShop } from '../flow-shop.ts'
import { askLlm } from './ask-llm.ts'
import { BoundedTurns } from './bounded-turns.ts'
import { flowGenerations, generationOutcomes } from './flow-generations.ts'
import { type FlowPen, type FlowTime, flowWriter } from './flow-writer.ts'
import { keptFlows } from './kept-flows.ts'
import { llmClient } from './llm-client.ts'
import { llmLedger } from './llm-ledger.ts'
import { shopGoods } from './shop-goods.ts'

/** Ten and thirty seconds are promised; what is kept back is for the checks of what came last, and for a machine that is busy. */
export const flowTime: FlowTime = { simpleMs: 8_500, complexMs: 26_000 }
/** What a model takes at a time of one account without turning calls away. Who is last in the line has half the time left. */
export const flowTurns = { atOnce: 4, waiting: 12 } as const
const FINE = 2 ** 32

export interface FlowWriterParts {
  readonly sql: Sql
  readonly cache: Cache
  readonly clock: Clock
  readonly meter: Meter
  readonly time?: FlowTime
  readonly turns?: { readonly atOnce: number; readonly waiting: number }
}

/** Whoever writes flows, as it is set: a language model with the planner behind it, or the planner. */
export function openFlowWriter(
  config: Pick<Config, 'shop' | 'smsRules' | 'links' | 'flows' | 'texts'>,
  { sql, cache, clock, meter, time = flowTime, turns = flowTurns }: FlowWriterParts,
): FlowWriter {
  // A rate is one from the first time on only of what was 0 before.
  for (const outcome of generationOutcomes) meter.count('flow_generations_total', { outcome }, 0)
  const base = { shop: flowShop(config), keep: flowGenerations(sql), clock, meter }
  const { llm } = config.texts
  if (llm === undefined) return flowWriter({ ...base, pen: undefined })
  const options = {
    model: llm.model,
    call: llmClient(llm, time.complexMs, clock),
    ledger: llmLedger(sql, llm.budget, llm.price),
    clock,
    meter,
    random: () => randomInt(FINE) / FINE,
  }
  const pen: FlowPen = {
    model: llm.model,
    ask: (digest, request, { over, withinMs }) => askLlm({ ...options, withinMs }, 'flow', digest, request, over),
    turns: new BoundedTurns(turns),
    kept: keptFlows(cache),
    goods: () => shopGoods(sql),
    time,
  }
  return flowWriter({ ...base, pen })
}
