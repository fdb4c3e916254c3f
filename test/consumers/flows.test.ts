import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FlowCampaigns, flowCampaignsWhole } from '../../consumers/flow-state.ts'
import { campaignRecord } from '../../producers/campaign-record.ts'
import type { CampaignTold } from '../../schemas/campaign.ts'
import type { Flow } from '../../schemas/flow.ts'
import { customerChanges, events, flowCalls, smsRequests } from '../../schemas/topics.ts'
import { systemClock } from '../../streams/clock.ts'
import type { Outbound } from '../../streams/outbound.ts'
import type { Sql } from '../../streams/sql.ts'
import { mishapsOf } from '../support/arbitraries.ts'
import { type Instance, startInstance } from '../support/engine.ts'
import { type FlowWorld, flowProcessors, flowSql, LATER, newFlowWorld } from '../support/flow-world.ts'
import { Fate, type Meeting } from '../support/mishaps.ts'
import { onceEach, readTopic } from '../support/read-topic.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const BEGINNING = LATER - 60 * DAY

const common = (customerId: string, n: number, at: number) => ({
  id: `e${n}`,
  customerId,
  occurredAt: new Date(at).toISOString(),
})
const said = (customerId: string, value: Record<string, unknown>): Outbound => ({ topic: events, key: customerId, value })
const bought = (customerId: string, n: number, at: number) =>
  said(customerId, {
    type: 'purchase',
    ...common(customerId, n, at),
    orderId: `o${n}`,
    currency: 'PKR',
    lines: [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }],
  })
const clicked = (customerId: string, n: number, at: number) =>
  said(customerId, { type: 'click', ...common(customerId, n, at), kind: 'view', productId: 'tea' })
const wrote = (customerId: string, n: number, at: number, text: string): Outbound => ({
  topic: events,
  key: customerId,
  value: { type: 'message', ...common(customerId, n, at), direction: 'in', channel: 'sms' },
  seal: { owner: customerId, id: `e${n}`, personal: { text } },
})
const told = (id: string, flow: Flow, at: number, more: object = {}) =>
  campaignRecord({ id, version: 1, status: 'running', at, launchedAt: at, zone: 'Asia/Karachi', flow, launches: true, ...more })

const thanks: Flow = {
  initialStepID: 'ask',
  trigger: { type: 'purchase' },
  entry: 'per_event',
  steps: [
    {
      id: 'ask',
      type: 'message',
      content: 'All well?',
      events: [
        { type: 'reply', intent: 'yes', nextStepID: 'glad' },
        { type: 'no_reply', after: 'P1D', nextStepID: 'again' },
      ],
    },
    {
      id: 'again',
      type: 'limit',
      occurrences: 2,
      events: [
        { type: 'allowed', nextStepID: 'ask' },
        { type: 'limited', nextStepID: 'end' },
      ],
    },
    { id: 'glad', type: 'message', content: 'Glad!', events: [{ type: 'default', nextStepID: 'tell' }] },
    {
      id: 'tell',
      type: 'webhook',
      url: 'https://hooks.shop.example/x',
      events: [
        { type: 'default', nextStepID: 'end' },
        { type: 'failed', nextStepID: 'end' },
      ],
    },
    { id: 'end', type: 'end', events: [] },
  ],
}
const winBack: Flow = {
  initialStepID: 'which',
  trigger: { type: 'inactivity', after: 'P3D' },
  entry: 'per_event',
  goal: { event: 'purchase' },
  holdoutPercent: 30,
  steps: [
    {
      id: 'which',
      type: 'experiment',
      allocation: 'thompson',
      variants: [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 1 },
      ],
      events: [
        { type: 'variant', label: 'a', nextStepID: 'miss' },
        { type: 'variant', label: 'b', nextStepID: 'wait' },
      ],
    },
    { id: 'miss', type: 'message', content: 'We miss you.', events: [{ type: 'default', nextStepID: 'wait' }] },
    { id: 'wait', type: 'delay', duration: 'P2D', events: [{ type: 'default', nextStepID: 'still' }] },
    { id: 'still', type: 'message', content: 'Still.', events: [{ type: 'default', nextStepID: 'end' }] },
    { id: 'end', type: 'end', events: [] },
  ],
}

