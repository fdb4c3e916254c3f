import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { smsDispatcher } from '../../consumers/sms-dispatcher.ts'
import type { SmsGateway } from '../../consumers/sms-gateway.ts'
import { smsSettler } from '../../consumers/sms-settler.ts'
import { httpGateway } from '../../infra/gateways/http.ts'
import { simulator } from '../../infra/gateways/simulator.ts'
import { simulatorRecord } from '../../infra/gateways/simulator-record.ts'
import { smsDoubts } from '../../infra/sms/doubts.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import { silent } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { noTracer } from '../../streams/tracer.ts'
import { freshSql, historyOf, ledgerOn, onlyAda, request, statusOf } from '../infra/sms/sms-fixture.ts'
import { startGateway } from '../support/sms-gateway.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const patience = { timeout: 20_000 }

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
})
afterAll(() => sql.close())
beforeEach(async () => {
  await sql.script('TRUNCATE simulator_texts')
  await onlyAda(sql)
})

/** Sends and settles by a gateway until `work` is done. The fixture's ledger calls every gateway `test`. */
async function running(gateway: SmsGateway, work: () => Promise<void>): Promise<void> {
  const stopping = new AbortController()
  const common = { gateway, clock, meter: silent }
  const dispatcher = smsDispatcher({ ...common, ledger: ledgerOn(sql), keyring: sqlKeyring(sql, clock), tracer: noTracer })
  const settler = smsSettler({ ...common, doubts: smsDoubts(sql, 'test', () => dispatcher.wake()) })
  const loops = [dispatcher, settler].map(({ run }) => run(stopping.signal))
  try {
    await work()
  } finally {
    stopping.abort()
    await Promise.all(loops)
    await gateway.close()
  }
}

const becomes = (id: string, status: string) => vi.waitFor(async () => expect(await statusOf(sql, id)).toBe(status), patience)
/** As if nobody had known for so long. */
const age = (ms: number) =>
  sql.query("UPDATE sms_ledger SET updated_at = updated_at - $1::bigint, ask_at = 0 WHERE status = 'unknown'", [ms])

test('a gateway that can be asked tells what became of texts whose answers were lost, taken or never seen', async () => {
  const rules = (['lose_answer', 'lose_request'] as const).map((does, i) => ({ to: i === 0 ? '4567$' : '4568$', does }))
  const gateway = simulator({ clock, record: await simulatorRecord(sql), script: { latencyMs: 1, rules } })
  await request(sql, [{ id: 'taken' }, { id: 'never', to: '+923001234568' }])
  await running(gateway, async () => {
    await becomes('taken', 'unknown')
    await becomes('never', 'unknown')
    await age(15_000)
    await becomes('taken', 'submitted')
    await vi.waitFor(
      async () => expect((await historyOf(sql, 'never')).at(-1)).toBe('unknown: asked: absent, simulated'),
      patience,
    )
    await age(700_000)
    await becomes('never', 'rejected')
  })
  expect((await historyOf(sql, 'taken')).slice(2)).toEqual([
    'submitting',
    'unknown: simulated: answer lost',
    'submitted: asked: submitted, simulated',
  ])
  expect((await historyOf(sql, 'never')).at(-1)).toBe('rejected: asked: not_at_gateway')
})

test('a gateway that recognises repetitions gets a lost text again under its reference, and takes it once', async () => {
  const server = await startGateway(join(mkdtempSync(join(tmpdir(), 'sms-')), 'submitted.jsonl'))
  server.mood = 'reset'
  server.remembers = true
  await request(sql, [{ id: 'r1' }])
  await running(httpGateway({ url: server.url, recognises: true, clock, timeoutMs: 2000 }), async () => {
    await becomes('r1', 'unknown')
    await age(15_000)
    await becomes('r1', 'submitted')
  })
  expect(server.submitted().map(({ reference }) => reference)).toEqual(['r1'])
  expect((await historyOf(sql, 'r1')).slice(3)).toEqual([
    expect.stringMatching(/^unknown: /),
    'queued: repeated: the gateway recognises the reference',
    'claimed',
    'submitting',
    'submitted',
  ])
  await server.close()
})
