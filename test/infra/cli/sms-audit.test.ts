import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Finding } from '../../../models/sms-audit/finding.ts'
import { runTarang } from '../../support/run-tarang.ts'
import { type Deployment, embeddedDeployment, openLeft } from '../../support/scratch-deployment.ts'
import { type Submitted, startGateway, type TestGateway } from '../../support/sms-gateway.ts'
import { startHere } from '../../support/tarang-here.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-audit-'))
const file = join(folder, 'gateway.jsonl')
let gateway: TestGateway
let deployment: Deployment

const at = '2026-01-01T00:00:00Z'
const noStack = /^\s+at .+:\d+/m

/** Texts of every fate, of which this is all that is left: ledger, log, and what the gateway wrote down. */
beforeAll(async () => {
  gateway = await startGateway(file)
  gateway.mood = ({ reference }) => (reference === 'doubtful' ? 'mumble' : reference === 'refused' ? 'refuse' : 'take')
  deployment = await embeddedDeployment({ gatewayUrl: gateway.url })
  const here = await startHere(deployment.config)
  const events = [
    { type: 'profile', id: 'p', customerId: 'ada', occurredAt: at, traits: { phone: '+923001234567' } },
    { type: 'profile', id: 'q', customerId: 'shy', occurredAt: at, traits: { phone: '+923003333333' } },
  ]
  expect(await here.post('/v1/events?wait=applied', { batch: events })).toMatchObject({ status: 200 })
  const ids = ['one', 'two', 'doubtful', 'refused', 'kept']
  for (const id of ids) {
    const whose = id === 'kept' ? { customerId: 'shy', class: 'marketing' } : { customerId: 'ada', class: 'transactional' }
    expect(await here.post('/sms/requests', { id, text: 'Shukriya, your order has gone!', ...whose })).toMatchObject({
      status: 202,
    })
  }
  const ended = async (id: string) =>
    ['submitted', 'rejected', 'unknown', 'suppressed'].includes((await here.get(`/sms/requests/${id}`)).body.status)
  await vi.waitUntil(async () => (await Promise.all(ids.map(ended))).every(Boolean), { timeout: 30_000 })
  const untold = async () => (await here.tarang.sql.query('SELECT count(*) AS n FROM sms_results WHERE NOT reported'))[0]!.n
  await vi.waitUntil(async () => (await untold()) === 0, { timeout: 30_000 })
  await here.stop()
})
afterAll(async () => {
  await gateway.close()
  await deployment.dispose()
  rmSync(folder, { recursive: true })
})

const audit = (path: string, ...options: string[]) =>
  runTarang(['sms', 'audit', '--gateway-record', path, ...options], deployment.settings)

async function findings(path: string, ...options: string[]) {
  const { code, stdout, stderr } = await audit(path, '--json', ...options)
  if (stdout === '') throw new Error(stderr)
  const found = (JSON.parse(stdout).findings as Finding[]).map(({ kind, id }) => `${kind} ${id}`)
  return { code, found: found.sort() }
}

/** The record as if the gateway had written something else. */
function altered(name: string, alter: (rows: Submitted[]) => object[]): string {
  const path = join(folder, name)
  writeFileSync(
    path,
    alter(gateway.submitted())
      .map(row => `${JSON.stringify(row)}\n`)
      .join(''),
  )
  return path
}

test('where all agree the totals say where every text is, and the exit code is 0', async () => {
  const { code, stdout, stderr } = await audit(file, '--json')
  expect([code, JSON.parse(stdout || stderr)]).toEqual([
    0,
    {
      totals: {
        asked: 5,
        sent: 2,
        rejected: 1,
        suppressed: 1,
        unknown: 1,
        underWay: 0,
        statuses: { submitted: 2, rejected: 1, suppressed: 1, unknown: 1 },
        reasons: { no_consent: 1 },
        unknownAtGateway: 1,
        settled: 0,
        gateway: { texts: 3, submissions: 3, refused: 1 },
        numbers: { compared: 3, other: 0 },
        log: { requests: 5, waiting: 0, unreported: 0 },
      },
      findings: [],
    },
  ])
  const people = await audit(file)
  expect([people.code, people.stdout]).toEqual([
    0,
    expect.stringMatching(/asked for +5\n[\s\S]*no_consent 1[\s\S]*the gateway has 1, has not 0[\s\S]*They agree\.\n$/),
  ])
  expect(people.stdout).not.toContain('+92')
})

test('each way in which the record can differ is found, and nothing else', async () => {
  const path = altered('other.jsonl', rows => {
    const two = rows.find(({ reference }) => reference === 'two')!
    return [
      ...rows.filter(({ reference }) => reference !== 'one' && reference !== 'refused'),
      { ...two, id: 'again' },
      { ...two, reference: 'nobody' },
      { ...two, reference: 'refused' },
      { ...two, reference: 'kept', to: '+923003333333' },
    ]
  })
  expect(await findings(path)).toEqual({
    code: 1,
    found: ['denied kept', 'denied refused', 'duplicated two', 'lost one', 'stranger nobody'],
  })
  const { stdout, code } = await audit(path, '--list', '1')
  expect(code).toBe(1)
  expect(stdout).toMatch(/5 discrepancies:\n/)
  expect(stdout).toMatch(/duplicated {2}two {2}the gateway has gw-two at \d{4}-.*, again at/)
  expect(stdout).toContain('and 1 more: --json lists all')
})

