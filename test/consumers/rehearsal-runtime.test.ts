import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HistoryRecord, Rehearsal } from '../../consumers/rehearsal.ts'
import { keptHistory } from '../../infra/rehearsal/kept-history.ts'
import { textId } from '../../models/flow/run/text-id.ts'
import { campaignRecord } from '../../producers/campaign-record.ts'
import type { Flow } from '../../schemas/flow.ts'
import { events, smsRequests } from '../../schemas/topics.ts'
import { systemClock } from '../../streams/clock.ts'
import type { Outbound } from '../../streams/outbound.ts'
import { publisher } from '../../streams/publisher.ts'
import type { Sql } from '../../streams/sql.ts'
import { engineOf, startInstance } from '../support/engine.ts'
import { BEGINNING, flows } from '../support/flow-arbitraries.ts'
import { flowProcessors, flowSql, LATER, newFlowWorld } from '../support/flow-world.ts'
import { onceEach, readTopic } from '../support/read-topic.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
/** A history of forty days, long before it is appended; the campaigns begin in its middle. */
const FIRST = LATER - 60 * DAY
const FROM = FIRST + 12 * DAY
const TO = FIRST + 40 * DAY
const ZONE = 'Asia/Karachi'

interface Send {
  readonly customerId: string
  readonly campaignId: string | undefined
  readonly at: number
  readonly id: string
}

/** Flows of every kind but webhooks that wait: nothing calls those yet. A shared limit in a circle would ask thousands of times, each through the log. */
const runnableFlows = flows
  .filter(
    ({ steps }) => !steps.some(step => (step.type === 'webhook' && step.events.length > 1) || ('scope' in step && step.scope)),
  )
  .map(flow => {
    const moved = JSON.stringify(flow).replaceAll(/2026-\d\d-\d\dT[\d:.]+Z/g, at =>
      new Date(Date.parse(at) - BEGINNING + FROM).toISOString(),
    )
    return JSON.parse(moved) as Flow
  })
/** Whatever was drawn, there is somebody who gets a text. */
const thanks: Flow = {
  initialStepID: 'say',
  trigger: { type: 'purchase' },
  entry: 'per_event',
  steps: [
    { id: 'say', type: 'message', content: 'Thank you.', events: [{ type: 'default', nextStepID: 'end' }] },
    { id: 'end', type: 'end', events: [] },
  ],
}
/** Three of a week get a text, whoever they are. */
const few: Flow = {
  initialStepID: 'room',
  trigger: { type: 'purchase' },
  entry: 'per_event',
  steps: [
    {
      id: 'room',
      type: 'limit',
      scope: 'campaign',
      occurrences: 3,
      per: 'P1W',
      events: [
        { type: 'allowed', nextStepID: 'say' },
        { type: 'limited', nextStepID: 'end' },
      ],
    },
    { id: 'say', type: 'message', content: 'One of few.', events: [{ type: 'default', nextStepID: 'end' }] },
    { id: 'end', type: 'end', events: [] },
  ],
}