/** What happens to a few customers, in order; a word on a campaign now and then. */
const happenings = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ what: fc.constant('buy' as const), who: fc.constantFrom(...'abcd'), hours: fc.nat(40) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ what: fc.constant('look' as const), who: fc.constantFrom(...'abcd'), hours: fc.nat(40) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constantFrom('yes' as const, 'STOP' as const),
        who: fc.constantFrom(...'abcd'),
        hours: fc.nat(40),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constantFrom('pause' as const, 'go on' as const),
        who: fc.constantFrom('thanks', 'win-back'),
        hours: fc.nat(40),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constant('learn' as const), who: fc.integer({ min: 1, max: 9 }), hours: fc.nat(40) }),
    },
  ),
  { minLength: 8, maxLength: 40 },
)

function scriptOf(drawn: typeof happenings extends fc.Arbitrary<infer H> ? H : never): Outbound[][] {
  let at = BEGINNING
  const script: Outbound[][] = [[told('thanks', thanks, at)], [told('win-back', winBack, at)]]
  const standing: Record<string, object> = {}
  for (const [n, { what, who, hours }] of drawn.entries()) {
    at += hours * HOUR
    if (what === 'buy') script.push([bought(who, n, at)])
    else if (what === 'look') script.push([clicked(who, n, at)])
    else if (what === 'pause' || what === 'go on') {
      const status = what === 'pause' ? ('paused' as const) : ('running' as const)
      standing[who] = { ...standing[who], status, launchedAt: BEGINNING, launches: false }
      script.push([told(who, who === 'thanks' ? thanks : winBack, at, standing[who])])
    } else if (what === 'learn') {
      const shares = { which: { a: who / 10, b: 1 - who / 10 } }
      standing['win-back'] = { launchedAt: BEGINNING, launches: false, ...standing['win-back'], shares }
      script.push([told('win-back', winBack, at, standing['win-back'])])
    } else script.push([wrote(who, n, at, what)])
  }
  return script
}

async function lasting(world: FlowWorld) {
  const all = (table: string, columns: string) => world.sql.query(`SELECT ${columns} FROM ${table} ORDER BY 1`)
  return {
    facts: await all('flow_facts', 'customer_id, clock, timers, facts'),
    instances: await all('flow_instances', 'customer_id, campaigns, runs, pendings, standings'),
    timers: await all('timers', 'customer_id, due_at'),
    entries: await world.sql.query(
      'SELECT campaign_id, customer_id, entry, version, arm, holdout, segment, at, ended_at, ended_step, reason FROM flow_entries ORDER BY 1, 2, 3',
    ),
    assignments: await world.sql.query(
      'SELECT campaign_id, version, step, customer_id, entry, variant, at FROM flow_assignments ORDER BY 1, 2, 3, 4',
    ),
    calls: onceEach(await readTopic(world, flowCalls)).map(({ value }) => value),
    texts: onceEach(await readTopic(world, smsRequests)).map(({ value: { sealed: _, ...open } }) => open),
  }
}

