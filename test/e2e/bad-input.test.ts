import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clicks, deadLetters, events as eventsTopic } from '../../schemas/topics.ts'
import { readTopic } from '../support/read-topic.ts'
import { runTarang } from '../support/run-tarang.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

let deployment: Deployment
let here: TarangHere
const folder = mkdtempSync(join(tmpdir(), 'tarang-bad-input-'))

beforeAll(async () => {
  deployment = await embeddedDeployment()
  here = await startHere(deployment.config)
})
afterAll(async () => {
  await here?.stop()
  await deployment?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

let n = 0
/** A view of a customer of its own, who is known once it got through. */
function good(more: Record<string, unknown> = {}) {
  n++
  return {
    type: 'click',
    id: `good-${n}`,
    customerId: `neighbour-${n}`,
    occurredAt: '2026-01-01T00:00:00Z',
    kind: 'view',
    productId: 'tea',
    ...more,
  }
}
const purchase = (more: Record<string, unknown> = {}) => {
  const { kind: _, productId: __, ...common } = good()
  return { ...common, type: 'purchase', orderId: `o${n}`, lines: [{ productId: 'tea', quantity: 1, unitPrice: '1.00' }], ...more }
}
const line = (more: Record<string, unknown>) =>
  purchase({ lines: [{ productId: 'tea', quantity: 1, unitPrice: '1.00', ...more }] })

const known = async (customerId: string) => (await here.get(`/customers/${encodeURIComponent(customerId)}`)).status === 200
const isProblem = (status: number, code: string) => ({
  status,
  body: { code, status, type: `urn:tarang:problem:${code}`, fix: expect.stringMatching(/\w/) },
})

describe('an event that is wrong is refused by itself, with what is wrong and where', () => {
  test.each<[string, unknown, string, string]>([
    ['no object', 'tea', 'event_invalid', ''],
    ['null', null, 'event_invalid', ''],
    ['a list', [good()], 'event_invalid', ''],
    ['a type that is not known', good({ type: 'bribe' }), 'type_unknown', '/type'],
    ['a type that is a number', good({ type: 7 }), 'field_invalid', '/type'],
    ['no type', good({ type: null }), 'field_missing', '/type'],
    ['no id', good({ id: undefined }), 'field_missing', '/id'],
    ['no customer', good({ customerId: undefined }), 'field_missing', '/customerId'],
    ['an empty customer', good({ customerId: '' }), 'field_invalid', '/customerId'],
    ['a customer that is a number', good({ customerId: 17850 }), 'field_invalid', '/customerId'],
    ['a customer that is an object', good({ customerId: { $gt: '' } }), 'field_invalid', '/customerId'],
    ['no instant', good({ occurredAt: undefined }), 'field_missing', '/occurredAt'],
    ['an id of 129 characters', good({ id: 'x'.repeat(129) }), 'field_too_long', '/id'],
    ['half of a surrogate pair in an id', good({ customerId: 'a\ud800' }), 'character_invalid', '/customerId'],
    ['half of a surrogate pair in a field without a name', good({ note: '\udc00' }), 'character_invalid', '/note'],
    ['NUL in an id', good({ customerId: 'a\0b' }), 'character_invalid', '/customerId'],
    ['a control character in an id', good({ customerId: 'a\u001fb' }), 'character_invalid', '/customerId'],
    [
      'NUL in a text',
      { ...good(), type: 'message', direction: 'in', channel: 'sms', text: 'a\0b' },
      'character_invalid',
      '/text',
    ],
    ['NUL in the name of a field', good({ 'a\0b': 1 }), 'character_invalid', '/a\ufffdb'],
    ['a quantity in words', line({ quantity: 'six' }), 'field_invalid', '/lines/0/quantity'],
    ['a huge quantity', line({ quantity: 1e300 }), 'number_out_of_range', '/lines/0/quantity'],
    ['a price in words', line({ unitPrice: 'ten' }), 'field_invalid', '/lines/0/unitPrice'],
    ['a huge price', line({ unitPrice: '1e99' }), 'field_invalid', '/lines/0/unitPrice'],
    ['a price of hundreds of digits', line({ unitPrice: '9'.repeat(300) }), 'number_out_of_range', '/lines/0/unitPrice'],
    ['a line worth more than can be added up', line({ quantity: 1e9, unitPrice: '999999' }), 'number_out_of_range', '/lines/0'],
    ['no lines', purchase({ lines: [] }), 'field_invalid', '/lines'],
    ['lines that are none', purchase({ lines: 'tea' }), 'field_invalid', '/lines'],
    [
      'a thousand and one lines',
      purchase({ lines: Array(1001).fill({ productId: 'p', quantity: 1, unitPrice: '1' }) }),
      'list_too_long',
      '/lines',
    ],
    ['a refund of less than nothing', { ...line({ quantity: -1 }), type: 'refund' }, 'number_out_of_range', '/lines/0/quantity'],
    ['another currency', purchase({ currency: 'USD' }), 'currency_unsupported', '/currency'],
    ['a currency that is none', purchase({ currency: 'rupees' }), 'field_invalid', '/currency'],
    ['a day that does not exist', good({ occurredAt: '2026-02-30T00:00:00Z' }), 'time_invalid', '/occurredAt'],
    ['seconds since 1970', good({ occurredAt: 1_767_225_600 }), 'field_invalid', '/occurredAt'],
    ['a time before 1970', good({ occurredAt: '1969-12-31T23:59:59Z' }), 'time_out_of_range', '/occurredAt'],
    ['a time far ahead', good({ occurredAt: '2999-01-01T00:00:00Z' }), 'time_out_of_range', '/occurredAt'],
    ['a year of five digits', good({ occurredAt: '12026-01-01T00:00:00Z' }), 'time_invalid', '/occurredAt'],
    ['a phone that is none', { ...good(), type: 'profile', traits: { phone: '12' } }, 'phone_invalid', '/traits/phone'],
    [
      'a birthday to come',
      { ...good(), type: 'profile', traits: { birthday: '2999-01-01' } },
      'time_out_of_range',
      '/traits/birthday',
    ],
    [
      'fields nested a hundred deep',
      good({ deep: JSON.parse('['.repeat(100) + ']'.repeat(100)) }),
      'properties_too_deep',
      '/deep',
    ],
    ['seventy thousand characters of extra fields', good({ note: 'x'.repeat(70_000) }), 'properties_too_large', '/note'],
  ])('%s', async (_, bad, code, pointer) => {
    const [before, after] = [good(), good()]
    const { status, body } = await here.post('/v1/events?wait=applied', { batch: [before, bad, after] })
    expect(status).toBe(200)
    expect(body).toMatchObject({ accepted: 2, rejected: [{ index: 1, code, message: expect.stringMatching(/\w/) }] })
    expect(body.rejected[0].pointer.startsWith(pointer)).toBe(true)
    expect(await known(before.customerId)).toBe(true)
    expect(await known(after.customerId)).toBe(true)
  })

  test('one bad event alone is refused like one of many', async () => {
    const { status, body } = await here.post('/v1/events', good({ type: 'bribe' }))
    expect(status).toBe(202)
    expect(body).toMatchObject({ accepted: 0, rejected: [{ index: 0, code: 'type_unknown', pointer: '/type' }] })
  })

  test('a batch of nothing but bad ones is told of each', async () => {
    const { body } = await here.post('/v1/events', { batch: [1, 2, 3] })
    expect(body).toMatchObject({ accepted: 0, rejected: [{ index: 0 }, { index: 1 }, { index: 2 }] })
  })
})

describe('a conversation that is wrong', () => {
  const talk = (more: object) => ({
    user_id: 'talker',
    timestamp: '2026-01-01T00:00:00Z',
    messages: [{ role: 'user', text: 'hi' }],
    ...more,
  })
  test.each<[string, object, string, string]>([
    ['without a customer', talk({ user_id: null }), 'field_missing', '/user_id'],
    ['of nobody’s words', talk({ messages: [] }), 'field_invalid', '/messages'],
    ['without messages', talk({ messages: undefined }), 'field_missing', '/messages'],
    ['of a role nobody knows', talk({ messages: [{ role: 'oracle', text: 'hi' }] }), 'field_invalid', '/messages/0/role'],
    ['with half a character', talk({ messages: [{ role: 'user', text: '\ud83d' }] }), 'character_invalid', '/messages/0/text'],
    [
      'with a text of a book',
      talk({ messages: [{ role: 'user', text: 'x'.repeat(20_001) }] }),
      'field_too_long',
      '/messages/0/text',
    ],
  ])('%s is refused with where, and its neighbours go through', async (_, bad, code, pointer) => {
    const neighbour = good()
    const { body } = await here.post('/v1/events?wait=applied', { batch: [bad, neighbour] })
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 0, code, pointer, message: expect.stringMatching(/\w/) }] })
    expect(await known(neighbour.customerId)).toBe(true)
  })

  test('of more messages than a batch has room for is 413, of as many it is taken', async () => {
    const messages = Array.from({ length: 2_001 }, (_, n) => ({ role: 'user', text: `${n}` }))
    expect(await here.post('/v1/events', talk({ messages }))).toMatchObject(isProblem(413, 'batch_too_large'))
    const { body } = await here.post('/v1/events', talk({ messages: messages.slice(1) }))
    expect(body).toMatchObject({ accepted: 2_000, rejected: [] })
  })

  test('written right to left, with emojis and invisible signs is taken as it is', async () => {
    const messages = ['👩🏽‍💻🛒', 'ٹھیک ہے', 'a\u202eb\u200b', ''].map(text => ({ role: 'user', text }))
    expect((await here.post('/v1/events?wait=applied', talk({ user_id: 'گاہک', messages }))).body).toMatchObject({ accepted: 4 })
    expect(await known('گاہک')).toBe(true)
  })
})

