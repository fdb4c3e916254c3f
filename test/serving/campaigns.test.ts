import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addKey } from '../../infra/api-keys.ts'
import { sqlCampaigns } from '../../infra/campaigns/sql-campaigns.ts'
import { migrate } from '../../infra/sql/migrate.ts'
import { migrations } from '../../infra/sql/migrations.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import type { CampaignTold } from '../../schemas/campaign.ts'
import { buildApp } from '../../serving/app.ts'
import { exampleFlow } from '../../serving/flow-document.ts'
import { systemClock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { quietPorts } from './fake-ports.ts'

let sql: Sql
let app: FastifyInstance
beforeAll(async () => {
  sql = await pgliteSql({})
  await migrate(sql, migrations)
  const campaigns = sqlCampaigns({ sql, clock: systemClock, zone: 'Asia/Karachi', written: () => {} })
  app = buildApp(quietPorts({ campaigns, clock: systemClock, flowWriter: { write: async () => exampleFlow } }))
})
afterAll(async () => {
  await app.close()
  await sql.close()
})

type Method = 'GET' | 'POST' | 'PUT'
async function ask(method: Method, url: string, payload?: object, headers: Record<string, string> = {}) {
  const answer = await app.inject({ method, url, headers, ...(payload && { payload }) })
  return { status: answer.statusCode, etag: answer.headers.etag as string, headers: answer.headers, body: answer.json() }
}
const create = async (flow: object = exampleFlow): Promise<string> => (await ask('POST', '/campaigns', { flow })).body.id
const edit = (id: string, flow: object, ifMatch?: string) =>
  ask('PUT', `/campaigns/${id}`, { flow }, ifMatch === undefined ? {} : { 'if-match': ifMatch })
const move = (id: string, to: string, headers: Record<string, string> = {}) =>
  ask('POST', `/campaigns/${id}/${to}`, undefined, headers)
const words = async (id: string): Promise<CampaignTold[]> =>
  (await sql.query('SELECT told FROM campaign_words WHERE campaign_id = $1 ORDER BY seq', [id])).map(row =>
    JSON.parse(row.told as string),
  )
/** By its schema a flow, which nobody may run: its second step leads nowhere. */
const broken = {
  ...exampleFlow,
  steps: exampleFlow.steps.map(step =>
    step.id === 'wait' ? { ...step, events: [{ type: 'default', nextStepID: 'nowhere' }] } : step,
  ),
}

describe('a draft', () => {
  test('is made of a flow, and read as it was sent', async () => {
    const made = await ask('POST', '/campaigns', { flow: exampleFlow })
    expect([made.status, made.etag, made.headers.location]).toEqual([201, '"1"', `/campaigns/${made.body.id}`])
    expect(made.body).toMatchObject({ status: 'draft', version: 1, liveVersion: null, passed: true, createdBy: 'open' })
    const read = await ask('GET', `/campaigns/${made.body.id}`)
    expect([read.status, read.etag, read.body]).toEqual([200, '"1"', made.body])
    expect(JSON.stringify(read.body.flow)).toBe(JSON.stringify(exampleFlow))
  })

  test('is made of a sentence', async () => {
    const { status, body } = await ask('POST', '/campaigns', { description: 'Win back who left' })
    expect([status, body.flow]).toEqual([201, exampleFlow])
  })

  test.each([
    ['nothing', {}, 400, 'body_invalid'],
    ['both', { description: 'Hi', flow: exampleFlow }, 400, 'body_invalid'],
    ['a sentence that says nothing', { description: ' ' }, 400, 'description_empty'],
    ['a long sentence', { description: 'x'.repeat(20_001) }, 413, 'description_too_long'],
    ['a number for a sentence', { description: 7 }, 400, 'body_invalid'],
    ['null for a flow', { flow: null }, 400, 'flow_invalid'],
    ['no flow', { flow: { steps: [] } }, 400, 'flow_invalid'],
    ['a flow that no database keeps', { flow: { ...exampleFlow, name: 'a\0b' } }, 400, 'flow_invalid'],
    ['half a character', { flow: { ...exampleFlow, name: '\ud83d' } }, 400, 'flow_invalid'],
    [
      'a flow too large for a record',
      { flow: { ...exampleFlow, steps: [{ ...exampleFlow.steps[0], content: 'x'.repeat(300_000) }] } },
      400,
      'flow_invalid',
    ],
    ['a list', [], 400, 'body_invalid'],
  ])('is not made of %s', async (_, body, status, code) => {
    const answer = await ask('POST', '/campaigns', body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(answer.body.errors).not.toEqual([])
  })

  test('is kept with what is wrong with it, and not launched', async () => {
    const id = await create(broken)
    expect((await ask('GET', `/campaigns/${id}`)).body).toMatchObject({ passed: false, report: { passed: false } })
    const checked = await ask('POST', `/campaigns/${id}/check`)
    expect([checked.status, checked.body.passed]).toEqual([200, false])
    const refused = await move(id, 'launch')
    expect([refused.status, refused.body.code]).toEqual([409, 'flow_rejected'])
    expect(refused.body.findings).toEqual(checked.body.findings)
    expect(await words(id)).toEqual([])
  })
})

describe('an edit', () => {
  test('needs the ETag of what was read', async () => {
    const id = await create(broken)
    expect((await edit(id, exampleFlow)).body).toMatchObject({ status: 428, code: 'if_match_missing' })
    const done = await edit(id, exampleFlow, '"1"')
    expect([done.status, done.etag, done.body.version, done.body.passed]).toEqual([200, '"2"', 2, true])
    for (const stale of ['"1"', 'W/"2"', '2', 'x', '']) {
      const late = await edit(id, broken, stale)
      expect([stale, late.status, late.body.code, late.etag]).toEqual([stale, 412, 'campaign_changed', '"2"'])
    }
    expect((await edit(id, exampleFlow, '*')).body.version).toBe(3)
    expect((await edit('nobody', exampleFlow, '*')).body).toMatchObject({ status: 404, code: 'campaign_missing' })
    expect((await edit(id, {}, '*')).body.code).toBe('flow_invalid')
  })

  test('of two at once one is lost to nobody', async () => {
    const id = await create()
    const both = await Promise.all([edit(id, exampleFlow, '"1"'), edit(id, broken, '"1"')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412])
  })

  test('of what runs reaches nobody before it is launched', async () => {
    const id = await create()
    const launched = await move(id, 'launch')
    const edited = await edit(id, { ...exampleFlow, name: 'Other' }, launched.etag)
    expect(edited.body).toMatchObject({ status: 'running', version: 2, liveVersion: 1, name: 'Other' })
    await move(id, 'pause')
    await move(id, 'resume')
    expect((await words(id)).map(({ version, status }) => [version, status])).toEqual([
      [1, 'running'],
      [1, 'paused'],
      [1, 'running'],
    ])
    expect((await move(id, 'launch')).body).toMatchObject({ status: 'running', version: 2, liveVersion: 2 })
    expect(JSON.parse((await words(id)).at(-1)!.flow).name).toBe('Other')
  })
})

describe('a move', () => {
  test('is told once, at instants that grow, in order; asked for again it changes nothing', async () => {
    const id = await create()
    for (const to of ['launch', 'launch', 'pause', 'pause', 'resume', 'resume', 'stop', 'stop'])
      expect([to, (await move(id, to)).status]).toEqual([to, 200])
    const told = await words(id)
    expect(told.map(({ status }) => status)).toEqual(['running', 'paused', 'running', 'stopped'])
    expect(new Set(told.map(({ launchedAt }) => launchedAt)).size).toBe(1)
    expect(told[0]).toMatchObject({ audience: true, zone: 'Asia/Karachi', at: told[0]!.launchedAt })
    expect(told.slice(1).some(({ audience }) => audience)).toBe(false)
    expect(told.map(({ at }) => at)).toEqual([...new Set(told.map(({ at }) => at))].sort((a, b) => a - b))
    for (const to of ['launch', 'pause', 'resume'])
      expect([to, (await move(id, to)).body]).toMatchObject([to, { status: 409, code: 'campaign_status' }])
    expect((await edit(id, exampleFlow, '*')).status).toBe(409)
  })

  test.each(['pause', 'resume', 'stop'])('of a draft there is nothing to %s', async to => {
    expect((await move(await create(), to)).body).toMatchObject({ status: 409, code: 'campaign_status' })
  })

  test('of what was changed since is refused where that matters to whoever asks', async () => {
    const id = await create()
    const { etag } = await edit(id, exampleFlow, '"1"')
    expect((await move(id, 'launch', { 'if-match': '"1"' })).status).toBe(412)
    expect((await move(id, 'launch', { 'if-match': etag })).status).toBe(200)
    expect((await move(id, 'stop', { 'if-match': etag })).status).toBe(412)
  })

  test.each(['launch', 'pause', 'resume', 'stop', 'check'])('of what is not there is unknown: %s', async to => {
    expect((await move('nobody', to)).body).toMatchObject({ status: 404, code: 'campaign_missing' })
  })
})

describe('lists', () => {
  test('of campaigns are newest first, in pages that miss none and repeat none while more are made', async () => {
    const made = [await create(), await create(), await create()].reverse()
    const first = (await ask('GET', '/campaigns?limit=2&status=draft')).body
    await create()
    const rest = (await ask('GET', `/campaigns?limit=1&status=draft&cursor=${first.nextCursor}`)).body
    expect([...first.campaigns, ...rest.campaigns].map(({ id }: { id: string }) => id)).toEqual(made)
    expect(first.campaigns[0]).not.toHaveProperty('flow')
    const all = (await ask('GET', '/campaigns?limit=1000')).body
    expect(all.nextCursor).toBeNull()
    for (const bad of ['limit=0', 'limit=x', 'status=gone'])
      expect([bad, (await ask('GET', `/campaigns?${bad}`)).body.code]).toEqual([bad, 'query_invalid'])
    expect((await ask('GET', '/campaigns?cursor=x')).body.code).toBe('cursor_invalid')
  })

  test('of changes tell who did what, from which version to which, and nobody changes them', async () => {
    const id = await create()
    await edit(id, exampleFlow, '*')
    await move(id, 'launch')
    await move(id, 'launch')
    const { changes } = (await ask('GET', `/campaigns/${id}/history`)).body
    expect(changes.map(({ at: _, ...change }: { at: string }) => change)).toEqual([
      {
        who: 'open',
        what: 'launched',
        before: { status: 'draft', version: 2, liveVersion: null },
        after: { status: 'running', version: 2, liveVersion: 2 },
      },
      {
        who: 'open',
        what: 'edited',
        before: { status: 'draft', version: 1, liveVersion: null },
        after: { status: 'draft', version: 2, liveVersion: null },
      },
      { who: 'open', what: 'created', before: null, after: { status: 'draft', version: 1, liveVersion: null } },
    ])
    const first = (await ask('GET', `/campaigns/${id}/history?limit=2`)).body
    const rest = (await ask('GET', `/campaigns/${id}/history?limit=2&cursor=${first.nextCursor}`)).body
    expect([[...first.changes, ...rest.changes], rest.nextCursor]).toEqual([changes, null])
    expect((await ask('GET', '/campaigns/nobody/history')).status).toBe(404)
    for (const change of ["UPDATE audit_log SET who = 'x'", 'DELETE FROM audit_log', 'TRUNCATE audit_log'])
      await expect(sql.query(change)).rejects.toThrow(/append-only/)
  })

  test('name the key that made a change', async () => {
    const { id: keyId } = await addKey(sql, systemClock, 'marketing', ['admin'])
    const campaigns = sqlCampaigns({ sql, clock: systemClock, zone: 'UTC', written: () => {} })
    const report = { passed: true, findings: [], properties: [] }
    const made = await campaigns.create({ flow: exampleFlow, report }, { id: keyId })
    expect(made.createdBy).toBe('marketing')
    expect(await campaigns.history(made.id, { limit: 9, from: undefined })).toMatchObject([{ who: 'marketing' }])
  })
})

test('a launch takes along which products are in the categories that conditions name', async () => {
  for (const [id, category] of [
    ['p1', 'Tea'],
    ['p2', 'Green tea'],
    ['p3', 'Cups'],
  ] as const)
    await sql.query(
      `INSERT INTO products (product_id, partition, version, category, available, stamps, trend_value, trend_at, norm, pairs)
       VALUES ($1, 0, 1, $2, true, '{}', 0, 0, 0, '[]')`,
      [id, category],
    )
  const taken = async (op: string, value?: string) => {
    const condition = { field: 'purchases.category', op, ...(value && { value }) }
    const id = await create({ ...exampleFlow, trigger: { type: 'manual', condition } })
    expect((await move(id, 'launch')).status).toBe(200)
    return (await words(id))[0]!.categories?.map(([product]) => product)
  }
  expect(await taken('eq', 'Tea')).toEqual(['p1'])
  expect(await taken('contains', 'ea')).toEqual(['p1', 'p2'])
  expect(await taken('exists')).toEqual(['p1', 'p2', 'p3'])
  expect(await taken('eq', 'Shoes')).toBeUndefined()
})
