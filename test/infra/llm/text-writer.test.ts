import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../../infra/config.ts'
import { askLlm } from '../../../infra/llm/ask-llm.ts'
import { llmAnswers } from '../../../infra/llm/llm-answers.ts'
import { llmClient } from '../../../infra/llm/llm-client.ts'
import { llmLedger } from '../../../infra/llm/llm-ledger.ts'
import type { LlmBudget, LlmPrice } from '../../../infra/llm/llm-price.ts'
import { openTextWriter } from '../../../infra/llm/open-text-writer.ts'
import { textWriter } from '../../../infra/llm/text-writer.ts'
import { checkWritten } from '../../../models/templates/check-written.ts'
import type { TextsAsked } from '../../../serving/ports/text-writer.ts'
import { type Clock, systemClock } from '../../../streams/clock.ts'
import type { Sql } from '../../../streams/sql.ts'
import { freePort } from '../../support/free-port.ts'
import { type LlmMood, type LlmServer, startLlm } from '../../support/llm-server.ts'
import { freshSql } from '../sms/sms-fixture.ts'

const GOOD = 'Hi {{first_name}}, we miss you. Come and see what is new: {{link}}'
const asked: TextsAsked = {
  purpose: 'win_back',
  languages: ['en'],
  about: undefined,
  placeholders: ['first_name', 'link'],
  maxParts: 3,
  discount: undefined,
  link: 'https://shop.example/new',
}

let sql: Sql
let llm: LlmServer
beforeAll(async () => {
  sql = await freshSql()
  llm = await startLlm()
})
afterAll(async () => {
  await llm?.close()
  await sql?.close()
})
beforeEach(async () => {
  await sql.script('TRUNCATE llm_calls, llm_answers')
  llm.asked.length = 0
})

interface Setting {
  readonly budget?: LlmBudget
  readonly price?: LlmPrice
  readonly url?: string
  readonly timeoutMs?: number
}

/** A writer that asks the server, and notes how long it would have waited instead of waiting. */
function writerOf({ budget = { tokens: 1_000_000 }, price, url = llm.url, timeoutMs = 300 }: Setting = {}) {
  const waits: number[] = []
  const counted: Record<string, number> = {}
  const meter = {
    count: (name: string, labels: object, by = 1) => {
      const key = [name, ...Object.values(labels)].join(' ')
      counted[key] = (counted[key] ?? 0) + by
    },
    gauge: () => {},
    observe: () => {},
  }
  const clock: Clock = { ...systemClock, sleep: async ms => void waits.push(ms) }
  const call = llmClient({ baseUrl: url, apiKey: 'a-key', model: 'test' }, timeoutMs, systemClock)
  const options = { model: 'test', call, ledger: llmLedger(sql, budget, price), clock, meter, random: () => 0.5 }
  const writer = textWriter({
    pen: { model: 'test', answers: llmAnswers(sql), ask: (...what) => askLlm(options, ...what) },
    shop: 'Bazaar',
    shortLink: undefined,
    currency: 'PKR',
    zone: 'Asia/Karachi',
    clock,
    meter,
  })
  const one = async (own: Partial<TextsAsked> = {}) => (await writer.write({ ...asked, ...own }))[0]!
  return { writer, one, waits, counted }
}
const calls = () => sql.query('SELECT model, outcome, tokens_in, tokens_out, cost, latency_ms FROM llm_calls ORDER BY id')
const outcomes = async () => (await calls()).map(({ outcome }) => outcome)