describe('an event that only looks odd is taken as it is', () => {
  test.each([
    ['from right to left', 'گاہک-۱۲'],
    ['an emoji of several parts', '👩🏽‍💻🛒'],
    ['combining marks', 'e\u0301\u0323'],
    ['a hundred and twenty-eight characters beyond the first plane', '🫖'.repeat(128)],
    ['what means something to SQL', `'; DROP TABLE customers; --`],
    ['what means something to a path', '../../etc/passwd?a=b#c%'],
    ['what means something to JavaScript', '__proto__'],
    ['spaces around', ' ada '],
    ['markup', '<script>alert(1)</script>'],
  ])('an id %s', async (_, customerId) => {
    const { status, body } = await here.post('/v1/events?wait=applied', {
      ...purchase({ lines: [{ productId: customerId, quantity: 1, unitPrice: '1.00' }] }),
      customerId,
    })
    expect(status, JSON.stringify(body)).toBe(200)
    const customer = await here.get(`/customers/${encodeURIComponent(customerId)}`)
    expect(customer).toMatchObject({ status: 200, body: { customerId, rfm: { frequency: 1 } } })
    expect(Object.keys(customer.body.affinities.products)).toEqual([customerId])
    expect((await here.get(`/recommendations/${encodeURIComponent(customerId)}`)).body).toMatchObject({ customerId })
  })

  test('ids that are equal only after normalising are two customers', async () => {
    await here.post('/v1/events?wait=applied', { batch: [good({ customerId: 'caf\u00e9' }), good({ customerId: 'cafe\u0301' })] })
    expect((await here.get(`/customers/${encodeURIComponent('caf\u00e9')}`)).body.customerId).toBe('caf\u00e9')
    expect((await here.get(`/customers/${encodeURIComponent('cafe\u0301')}`)).body.customerId).toBe('cafe\u0301')
  })

  test('negative quantities and free lines are kept and not counted, their order’s other lines are', async () => {
    const odd = purchase({
      lines: [
        { productId: 'tea', quantity: -3, unitPrice: '5.00' },
        { productId: 'cup', quantity: 2, unitPrice: 0 },
        { productId: 'pot', quantity: 1, unitPrice: 7.5 },
      ],
    })
    await here.post('/v1/events?wait=applied', odd)
    expect((await here.get(`/customers/${odd.customerId}`)).body).toMatchObject({ rfm: { frequency: 1, monetary: '7.50' } })
  })

  test('the first instant of 1970 and one of tomorrow are taken', async () => {
    const soon = new Date(Date.now() + 23 * 3_600_000).toISOString()
    const { body } = await here.post('/v1/events?wait=applied', {
      batch: [purchase({ occurredAt: '1970-01-01T00:00:00Z' }), purchase({ occurredAt: soon })],
    })
    expect(body).toMatchObject({ accepted: 2, rejected: [] })
    expect((await here.get(`/customers/neighbour-${n}`)).body.rfm.recencyDays).toBe(0)
  })
})