describe('campaigns on the engine', { timeout: 240_000 }, () => {
  let sql: Sql
  beforeAll(async () => {
    sql = await flowSql()
  }, 120_000)
  afterAll(() => sql.close())

  async function run(script: readonly Outbound[][], meeting: () => Partial<Meeting>, partitions = 2) {
    const world = await newFlowWorld(sql, partitions)
    let instances: Instance[] = []
    let born = 0
    const alive = async () => {
      for (const dead of instances.filter(({ fate }) => fate.dead)) await dead.stop()
      instances = instances.filter(({ fate }) => !fate.dead)
      if (instances.length === 0) instances.push(startInstance(world, `i${++born}`, flowProcessors, meeting()))
    }
    const drained = async () => {
      for (let quiet = 0; quiet < 2; ) {
        await alive()
        quiet = (await world.left()) === 0 ? quiet + 1 : 0
        await systemClock.sleep(5)
      }
    }
    await alive()
    for (const records of script) await world.publish(records)
    await drained()
    await world.elapse(LATER - DAY, drained)
    const state = await lasting(world)
    for (const instance of instances) await instance.stop()
    return { state, world }
  }

  test('a run that crashes anywhere sends the same texts and calls the same webhooks, each once, forgets no timer, and counts every entry once', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, mishapsOf(4, { minLength: 1, maxLength: 5 }), fc.boolean(), async (drawn, mishaps, atomic) => {
        const script = scriptOf(drawn)
        const calm = await run(script, () => ({}))
        const coming = [...mishaps]
        const stormy = await run(script, () => ({ fate: new Fate(coming), atomic, batch: () => 7 }))
        expect(stormy.state).toEqual(calm.state)
      }),
      { numRuns: 6, endOnFailure: true },
    )
  })

  test('campaigns that were kept and loaded say the same, to the letter and in the same order, as those just told', async () => {
    await newFlowWorld(sql, 1)
    const campaigns = new FlowCampaigns()
    for (const id of ['win-back', 'thanks'])
      campaigns.tell(told(id, id === 'thanks' ? thanks : winBack, BEGINNING).value.campaign as CampaignTold)
    await sql.transaction(tx => flowCampaignsWhole.save(tx, campaigns, 0))
    const loaded = await sql.transaction(tx => flowCampaignsWhole.load(tx, 0))
    const said = ({ all }: FlowCampaigns) =>
      [...all.values()].map(({ id, flows }) => [id, [...flows.values()].map(one => one.flow)])
    expect(JSON.stringify(said(loaded))).toBe(JSON.stringify(said(campaigns)))
  })

  test('a shop without campaigns keeps what conditions ask for and nothing else, and is read on', async () => {
    const { state, world } = await run([[bought('a', 1, BEGINNING)], [wrote('a', 2, BEGINNING, 'yes')]], () => ({}))
    expect(state).toMatchObject({
      facts: [{ facts: { purchases: [{}] } }],
      instances: [],
      timers: [],
      entries: [],
      assignments: [],
      calls: [],
      texts: [],
    })
    expect(await readTopic(world, customerChanges)).toHaveLength(2)
  })

  test('the first campaign knows what its customers did before there was any', async () => {
    const flow: Flow = {
      initialStepID: 'say',
      trigger: { type: 'click', condition: { field: 'purchases.count', op: 'gte', value: 2, within: 'P30D' } },
      steps: [
        { id: 'say', type: 'message', content: 'Thanks for both.', events: [{ type: 'default', nextStepID: 'end' }] },
        { id: 'end', type: 'end', events: [] },
      ],
    }
    const before = [bought('a', 1, BEGINNING), bought('a', 2, BEGINNING + DAY), bought('b', 3, BEGINNING)]
    const after = [clicked('a', 4, BEGINNING + 3 * DAY), clicked('b', 5, BEGINNING + 3 * DAY)]
    const { state } = await run([before, [told('first', flow, BEGINNING + 2 * DAY)], after], () => ({}))
    expect(state.texts.map(({ customerId }) => customerId)).toEqual(['a'])
  })

  test('who came, who was held out, what they got first and how it ended is kept for results', async () => {
    const people = Array.from({ length: 60 }, (_, i) => `c${i}`)
    const { state } = await run(
      [
        [told('win-back', winBack, BEGINNING)],
        people.map(id => clicked(id, 1, BEGINNING + HOUR)),
        // Some leave, and come again later.
        people.slice(0, 20).map(id => bought(id, 2, BEGINNING + 4 * DAY)),
      ],
      () => ({}),
    )
    const { entries, assignments } = state
    const ofArm = (arm: string) => entries.filter(row => row.arm === arm)
    const [treated, heldOut] = [ofArm('treated'), ofArm('held_out')]
    expect(new Set(entries.map(row => row.customer_id)).size).toBe(60)
    expect(heldOut.every(row => row.reason === null && row.holdout === 30)).toBe(true)
    expect(new Set(heldOut.map(row => row.customer_id)).size).toBeGreaterThan(8)
    // Every customer of the twenty came twice, and is on the same side both times.
    expect(entries.filter(row => row.entry === 2)).toHaveLength(20)
    expect(new Set(entries.map(row => `${row.customer_id} ${row.arm}`)).size).toBe(60)
    const reasons = treated.map(row => [row.entry, row.reason, row.ended_step === 'end' ? 'end' : 'wait'])
    const bought20 = treated.filter(row => row.entry === 1 && Number(String(row.customer_id).slice(1)) < 20)
    expect(reasons.filter(([, reason]) => reason === 'goal')).toHaveLength(bought20.length)
    expect(reasons.every(([, reason, where]) => (reason === 'goal') === (where === 'wait'))).toBe(true)
    const got = new Map(assignments.map(row => [row.customer_id, row]))
    expect([...got.keys()].sort()).toEqual([...new Set(treated.map(row => row.customer_id))].sort())
    expect(assignments.every(row => row.entry === 1 && row.at === BEGINNING + HOUR + 3 * DAY)).toBe(true)
    expect(new Set(assignments.map(row => row.variant))).toEqual(new Set(['a', 'b']))
    for (const { customerId, variant } of state.texts)
      expect([customerId, variant]).toEqual([customerId, got.get(customerId!)!.variant])
  })

  test('of all who come to a limit that a campaign shares so many pass as may, whatever partition they are in', async () => {
    const flow: Flow = {
      initialStepID: 'first',
      trigger: { type: 'manual' },
      steps: [
        {
          id: 'first',
          type: 'limit',
          scope: 'campaign',
          occurrences: 7,
          events: [
            { type: 'allowed', nextStepID: 'say' },
            { type: 'limited', nextStepID: 'end' },
          ],
        },
        { id: 'say', type: 'message', content: 'You are one of seven.', events: [{ type: 'default', nextStepID: 'end' }] },
        { id: 'end', type: 'end', events: [] },
      ],
    }
    const people = Array.from({ length: 40 }, (_, i) => clicked(`c${i}`, 1, BEGINNING))
    const { state } = await run([people, [told('first', flow, BEGINNING)]], () => ({}), 3)
    expect(state.texts).toHaveLength(7)
    expect(state.instances.every(({ runs }) => (runs as unknown[]).length === 0)).toBe(true)
  })

  test('what many customers wait for at the same minute comes to each of them', async () => {
    const many = Number(process.env.FLOW_CUSTOMERS ?? 2000)
    const flow: Flow = {
      initialStepID: 'wait',
      trigger: { type: 'manual' },
      steps: [
        { id: 'wait', type: 'delay', duration: 'P1D', events: [{ type: 'default', nextStepID: 'say' }] },
        { id: 'say', type: 'message', content: 'Now!', events: [{ type: 'default', nextStepID: 'end' }] },
        { id: 'end', type: 'end', events: [] },
      ],
    }
    const people = Array.from({ length: many }, (_, i) => clicked(`c${i}`, 1, BEGINNING))
    const pages = Array.from({ length: Math.ceil(many / 500) }, (_, i) => people.slice(i * 500, (i + 1) * 500))
    const before = systemClock.monotonic()
    const { state } = await run([...pages, [told('now', flow, BEGINNING)]], () => ({}))
    if (many > 2000) console.log(`${many} customers: ${Math.round(systemClock.monotonic() - before)} ms`)
    expect(state.texts).toHaveLength(many)
    expect(new Set(state.texts.map(({ customerId }) => customerId)).size).toBe(many)
    expect(state.timers.every(({ due_at }) => due_at === null)).toBe(true)
  })
})