describe('a text that is fit', () => {
  test('is answered, with the most it can cost; what was asked is structured, and the key goes with it', async () => {
    llm.moods = [{ text: GOOD }]
    expect(await writerOf().one()).toEqual({
      language: 'en',
      text: GOOD,
      placeholders: ['first_name', 'link'],
      encoding: 'UCS-2',
      parts: 2,
      source: 'written',
    })
    const [{ authorization, path, body }] = llm.asked as [(typeof llm.asked)[0]]
    expect({ authorization, path, model: body.model }).toEqual({
      authorization: 'Bearer a-key',
      path: '/v1/chat/completions',
      model: 'test',
    })
    expect(body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { strict: true, schema: { required: ['text'], additionalProperties: false } },
    })
  })

  test('is kept: nobody pays for it twice, and who asks another thing gets another', async () => {
    llm.moods = [{ text: GOOD }]
    const { one } = writerOf()
    await one()
    expect((await writerOf().one()).source).toBe('written')
    expect(llm.asked).toHaveLength(1)
    await one({ about: 'tea' })
    expect(llm.asked).toHaveLength(2)
  })

  test('is asked for once where two ask for it at the same time', async () => {
    llm.moods = [{ text: GOOD }]
    const { one } = writerOf()
    await Promise.all([one(), one(), one()])
    expect(llm.asked).toHaveLength(1)
  })

  test('comes in every language that is asked for, each checked by itself', async () => {
    llm.moods = [{ text: GOOD }]
    const texts = await writerOf().writer.write({ ...asked, languages: ['en', 'roman-ur', 'ur'] })
    expect(texts.map(({ language, source }) => [language, source])).toEqual([
      ['en', 'written'],
      ['roman-ur', 'built-in'],
      ['ur', 'built-in'],
    ])
  })

  test('is on the account with its model, tokens, cost and time', async () => {
    llm.moods = [{ text: GOOD }]
    const { one, counted } = writerOf({ price: { in: 150_000, out: 600_000 } })
    await one()
    expect(await calls()).toEqual([
      { model: 'test', outcome: 'answered', tokens_in: 400, tokens_out: 50, cost: 90, latency_ms: expect.any(Number) },
    ])
    expect(counted).toMatchObject({
      'llm_calls_total answered': 1,
      'llm_tokens_total in': 400,
      'llm_tokens_total out': 50,
      llm_cost_total: 0.00009,
      'texts_written_total written': 1,
    })
  })
})

describe('a text that is not fit', () => {
  test.each([
    ['a price that nobody gave', 'Hi {{first_name}}, we miss you. All for Rs 999: {{link}}', 'number'],
    ['a link of its own', 'Hi {{first_name}}, we miss you: https://evil.example {{link}}', 'link'],
    ['a placeholder that is missing', 'Hi {{first_name}}, we miss you and your smile.', 'placeholders'],
    ['another language', '{{first_name}}, humein aap ki yaad aati hai: {{link}}', 'language'],
  ])('with %s is asked for again with the reasons', async (_, bad, check) => {
    llm.moods = [{ text: bad }, { text: GOOD }]
    expect(await writerOf().one()).toMatchObject({ text: GOOD, source: 'written' })
    const again = llm.asked[1]!.body.messages.at(-1)!.content
    const checked = checkWritten(bad, { ...asked, language: 'english', known: {} })
    if ('template' in checked) throw new Error('it is fit')
    expect(checked.unfit.map(one => one.check)).toContain(check)
    for (const { message } of checked.unfit) expect(again).toContain(message)
  })

  test('twice gives the built-in text, and the answer says so and why', async () => {
    llm.moods = [{ text: 'Hi {{first_name}}, we miss you. All for 999: {{link}}' }]
    const { one, counted } = writerOf()
    const text = await one()
    expect(text).toMatchObject({ source: 'built-in', why: 'unfit', reasons: [expect.stringContaining('999')] })
    expect(text.text).not.toContain('999')
    expect(llm.asked).toHaveLength(2)
    expect(counted['texts_written_total built-in']).toBe(1)
    await one() // what was not fit is not kept
    expect(llm.asked).toHaveLength(4)
  })

  test.each([{ content: 'Sure! Here is your text: Hi' }, { content: '{"text": 7}' }, { content: '[]' }] as LlmMood[])(
    'nor is one in %j, which is not the form that was asked for',
    async mood => {
      llm.moods = [mood]
      expect(await writerOf().one()).toMatchObject({ source: 'built-in', why: 'unfit' })
    },
  )
})

