import { randomInt } from 'node:crypto'
import type { TextWriter } from '../../serving/ports/text-writer.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import type { Config } from '../config.ts'
import { anyShortLink } from '../links/personal-links.ts'
import { askLlm } from './ask-llm.ts'
import { llmAnswers } from './llm-answers.ts'
import { llmClient, llmFailures } from './llm-client.ts'
import { llmLedger } from './llm-ledger.ts'
import { type Pen, textWriter } from './text-writer.ts'

/** A text is written in seconds; what takes longer is not worth the wait of whoever sits before the console. */
const TIMEOUT_MS = 15_000
const FINE = 2 ** 32

/** Whoever writes texts, as it is set: a language model, or nobody. */
export function openTextWriter(
  { texts, shop, smsRules, links }: Pick<Config, 'texts' | 'shop' | 'smsRules' | 'links'>,
  { sql, clock, meter }: { readonly sql: Sql; readonly clock: Clock; readonly meter: Meter },
): TextWriter {
  // A rate is one from the first time on only of what was 0 before.
  for (const outcome of ['answered', 'budget_spent', ...llmFailures]) meter.count('llm_calls_total', { outcome }, 0)
  for (const kind of ['in', 'out']) meter.count('llm_tokens_total', { kind }, 0)
  for (const source of ['written', 'built-in']) meter.count('texts_written_total', { source }, 0)
  meter.count('llm_cost_total', {}, 0)
  const shortLink = links.base && anyShortLink(links.base)
  const base = { shop: texts.shop, shortLink, currency: shop.currency, zone: smsRules.zone, clock, meter }
  const { llm } = texts
  if (llm === undefined) return textWriter({ ...base, pen: undefined })
  const options = {
    model: llm.model,
    call: llmClient(llm, TIMEOUT_MS, clock),
    ledger: llmLedger(sql, llm.budget, llm.price),
    clock,
    meter,
    random: () => randomInt(FINE) / FINE,
  }
  const pen: Pen = { model: llm.model, answers: llmAnswers(sql), ask: (...asked) => askLlm(options, ...asked) }
  return textWriter({ ...base, pen })
}
