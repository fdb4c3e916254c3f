import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { FlowCampaigns } from '../../consumers/flow-state.ts'
import { learnShares, shareLearner } from '../../infra/campaigns/share-learner.ts'
import { sqlCampaigns } from '../../infra/campaigns/sql-campaigns.ts'
import { migrate } from '../../infra/sql/migrate.ts'
import { migrations } from '../../infra/sql/migrations.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import type { CampaignTold } from '../../schemas/campaign.ts'
import type { Flow } from '../../schemas/flow.ts'
import { type Clock, systemClock } from '../../streams/clock.ts'
import { noJournal } from '../../streams/journal.ts'
import type { Sql } from '../../streams/sql.ts'
import { end, experiment, flowOf, message } from '../support/flow-steps.ts'

const WINDOW = 7 * 86_400_000

const flow: Flow = {
  ...flowOf([
    { ...experiment('which', { a: 50, b: 50 }, { a: 'one', b: 'two' }), allocation: 'thompson' },
    message('one', 'end'),
    message('two', 'end'),
    end(),
  ]),
  trigger: { type: 'manual' },
  goal: { event: 'purchase' },
}
const checked = (of: Flow) => ({ flow: of, report: { passed: true } as never })

let sql: Sql
beforeAll(async () => {
  sql = await pgliteSql({})
  await migrate(sql, migrations)
})
afterEach(() => sql.script("UPDATE campaigns SET status = 'stopped'"))
afterAll(() => sql.close())

let rung = 0
const parts = () => ({
  sql,
  clock: systemClock,
  journal: noJournal,
  zone: 'Asia/Karachi',
  windowMs: WINDOW,
  written: () => {
    rung++
  },
})

async function launched(of: Flow = flow) {
  const campaigns = sqlCampaigns({ sql, clock: systemClock, zone: 'Asia/Karachi', written: () => {} })
  const { id } = await campaigns.create(checked(of), undefined)
  await campaigns.move(id, 'launch', undefined, undefined)
  return { campaigns, id }
}

let people = 0
/** So many customers more got a variant, and so many of them bought, so many ms later. */
async function got(id: string, variant: string, customers: number, buyers: number, { after = 1000, version = 1 } = {}) {
  const at = Date.now() - WINDOW - 86_400_000
  for (let i = 0; i < customers; i++) {
    const customer = `c${++people}`
    await sql.query(
      `INSERT INTO flow_assignments (campaign_id, version, step, customer_id, partition, entry, variant, at) VALUES ($1, $2, 'which', $3, 0, 1, $4, $5)`,
      [id, version, customer, variant, at],
    )
    if (i < buyers)
      await sql.query(
        'INSERT INTO orders (customer_id, order_id, partition, first_at, lines, gross) VALUES ($1, $1, 0, $2, 1, 10000)',
        [customer, at + after],
      )
  }
}

const words = async (id: string): Promise<CampaignTold[]> =>
  (await sql.query('SELECT told FROM campaign_words WHERE campaign_id = $1 ORDER BY seq', [id])).map(row =>
    JSON.parse(row.told as string),
  )