describe('a server that fails', () => {
  test.each([
    [{ status: 429 }, 'rate_limited'],
    [{ status: 500 }, 'server_error'],
    ['hang', 'timeout'],
    ['trickle', 'timeout'],
    ['reset', 'lost'],
    ['rubbish', 'unreadable'],
    ['html', 'unreadable'],
  ] as const)('%j is tried again until it answers', async (mood, outcome) => {
    llm.moods = [mood, mood, { text: GOOD }]
    const { one, waits } = writerOf()
    expect(await one()).toMatchObject({ source: 'written' })
    expect(await outcomes()).toEqual([outcome, outcome, 'answered'])
    expect(waits).toEqual([250, 500]) // half of 500 and of 1,000: the dice said 0.5
  })

  test.each([
    [{ status: 401 }, 'rejected', 1],
    [{ status: 400 }, 'rejected', 1],
    ['refuse', 'refused', 1],
    [{ content: '{"text":"Hi', finish: 'length' }, 'cut_off', 1],
    [{ status: 503 }, 'server_error', 4],
    ['hang', 'timeout', 4],
  ] as const)('%j for good gives the built-in text: %s after %i', async (mood, outcome, times) => {
    llm.moods = [mood]
    const text = await writerOf({ timeoutMs: 100 }).one()
    expect(text).toMatchObject({ source: 'built-in', why: 'unavailable', reasons: [expect.stringContaining(outcome)] })
    expect(await outcomes()).toEqual(Array(times).fill(outcome))
  })

  test('is not asked again before it said', async () => {
    llm.moods = [{ status: 429, retryAfter: '7' }, { text: GOOD }]
    const { one, waits } = writerOf()
    await one()
    expect(waits).toEqual([7000])
    llm.moods = [{ status: 429, retryAfter: '3600' }]
    expect(await one({ about: 'tea' })).toMatchObject({ why: 'unavailable' })
    expect(waits).toEqual([7000])
  })

  test('or that is not there costs nothing; what may have been taken is counted with the most it can be', async () => {
    const port = await freePort()
    expect(await writerOf({ url: `http://127.0.0.1:${port}/v1` }).one()).toMatchObject({ why: 'unavailable' })
    expect((await calls()).map(row => [row.outcome, row.tokens_in])).toEqual(Array(4).fill(['unreached', 0]))
    await sql.script('TRUNCATE llm_calls')
    llm.moods = ['hang']
    await writerOf({ timeoutMs: 50 }).one()
    for (const row of await calls()) expect(row.tokens_in).toBeGreaterThan(900)
  })
})

describe('the budget of a day', () => {
  const price = { in: 1_000_000, out: 1_000_000 }

  test.each([{ tokens: 900 }, { money: 900 }])('%j is not left, by however many at once', async budget => {
    llm.moods = [{ text: GOOD }]
    const { one, counted } = writerOf({ budget, price })
    const texts = await Promise.all(['a', 'b', 'c'].map(about => one({ about })))
    expect(texts.every(text => text.source === 'built-in' && text.why === 'budget_spent')).toBe(true)
    expect(llm.asked).toHaveLength(0)
    expect(counted['llm_calls_total budget_spent']).toBe(3)
  })

  test('has room for what calls really took, and a new one begins with the day', async () => {
    llm.moods = [{ text: GOOD }]
    const { one } = writerOf({ budget: { tokens: 4500 } }) // one call may take some 2,000, and takes 450
    expect((await one({ about: 'a' })).source).toBe('written')
    expect((await one({ about: 'b' })).source).toBe('written')
    await sql.query('UPDATE llm_calls SET tokens_in = 4000')
    expect((await one({ about: 'c' })).why).toBe('budget_spent')
    await sql.query('UPDATE llm_calls SET at = at - 86400000')
    expect((await one({ about: 'c' })).source).toBe('written')
  })

  test('a call whose instance is gone counts with the most it could take', async () => {
    const ledger = llmLedger(sql, { tokens: 1000 }, undefined)
    const call = { purpose: 'text', digest: 'd', model: 'test', tokensIn: 400, tokensOut: 200 }
    expect(await ledger.begin(call)).toBeDefined()
    expect(await ledger.begin(call)).toBeUndefined()
  })
})

test('without a model every text is built in, and the answer says so', async () => {
  const counted: string[] = []
  const meter = { count: (name: string) => void counted.push(name), gauge: () => {}, observe: () => {} }
  const writer = openTextWriter(readConfig({}), { sql, clock: systemClock, meter })
  const texts = await writer.write({ ...asked, languages: ['en', 'roman-ur', 'ur'] })
  expect(texts.map(({ source, why }) => [source, why])).toEqual(Array(3).fill(['built-in', 'not_configured']))
  expect(counted).toContain('llm_cost_total')
})
