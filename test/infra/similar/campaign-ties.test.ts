import { afterAll, beforeAll, expect, test } from 'vitest'
import { campaignEdgeTable, documentTable } from '../../../consumers/conversation-state.ts'
import { campaignTies } from '../../../infra/similar/campaign-ties.ts'
import { addMessage, type CampaignEdge } from '../../../models/campaign-edge.ts'
import type { Sql } from '../../../streams/sql.ts'
import { type Key, loadEntries, saveEntries } from '../../../streams/table.ts'
import { lookupDatabase } from '../../serving/lookup-database.ts'

const DAY = 86_400_000
const AT = Date.UTC(2026, 0, 1)
let sql: Sql
beforeAll(async () => {
  sql = await lookupDatabase()
})
afterAll(() => sql.close())

const wrote = (...all: readonly (readonly [intent: string | null, day: number, feeling?: number])[]) =>
  all.reduce<CampaignEdge>(
    (edge, [intent, day, feeling = 0]) => addMessage(edge, { intent, inbound: intent !== null, at: AT + day * DAY, feeling }),
    [],
  )
const edges: readonly { key: Key; partition: number; entry: CampaignEdge }[] = [
  { key: ['ada', 'spring'], partition: 0, entry: wrote(['buy', 0, 0.5], ['buy', 10, 0.25], [null, 3], ['complaint', 4, -1]) },
  { key: ['ada', 'eid'], partition: 0, entry: wrote(['price_or_offer', 10]) },
  { key: ['bob', 'spring'], partition: 1, entry: wrote(['praise', 10, 1]) },
  { key: ['cyd', 'eid'], partition: 1, entry: wrote([null, 1]) },
]

test('edges and documents come out of their tables as they went in', async () => {
  await saveEntries(sql, campaignEdgeTable, edges)
  const found = await loadEntries(
    sql,
    campaignEdgeTable,
    edges.map(({ key }) => key),
  )
  expect([...found.values()]).toEqual(expect.arrayContaining(edges.map(({ entry }) => entry)))
  const body = {
    type: 'message',
    id: 'm1',
    customerId: 'ada',
    occurredAt: '2026-01-01T00:00:00.000Z',
    direction: 'in',
    channel: 'chat',
    sealed: 'k.x',
  } as const
  const document = { body, offset: 7, intent: 'buy', feeling: -0.25 }
  for (const entry of [document, { ...document, keyword: 'stop' as const }]) {
    await saveEntries(sql, documentTable, [{ key: ['ada', 'm1'], partition: 0, entry }])
    expect([...(await loadEntries(sql, documentTable, [['ada', 'm1']])).values()]).toEqual([entry])
  }
  expect(await sql.query("SELECT at, direction, campaign_id, body->>'channel' AS channel FROM documents")).toEqual([
    { at: AT, direction: 'in', campaign_id: null, channel: 'chat' },
  ])
})

test('the campaigns of some customers come by intent, with their counts and what they weigh at the newest message', async () => {
  const ties = await campaignTies(sql, ['ada', 'bob', 'nobody'])
  expect(ties).toEqual([
    {
      customerId: 'ada',
      campaignId: 'eid',
      intent: 'price_or_offer',
      inbound: 1,
      sentiment: 0,
      weight: expect.closeTo(0.4 * 0.8, 9),
    },
    expect.objectContaining({ campaignId: 'spring', intent: null, inbound: 0, weight: 0 }),
    {
      customerId: 'ada',
      campaignId: 'spring',
      intent: 'buy',
      inbound: 2,
      sentiment: 0.75,
      weight: expect.closeTo(0.4 * (1 + Math.exp(-1)), 9),
    },
    expect.objectContaining({ campaignId: 'spring', intent: 'complaint', sentiment: -1, weight: 0 }),
    expect.objectContaining({ customerId: 'bob', intent: 'praise', weight: expect.closeTo(0.4 * 0.7, 9) }),
  ])
})

test('of nobody there is nothing', async () => {
  expect(await campaignTies(sql, [])).toEqual([])
})