describe('how variants are drawn', { timeout: 60_000 }, () => {
  test('is told once customers show which is better, and again only when that moved', async () => {
    const { id } = await launched()
    await got(id, 'a', 60, 5)
    expect(await learnShares(parts())).toBe(0)
    await got(id, 'b', 60, 40)
    const before = rung
    expect([await learnShares(parts()), rung - before]).toEqual([1, 1])
    const [launch, learnt, ...none] = await words(id)
    expect(none).toEqual([])
    expect(learnt).toEqual({ ...launch, at: learnt!.at, shares: { which: { a: 0.05, b: 0.95 } }, audience: false })
    expect(learnt!.at).toBeGreaterThan(launch!.at)
    expect([await learnShares(parts()), (await words(id)).length]).toEqual([0, 2])
    await got(id, 'a', 200, 200)
    expect(await learnShares(parts())).toBe(1)
    expect((await words(id))[2]!.shares!.which!.a).toBeGreaterThan(0.85)
    const kept = await sql.query('SELECT version, counts FROM campaign_shares WHERE campaign_id = $1 ORDER BY at', [id])
    expect(kept.map(({ counts }) => JSON.parse(counts as string).which.a)).toEqual([
      { trials: 60, successes: 5 },
      { trials: 260, successes: 205 },
    ])
    expect(kept.map(({ version }) => version)).toEqual([1, 1])
  })

  test('counts what comes late within the window, and nothing behind it', async () => {
    const { id } = await launched()
    await got(id, 'a', 100, 40, { after: WINDOW - 1 })
    await got(id, 'b', 100, 40, { after: WINDOW })
    expect(await learnShares(parts())).toBe(1)
    expect((await words(id))[1]!.shares).toEqual({ which: { a: 0.95, b: 0.05 } })
  })

  test('stays with every word on that version, and is learnt anew of the next', async () => {
    const { campaigns, id } = await launched()
    await got(id, 'a', 100, 5)
    await got(id, 'b', 100, 50)
    await learnShares(parts())
    const { shares } = (await words(id)).at(-1)!
    await campaigns.move(id, 'pause', undefined, undefined)
    expect((await words(id)).at(-1)).toMatchObject({ status: 'paused', shares })
    await got(id, 'a', 100, 100)
    expect(await learnShares(parts())).toBe(0) // it rests
    await campaigns.move(id, 'resume', undefined, undefined)
    expect((await words(id)).at(-1)).toMatchObject({ status: 'running', shares })
    const { revision } = (await campaigns.get(id))!
    expect(await learnShares(parts())).toBe(1)
    expect((await campaigns.get(id))!.revision).toBe(revision) // whoever edits is not told that somebody was quicker
    await campaigns.edit(id, checked({ ...flow, name: 'Again' }), undefined, undefined)
    await campaigns.move(id, 'launch', undefined, undefined)
    expect((await words(id)).at(-1)).toMatchObject({ version: 2 })
    expect((await words(id)).at(-1)).not.toHaveProperty('shares')
    expect(await learnShares(parts())).toBe(0)
    await got(id, 'b', 100, 0, { version: 2 })
    await got(id, 'a', 100, 50, { version: 2 })
    expect(await learnShares(parts())).toBe(1)
    expect((await words(id)).at(-1)).toMatchObject({ version: 2, shares: { which: { a: 0.95, b: 0.05 } } })
  })

  test('of what is fixed is not touched', async () => {
    const { id } = await launched({
      ...flow,
      steps: flow.steps.map(step => (step.type === 'experiment' ? { ...step, allocation: 'fixed' as const } : step)),
    })
    await got(id, 'a', 100, 5)
    await got(id, 'b', 100, 50)
    expect([await learnShares(parts()), (await words(id)).length]).toEqual([0, 1])
  })

  test('is learnt by one instance at a time, at most once a minute', async () => {
    const { id } = await launched()
    await got(id, 'a', 100, 5)
    await got(id, 'b', 100, 50)
    const slept: number[] = []
    const rounds = async (count: number) => {
      const stop = new AbortController()
      const sleep: Clock['sleep'] = async ms => {
        slept.push(ms)
        if (slept.length >= count) stop.abort()
      }
      await shareLearner({ ...parts(), clock: { ...systemClock, sleep } }).run(stop.signal)
    }
    await rounds(3)
    expect((await words(id)).length).toBe(2)
    expect([slept.length, Math.min(...slept) >= 60_000]).toEqual([3, true])
    await sql.query(`INSERT INTO scanner_leases (scanner, token, lease_until) VALUES ('campaign-shares', 'x', 9000000000000)`)
    await got(id, 'a', 300, 300)
    await rounds(4)
    expect((await words(id)).length).toBe(2)
  })

  test('meets nobody who is on their way: only those who come to the step', () => {
    const campaigns = new FlowCampaigns()
    const told: CampaignTold = {
      id: 'c',
      version: 1,
      status: 'running',
      at: 1,
      launchedAt: 1,
      zone: 'Asia/Karachi',
      flow: JSON.stringify(flow),
      audience: true,
    }
    const moves = (word: Partial<CampaignTold>) => {
      campaigns.tell({ ...told, audience: false, ...word })
      return campaigns.isMoved
    }
    expect(moves({})).toBe(true)
    expect(moves({ at: 2, shares: { which: { a: 0.9, b: 0.1 } } })).toBe(false)
    expect(campaigns.all.get('c')!.shares).toEqual({ which: { a: 0.9, b: 0.1 } })
    expect(moves({ at: 3, status: 'paused' })).toBe(true)
    expect(moves({ at: 4, status: 'running' })).toBe(true)
    expect(moves({ at: 5, status: 'running', zone: 'UTC' })).toBe(true)
    expect(moves({ at: 6, status: 'running', zone: 'UTC', version: 2, launchedAt: 6 })).toBe(true)
  })
})