test('a text that went to another number, or is another one at the gateway, is found', async () => {
  const path = altered('number.jsonl', rows =>
    rows.map(row => ({
      ...row,
      ...(row.reference === 'one' ? { to: '+923009999999' } : row.reference === 'two' ? { id: 'gw-else' } : {}),
    })),
  )
  expect(await findings(path)).toEqual({ code: 1, found: ['other_id two', 'other_number one'] })
})

test('a ledger that was written to behind our back is found, by its history and by the log', async () => {
  {
    await using left = await openLeft(deployment)
    await left.sql.query("UPDATE sms_ledger SET status = 'submitted' WHERE id = 'kept'")
    await left.sql.query("DELETE FROM sms_results WHERE request_id = 'two' AND status = 'submitted'")
    await left.sql.query("DELETE FROM sms_ledger WHERE id = 'one'")
  }
  expect(await findings(file)).toEqual({
    code: 1,
    found: ['history kept', 'history two', 'lost kept', 'not_queued one', 'stranger one', 'unheard kept', 'unheard one'],
  })
  expect((await findings(file, '--no-log')).found).toEqual(['history kept', 'history two', 'lost kept', 'stranger one'])
})

describe('the record', () => {
  const empty = join(folder, 'empty')
  const auditEmpty = (path: string, ...options: string[]) =>
    runTarang(['sms', 'audit', '--no-log', '--gateway-record', path, ...options], { TARANG_DATA_DIR: empty })
  const written = (name: string, text: string | Buffer) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }

  test('may be CSV, with other names, compressed, and with its own words for what it refused', async () => {
    const csv =
      'number,ref,when,what,text\n923001234567,a,1767225600,OK,"Salam, Ada"\n00923001234567,a,1767225600000,BUSY,x\n03001234567,b,2026-01-01T00:00:00Z,429,x\n'
    const path = written('record.csv.gz', gzipSync(csv))
    const { stdout, code } = await auditEmpty(
      path,
      '--columns',
      'to=number,reference=ref,at=when,status=what,id=',
      '--refused',
      'busy',
      '--json',
    )
    const { totals, findings } = JSON.parse(stdout)
    expect([code, totals.gateway]).toEqual([1, { texts: 1, submissions: 1, refused: 2 }])
    expect(findings).toEqual([
      { kind: 'stranger', id: 'a', detail: 'the gateway has one at 2026-01-01T00:00:00.000Z' },
      { kind: 'stranger', id: 'b', detail: 'it was refused there' },
    ])
  })

  test('is read within a time, so that a record of one month is enough', async () => {
    const path = written(
      'months.csv',
      'reference,at\njanuary,2026-01-31T23:59:59Z\nfebruary,2026-02-01T00:00:00Z\nmarch,2026-03-01T00:00:00Z\n',
    )
    const { stdout } = await auditEmpty(path, '--since', '2026-02-01', '--until', '2026-03-01', '--json')
    expect(JSON.parse(stdout).findings.map(({ id }: Finding) => id)).toEqual(['february'])
  })

  test('with lines that are none is a discrepancy, told by line', async () => {
    const path = written('broken.jsonl', '{"reference":"a"\n{"to":"+923001234567"}\n[1]\n\n{"reference":"b","at":"soon"}\n')
    const { stdout, code } = await auditEmpty(path, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout).findings.map(({ id, detail }: Finding) => `${id}: ${detail}`)).toEqual([
      'line 1: it is not JSON',
      'line 2: it has no reference',
      'line 3: it is no JSON object',
      'line 5: "soon" is no instant',
    ])
  })

  test.each<[string, string[], RegExp]>([
    ['nowhere', [], /nowhere: there is no such file or folder\./],
    ['prose.txt', [], /prose\.txt has neither JSON objects nor a first line with a column reference/],
    ['prose.txt', ['--columns', 'colour=red'], /colour=red is none of reference=NAME, to=NAME/],
    ['prose.txt', ['--columns', 'reference='], /Without a reference nothing can be compared/],
    ['prose.txt', ['--since', 'soon'], /Expected an instant such as/],
    ['cut.gz', [], /cut\.gz is (no whole gzip archive|cut off or damaged)/],
  ])('%s %j is refused with what would be right', async (name, options, message) => {
    written('prose.txt', 'Dear sir,\n')
    written('cut.gz', gzipSync('reference\na\n').subarray(0, 15))
    const { code, stderr } = await auditEmpty(join(folder, name), ...options)
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)])
    expect(stderr).not.toMatch(noStack)
  })

  test('is needed: without one there is nothing to audit', async () => {
    const { code, stderr } = await runTarang(['sms', 'audit'])
    expect([code, stderr]).toEqual([1, expect.stringContaining("required option '--gateway-record <file>'")])
  })
})

test("the test's own gateway writes what the auditor reads", () => {
  const [first] = readFileSync(file, 'utf8').split('\n')
  expect(JSON.parse(first!)).toMatchObject({ reference: 'one', to: '+923001234567', id: 'gw-one', status: 'taken' })
})