describe('a request that is wrong is a problem with a code and a fix, and the next one goes through', () => {
  const big = JSON.stringify({ batch: [good({ note: 'x'.repeat(6 * 1024 * 1024) })] })
  const json = { 'content-type': 'application/json' }
  test.each<[string, () => Promise<unknown>, number, string]>([
    ['broken JSON', () => here.post('/v1/events', '{"type":'), 400, 'json_invalid'],
    ['no body', () => here.post('/v1/events', ''), 400, 'json_invalid'],
    ['bytes that are no text', () => here.post('/v1/events', Buffer.from([0xff, 0xfe, 0x00])), 400, 'json_invalid'],
    ['a number', () => here.post('/v1/events', '7'), 400, 'event_invalid'],
    ['a list', () => here.post('/v1/events', [good()]), 400, 'event_invalid'],
    ['a batch that is none', () => here.post('/v1/events', { batch: 'all' }), 400, 'event_invalid'],
    [
      'another media type',
      () => here.post('/v1/events', 'type=click', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'media_type_unsupported',
    ],
    ['6 MB', () => here.post('/v1/events', big, json), 413, 'body_too_large'],
    [
      '2,001 events',
      () => here.post('/v1/events', { batch: Array.from({ length: 2001 }, () => good()) }),
      413,
      'batch_too_large',
    ],
    ['a word to wait for that is none', () => here.post('/v1/events?wait=forever', good()), 400, 'query_invalid'],
    ['an instant that is none', () => here.get('/customers/ada?asOf=yesterday'), 400, 'query_invalid'],
    ['a limit below nothing', () => here.get('/recommendations/ada?limit=-1'), 400, 'query_invalid'],
    ['a position that is none', () => here.get('/customers/ada?after=abc'), 400, 'position_invalid'],
    ['a cursor that is none', () => here.get('/segments/Loyal/customers?cursor=abc'), 400, 'cursor_invalid'],
    ['a path that is no text', () => here.get('/customers/%ff'), 400, 'request_invalid'],
    ['a customer that is not known', () => here.get('/customers/nobody'), 404, 'customer_unknown'],
    ['a segment that is not known', () => here.get('/segments/Rich/customers'), 404, 'segment_unknown'],
    ['a path that is not known', () => here.get('/v2/events'), 404, 'not_found'],
    ['a text to nobody', () => here.post('/sms/requests', { id: 's1', text: 'x', class: 'marketing' }), 400, 'field_missing'],
    [
      'a text to what is no number',
      () => here.post('/sms/requests', { id: 's1', to: '12', text: 'x', class: 'transactional' }),
      400,
      'phone_invalid',
    ],
    [
      'a text of half a character',
      () => here.post('/sms/requests', { id: 's1', to: '+923001234567', text: 'a\ud800', class: 'transactional' }),
      400,
      'character_invalid',
    ],
  ])('%s', async (_, request, status, code) => {
    expect(await request()).toMatchObject(isProblem(status, code))
    const next = good()
    expect(await here.post('/v1/events?wait=applied', next)).toMatchObject({ status: 200, body: { accepted: 1 } })
    expect(await known(next.customerId)).toBe(true)
  })

  test('a NUL in a path finds nobody, and breaks nothing', async () => {
    const { status, body } = await here.get('/customers/a%00b')
    expect([400, 404]).toContain(status)
    expect(body.code).not.toBe('internal_error')
    expect((await here.get('/recommendations/a%00b')).status).toBeLessThan(500)
    expect((await here.get('/sms/requests/a%00b')).status).toBeLessThan(500)
  })

  test('2,000 events are a batch', async () => {
    const batch = Array.from({ length: 2000 }, () => good())
    expect((await here.post('/v1/events?wait=applied', { batch })).body).toMatchObject({ accepted: 2000, rejected: [] })
  })
})

test('a record that another client’s partitioner put anywhere lands in its customer’s stream, in the order of its partition', async () => {
  const { engine } = here.tarang
  const views = Array.from({ length: deployment.config.partitions }, (_, partition) => ({
    partition,
    event: good({ customerId: 'wanderer', productId: `p${partition}` }),
  }))
  await engine.log.publish(
    views.map(({ partition, event }) => ({
      topic: engine.names.of(clicks),
      partition,
      key: 'wanderer',
      value: Buffer.from(JSON.stringify(event)),
      headers: {},
      timestamp: Date.now(),
    })),
  )
  const touched = async () => Object.keys((await here.get('/customers/wanderer')).body.affinities?.products ?? {}).sort()
  await expect.poll(touched, { timeout: 20_000 }).toEqual(views.map(({ event }) => event.productId).sort())
  const streams = (await readTopic(engine, eventsTopic)).filter(
    ({ value }) => value.type === 'click' && value.customerId === 'wanderer',
  )
  expect(new Set(streams.map(({ record }) => record.partition)).size).toBe(1)
})

test('a record that nobody can read goes to the dead letters with its bytes, and what stands around it is folded', async () => {
  const { engine } = here.tarang
  const put = (topic: typeof clicks | typeof eventsTopic, partition: number, value: Buffer | null) => ({
    topic: engine.names.of(topic as typeof clicks),
    partition,
    key: 'whoever',
    value,
    headers: { from: 'a shop' },
    timestamp: Date.now(),
  })
  const [first, second, third] = [good(), good(), good()]
  const poison = [
    Buffer.from('not json'),
    Buffer.from([0xff, 0x00, 0xfe]),
    Buffer.from(JSON.stringify(good({ customerId: 5 }))),
    Buffer.alloc(0),
  ]
  await engine.log.publish([
    put(clicks, 0, Buffer.from(JSON.stringify(first))),
    ...poison.map(bytes => put(clicks, 0, bytes)),
    put(clicks, 0, null),
    put(clicks, 0, Buffer.from(JSON.stringify(second))),
    ...poison.map(bytes => put(eventsTopic as never, 1, bytes)),
  ])
  await expect.poll(() => known(first.customerId), { timeout: 20_000 }).toBe(true)
  await expect.poll(() => known(second.customerId), { timeout: 20_000 }).toBe(true)
  await here.post('/v1/events?wait=applied', third)
  expect(await known(third.customerId)).toBe(true)

  const letters = () => readTopic(engine, deadLetters).then(all => all.map(({ value }) => value))
  await expect.poll(async () => (await letters()).length, { timeout: 20_000 }).toBe(9)
  const [byIntake, byCustomers] = ['intake-clicks', 'customers'].map(async processor =>
    (await letters()).filter(letter => letter.processor === processor),
  )
  expect((await byIntake!).map(({ code, value }) => [code, value])).toEqual([
    ['json_invalid', poison[0]!.toString('base64')],
    ['json_invalid', poison[1]!.toString('base64')],
    ['field_invalid', poison[2]!.toString('base64')],
    ['json_invalid', ''],
    ['record_unreadable', ''],
  ])
  expect((await byIntake!)[0]).toMatchObject({
    topic: engine.names.of(clicks),
    partition: 0,
    key: 'whoever',
    headers: { from: 'a shop' },
    message: expect.stringContaining('not JSON'),
  })
  expect((await byCustomers!).map(({ code, partition }) => [code, partition])).toEqual([
    ['json_invalid', 1],
    ['json_invalid', 1],
    ['record_invalid', 1],
    ['json_invalid', 1],
  ])
})

describe('files', () => {
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const replay = (...args: string[]) =>
    runTarang(['replay', '--url', here.url, ...args], { TARANG_DATA_DIR: join(folder, 'none') })

  test('a file of no known kind is refused before anything is sent, with the kinds that are known', async () => {
    const { code, stderr } = await replay(file('cats.csv', 'name,age\nTom,3\n'))
    expect(code).toBe(1)
    expect(stderr).toContain('cats.csv begins with "name,age", which is no kind of file known here')
    expect(stderr).toMatch(/Online Retail[\s\S]*CDNOW[\s\S]*JSON lines/)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test.each([
    ['nothing', ''],
    ['no text', Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0, 1, 2])],
  ])('a file of %s is refused too', async (_, content) => {
    const { code, stderr } = await replay(file('odd.bin', content))
    expect([code, stderr]).toEqual([1, expect.stringContaining('no kind of file known here')])
  })

  test('a file that is not there is named', async () => {
    const { code, stderr } = await replay(join(folder, 'missing.jsonl'))
    expect(code).toBe(1)
    expect(stderr).toContain('missing.jsonl')
  })

  test('a file in another currency is refused, and the setting named', async () => {
    const { code, stderr } = await replay(
      file('cds.csv', 'transaction_no,customer_id,date,number_of_cds,dollar_value\n1,1,19970101,1,11.77\n'),
    )
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/is in USD.*this shop in PKR.*Nothing was sent.*TARANG_CURRENCY=USD/),
    ])
  })

  test('broken rows are counted with their reason and number, and their neighbours go through', async () => {
    const [a, b] = [good(), good()]
    const rows = [
      JSON.stringify(a),
      '{"type":',
      JSON.stringify(good({ customerId: '' })),
      '',
      JSON.stringify(purchase({ currency: 'USD' })),
      '[]',
      JSON.stringify(b),
    ]
    const path = file('broken.jsonl.gz', gzipSync(`${rows.join('\r\n')}\n`))
    const { code, stdout, stderr } = await replay(path, '--json')
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'jsonl',
      sent: 2,
      rejected: { field_invalid: { count: 1, firstRows: [3] }, currency_unsupported: { count: 1, firstRows: [5] } },
    })
    for (const { customerId } of [a, b]) await expect.poll(() => known(customerId), { timeout: 20_000 }).toBe(true)
  })

  test('a compressed file that was cut off says so, after what could be read of it', async () => {
    const whole = gzipSync(Array.from({ length: 500 }, () => `${JSON.stringify(good({ note: randomUUID() }))}\n`).join(''))
    const path = file('cut.jsonl.gz', whole.subarray(0, whole.length >> 1))
    const { code, stdout, stderr } = await replay(path)
    expect(code).toBe(1)
    expect(stdout).toMatch(/jsonl: [1-9]\d* rows/)
    expect(stderr).toMatch(/cut\.jsonl\.gz is cut off or damaged/)
    expect(stderr).not.toMatch(/^\s+at /m)
    const tiny = await replay(file('tiny.jsonl.gz', whole.subarray(0, 20)))
    expect([tiny.code, tiny.stderr]).toEqual([1, expect.stringMatching(/tiny\.jsonl\.gz is no whole gzip archive/)])
  })

  test('a folder is refused by its name', async () => {
    const { code, stderr } = await replay(folder)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${folder} is a folder`)])
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test('JSON lines are known by any of their lines, also behind broken and blank ones, and when the first is long', async () => {
    const [a, b] = [good(), good({ note: 'x'.repeat(60_000), more: 'y'.repeat(5000) })]
    const path = file('late.jsonl', `\nbroken\n{also broken\n${JSON.stringify(a)}\n`)
    expect((await replay(path)).stdout).toMatch(/jsonl: 3 rows, 1 events sent[\s\S]*skipped 2: it is not JSON \(rows 2, 3\)/)
    const long = await replay(file('long.jsonl', `${JSON.stringify({ ...b, pad: ' '.repeat(10_000) })}\n${JSON.stringify(a)}\n`))
    expect(long.stdout).toContain('jsonl: 2 rows')
    await expect.poll(() => known(a.customerId), { timeout: 20_000 }).toBe(true)
  })

  test('a row that is not UTF-8 is skipped and told, so that ids that differ stay apart, and its neighbours go through', async () => {
    const [a, b] = [good({ name: 'گلاب' }), good()]
    const latin = Buffer.from(JSON.stringify(good({ customerId: 'Andr\xe9' })), 'latin1')
    const text = (event: unknown) => Buffer.from(`${JSON.stringify(event)}\n`)
    const path = file('latin.jsonl', Buffer.concat([Buffer.from('\ufeff'), text(a), latin, Buffer.from('\n'), text(b)]))
    expect((await replay(path)).stdout).toMatch(/3 rows, 2 events sent[\s\S]*skipped 1: it is not UTF-8 \(row 2\)/)
    for (const { customerId } of [a, b]) await expect.poll(() => known(customerId), { timeout: 20_000 }).toBe(true)
  })
})
