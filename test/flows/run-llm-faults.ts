import { lruCache } from '../../infra/cache/lru-cache.ts'
import { readConfig } from '../../infra/config.ts'
import { flowShop } from '../../infra/flow-shop.ts'
import { flowTime, openFlowWriter } from '../../infra/llm/open-flow-writer.ts'
import { checkFlow } from '../../models/flow/check-flow.ts'
import { systemClock } from '../../streams/clock.ts'
import { silent } from '../../streams/meter.ts'
import { freshSql } from '../infra/sms/sms-fixture.ts'
import { startLlm } from '../support/llm-server.ts'
import { briefsFor, llmMoods } from './llm-moods.ts'

/** The promises of docs/flows.md, in ms. */
const PROMISED = { simple: 10_000, complex: 30_000 }

// What llm-faults.test.ts shows with little time, with the time that flows have: `npm run flow-faults`, some minutes. Exit code 1 where a
// flow may not run, or comes late.
const sql = await freshSql()
const llm = await startLlm()
const config = readConfig({ OPENAI_BASE_URL: llm.url, OPENAI_MODEL: 'test', TARANG_LLM_BUDGET: '1000000000 tokens' })
const cache = lruCache({ bytes: 1, clock: systemClock }) // nothing is kept
const turns = { atOnce: 100, waiting: 0 }
const writer = openFlowWriter(config, { sql, cache, clock: systemClock, meter: silent, turns })
const shop = flowShop(config)

async function generate(brief: string) {
  const began = performance.now()
  const flow = await writer.write(brief, () => {}, new AbortController().signal)
  const tookMs = performance.now() - began
  const promised = brief.length > 400 ? PROMISED.complex : PROMISED.simple
  const good = flow !== undefined && checkFlow(flow, shop).passed && tookMs < promised
  return { good, tookMs, by: flow?.metadata.model_used ?? 'nobody' }
}

console.log('the model                        good   by model  longest')
const moods = Object.entries(llmMoods(2 * flowTime.complexMs))
for (const [at, [mood, act]] of moods.entries()) {
  llm.moods = [act]
  const flows = await Promise.all(briefsFor(at, moods.length).map(generate))
  const good = flows.filter(flow => flow.good).length
  const longest = Math.max(...flows.map(({ tookMs }) => tookMs)) / 1000
  const byModel = flows.filter(({ by }) => by === 'test').length
  console.log(
    `${mood.padEnd(32)} ${`${good}/${flows.length}`.padEnd(7)}${String(byModel).padStart(7)}  ${longest.toFixed(1).padStart(6)} s`,
  )
  if (good < flows.length) process.exitCode = 1
}
await llm.close()
await sql.close()
