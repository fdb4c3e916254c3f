import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lruCache } from '../../infra/cache/lru-cache.ts'
import { readConfig } from '../../infra/config.ts'
import { flowShop } from '../../infra/flow-shop.ts'
import { openFlowWriter } from '../../infra/llm/open-flow-writer.ts'
import { checkFlow } from '../../models/flow/check-flow.ts'
import { Flow, FlowMetadata } from '../../schemas/flow.ts'
import { buildApp } from '../../serving/app.ts'
import { systemClock } from '../../streams/clock.ts'
import { silent } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { freshSql } from '../infra/sms/sms-fixture.ts'
import { quietPorts } from '../serving/fake-ports.ts'
import { type LlmServer, startLlm } from '../support/llm-server.ts'
import { briefsFor, llmMoods } from './llm-moods.ts'

const BUDGET = { simpleMs: 700, complexMs: 1200 }
/** Of a sentence, and much more than the time that is given here: a busy machine, and ten at once. */
const PROMISED_MS = 10_000
const moods = Object.entries(llmMoods(2 * BUDGET.complexMs))
const answered = Compile(Flow)
const told = Compile(FlowMetadata)

describe('whatever the model does', () => {
  let sql: Sql
  let llm: LlmServer
  let url: string
  let close: () => Promise<void>
  const shop = flowShop(readConfig({}))

  beforeAll(async () => {
    sql = await freshSql()
    llm = await startLlm()
    const config = readConfig({ OPENAI_BASE_URL: llm.url, OPENAI_MODEL: 'test', TARANG_LLM_BUDGET: '1000000000 tokens' })
    const cache = lruCache({ bytes: 1, clock: systemClock }) // nothing is kept: each mood is met by each brief
    const parts = { sql, cache, clock: systemClock, meter: silent, time: BUDGET, turns: { atOnce: 100, waiting: 0 } }
    const app = buildApp(quietPorts({ flowWriter: openFlowWriter(config, parts) }))
    url = await app.listen({ host: '127.0.0.1', port: 0 })
    close = () => app.close()
  })
  afterAll(async () => {
    await close?.()
    await llm?.close()
    await sql?.close()
  })

  async function generate(campaignDescription: string) {
    const began = performance.now()
    const answer = await fetch(`${url}/api/v1/generateFlow`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ campaignDescription }),
    })
    return {
      wish: campaignDescription,
      status: answer.status,
      body: (await answer.json()) as Flow,
      tookMs: performance.now() - began,
    }
  }

  test.each(moods)('where it %s, every wish gets a flow that may run, in time', async (name, mood) => {
    llm.moods = [mood]
    const at = moods.findIndex(([other]) => other === name)
    const answers = await Promise.all(briefsFor(at, moods.length).map(generate))
    for (const { wish, status, body, tookMs } of answers) {
      expect([wish, status]).toEqual([wish, 200])
      expect(answered.Check(body) && told.Check(body.metadata)).toBe(true)
      expect(checkFlow(body, shop)).toMatchObject({ passed: true })
      expect(body.steps.filter(({ type }) => type === 'webhook')).toEqual([])
      expect(tookMs).toBeLessThan(PROMISED_MS)
    }
  })

  test('where it is not there, neither', async () => {
    const gone = createServer().listen(0, '127.0.0.1')
    await once(gone, 'listening')
    const { port } = gone.address() as AddressInfo
    gone.close()
    const config = readConfig({
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
      OPENAI_MODEL: 'test',
      TARANG_LLM_BUDGET: '1000000000 tokens',
    })
    const cache = lruCache({ bytes: 1, clock: systemClock })
    const writer = openFlowWriter(config, { sql, cache, clock: systemClock, meter: silent, time: BUDGET })
    const flow = (await writer.write('Say hello', () => {}, new AbortController().signal))!
    expect(checkFlow(flow, shop)).toMatchObject({ passed: true })
    expect(flow.metadata.corrections![0]).toMatch(/cannot be reached/)
  })
})