const who = fc.constantFrom(...'abcdef')
const minutes = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 2000 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 30, 60, 360, 1440) },
  { weight: 1, arbitrary: fc.constantFrom(-30, -600) },
)
const deed = fc.oneof(
  { weight: 5, arbitrary: fc.record({ what: fc.constant('buy' as const), order: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom('view' as const, 'cart_add' as const, 'cart_remove' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('visit' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('write' as const),
      text: fc.constantFrom('Yes please', 'nahi', 'Where is it?', 'STOP'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('profile' as const), city: fc.constantFrom('Lahore', 'Berlin') }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('granted' as const, 'revoked' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('cuts' as const), days: fc.integer({ min: 1, max: 20 }) }) },
)
const histories = fc.array(fc.record({ who, minutes, deed }), { minLength: 30, maxLength: 90 })

const laterBuyer: Drawn[number] = { who: 'z', minutes: (FROM - FIRST) / MINUTE, deed: { what: 'buy', order: 0 } }

type Drawn = typeof histories extends fc.Arbitrary<infer H> ? H : never

/** A history in the order in which it is appended, each record with an instant of its own for that; some tell of hours before. */
function scriptOf(drawn: Drawn): { at: number; record: Outbound }[] {
  let now = FIRST
  return drawn.map(({ who: customerId, minutes: after, deed: done }, n) => {
    now = Math.max(now + 1, Math.min(TO - DAY, now + after * MINUTE))
    return { at: now, record: recordOf(customerId, n, Math.min(now, now + after * MINUTE), done) }
  })
}

function recordOf(customerId: string, n: number, at: number, done: Drawn[number]['deed']): Outbound {
  const common = { id: `e${n}`, customerId, occurredAt: new Date(at).toISOString() }
  const said = (value: Record<string, unknown>, personal?: Record<string, unknown>): Outbound => ({
    topic: events,
    key: customerId,
    value: { ...common, ...value },
    ...(personal && { seal: { owner: customerId, id: common.id, personal } }),
  })
  switch (done.what) {
    case 'buy': {
      const lines = [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }]
      return said({ type: 'purchase', orderId: `o${done.order}`, currency: 'PKR', lines })
    }
    case 'visit': {
      const requestId = textId('c0', 's0', customerId, '1.1')
      return said({ type: 'click', kind: 'link', requestId, campaignId: 'c0' })
    }
    case 'write':
      return said({ type: 'message', direction: 'in', channel: 'sms' }, { text: done.text })
    case 'profile':
      return said({ type: 'profile', traits: { city: done.city } }, { traits: { firstName: 'Ada', phone: '+923001234567' } })
    case 'granted':
    case 'revoked':
      return said({ type: 'consent', channel: 'sms', state: done.what })
    case 'cuts': {
      // Whoever bought within the last days is better than the others: enough to move customers between segments.
      const recency = [1, 2, 3, 4].map(k => at - Math.round((done.days * DAY) / k))
      const cuts = { version: n + 1, customers: 6, recency, frequency: [1, 2, 3, 4], monetary: [null, null, null, null] }
      return { topic: events, key: 'cuts', everywhere: true, value: { type: 'cuts', cuts } }
    }
    default:
      return said({ type: 'click', kind: done.what, productId: 'tea' })
  }
}

describe('a rehearsal and the runtime on the same history', { timeout: 600_000 }, () => {
  let sql: Sql
  beforeAll(async () => {
    sql = await flowSql()
  }, 120_000)
  afterAll(() => sql.close())

  /** The real processors on the embedded log, timers served by a virtual clock. */
  async function lived(campaigns: readonly (readonly [string, Flow])[], script: readonly { at: number; record: Outbound }[]) {
    const world = await newFlowWorld(sql, 2)
    const instance = startInstance(world, 'i1', flowProcessors)
    const drained = async () => {
      for (let quiet = 0; quiet < 2; ) {
        quiet = (await world.left()) === 0 ? quiet + 1 : 0
        await systemClock.sleep(1)
      }
    }
    /** Appended when it happened, as far as the log can tell. */
    const say = async (at: number, records: readonly Outbound[]) => {
      await publisher({ ...engineOf(world, 'outside'), clock: { ...systemClock, now: () => at } })(records)
      await drained()
    }
    const words = campaigns.map(([id, flow]) =>
      campaignRecord({ id, version: 1, status: 'running', at: FROM, launchedAt: FROM, zone: ZONE, flow, launches: true }),
    )
    let launched = false
    const launch = async () => {
      launched = true
      await world.elapse(FROM, drained)
      for (const word of words) await say(FROM, [word])
    }
    for (const { at, record } of script) {
      if (!launched && at >= FROM) await launch()
      if (launched) await world.elapse(at, drained)
      await say(at, [record])
    }
    if (!launched) await launch()
    await world.elapse(TO, drained)
    await instance.stop()
    const sends = onceEach(await readTopic(world, smsRequests)).map(
      ({ value: { customerId, campaignId, requestedAt, id } }): Send => ({
        customerId: customerId!,
        campaignId,
        at: requestedAt,
        id,
      }),
    )
    return { world, sends }
  }

  async function rehearsed(campaigns: readonly (readonly [string, Flow])[], records: AsyncIterable<readonly HistoryRecord[]>) {
    const sends: Send[] = []
    const made = campaigns.map(([id, flow]) => ({ id, version: 1, flow, categories: [] }))
    const rehearsal = new Rehearsal({
      campaign: made[0]!,
      beside: made.slice(1),
      zone: ZONE,
      from: FROM,
      to: TO,
      speed: { partsPerSecond: undefined, slots: 50, roundTripMs: 500 },
      texts: {
        rules: { quiet: undefined, caps: [], holdout: { share: 0, campaigns: new Map(), salt: '' }, zone: ZONE },
        shop: undefined,
        currency: 'PKR',
        shortLink: undefined,
        reachable: true,
      },
      onSend: (customerId, { campaignId, at, id }) => sends.push({ customerId, campaignId, at, id }),
    })
    for await (const page of records) for (const record of page) rehearsal.meet(record)
    return { sends, report: rehearsal.report() }
  }

  const ordered = (sends: readonly Send[]) =>
    sends.map(({ customerId, campaignId, at, id }) => `${customerId} ${campaignId} ${new Date(at).toISOString()} ${id}`).sort()

  /** Both, on the same records; answers the texts of the runtime and the report of the rehearsal, once the texts are the same. */
  async function both(campaigns: readonly (readonly [string, Flow])[], drawn: Drawn) {
    const { world, sends } = await lived(campaigns, scriptOf(drawn))
    const { keyring } = engineOf(world, 'reader')
    const again = await rehearsed(campaigns, keptHistory({ ...world, keyring }))
    expect(ordered(again.sends)).toEqual(ordered(sends))
    return { sends, report: again.report }
  }

  test('every text: the same customer, campaign, step and occurrence, at the same instant, under the same id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(runnableFlows, runnableFlows), histories, async ([one, other], drawn) => {
        const { sends, report } = await both(
          [
            ['c0', one],
            ['c1', other],
            ['c2', thanks],
          ],
          [...drawn, laterBuyer],
        )
        expect(sends.filter(({ campaignId }) => campaignId === 'c2')).not.toEqual([])
        const { customers, entries, texts: counted } = report
        const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0)
        expect(customers.known).toBe(customers.entered + customers.heldOut + customers.neither)
        expect(entries.entered).toBe(entries.underWay + sum(entries.ended))
        expect(counted.planned).toBe(counted.sent + counted.waiting + sum(counted.suppressed))
        expect(counted.planned).toBe(sends.filter(({ campaignId }) => campaignId === 'c0').length)
      }),
      { numRuns: Number(process.env.REHEARSAL_RUNS ?? 5), endOnFailure: true },
    )
  })

  test('whoever passes a limit that all customers share', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async drawn => {
        const { sends, report } = await both([['few', few]], drawn)
        expect(report.asked.allowed).toBe(sends.length)
      }),
      { numRuns: Number(process.env.REHEARSAL_RUNS ?? 3), endOnFailure: true },
    )
  })
})
