import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { replay } from '../../producers/replay.ts'
import type { ReplayProgress } from '../../producers/replay-progress.ts'
import type { Inbound } from '../../schemas/events.ts'
import { systemClock } from '../../streams/clock.ts'
import { collectingSink } from '../support/collecting-sink.ts'
import { PlainFold } from '../support/plain-fold.ts'
import { onlineRetailPlain } from '../support/published-totals.ts'
import { sharedData, testWithData } from '../support/shared-data.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-replay-'))
})
afterAll(() => rm(folder, { recursive: true }))

const file = async (name: string, content: string | Buffer): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
const inCurrency = (currency: string) => ({ shop: { currency, region: 'PK' as const }, clock: systemClock })

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'
const retail = [
  header,
  '536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom',
  'C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom',
  '536381,82567,"AIRLINE LOUNGE,METAL SIGN",2,12/1/2010 9:41,2.1,15311,United Kingdom',
  '536414,22139,,56,2010-12-01 11:52:00,0.0,,United Kingdom',
  '536415,POST,POSTAGE,-3,2010-12-01 11:52:00,18.0,12583.0,France',
]

describe('an Online Retail file', () => {
  test('becomes one event per row, cancellations as refunds of positive quantity, blank customers counted', async () => {
    const sink = collectingSink()
    const summary = await replay(await file('retail.csv', retail.join('\r\n')), { ...inCurrency('GBP'), sink })
    expect(sink.events).toEqual([
      {
        type: 'purchase',
        id: expect.stringMatching(/^online-retail:2:[0-9a-f]{12}$/),
        customerId: '17850',
        occurredAt: '2010-12-01T08:26:00.000Z',
        orderId: '536365',
        currency: 'GBP',
        lines: [
          {
            productId: '85123A',
            quantity: 6,
            unitPrice: '2.55',
            properties: { description: 'WHITE HANGING HEART T-LIGHT HOLDER' },
          },
        ],
        properties: { country: 'United Kingdom' },
      },
      expect.objectContaining({
        type: 'refund',
        customerId: '14527',
        lines: [expect.objectContaining({ quantity: 1, unitPrice: '27.5' })],
      }),
      expect.objectContaining({
        customerId: '15311',
        occurredAt: '2010-12-01T09:41:00.000Z',
        lines: [expect.objectContaining({ properties: { description: 'AIRLINE LOUNGE,METAL SIGN' } })],
      }),
      expect.objectContaining({ type: 'purchase', lines: [expect.objectContaining({ productId: 'POST', quantity: -3 })] }),
    ])
    expect(summary).toMatchObject({ format: 'online-retail', rows: 5, sent: 4, complete: true, rejected: {} })
    expect(summary.skipped).toEqual({ 'it names no customer': { count: 1, firstRows: [5], example: 'it names no customer' } })
  })

  test('gives the same ids every time, compressed or not, and different ones to equal rows', async () => {
    const doubled = [header, retail[1], retail[1]].join('\n')
    const [plain, packed] = [collectingSink(), collectingSink()]
    await replay(await file('doubled.csv', doubled), { ...inCurrency('GBP'), sink: plain })
    await replay(await file('doubled.csv.gz', gzipSync(doubled)), { ...inCurrency('GBP'), sink: packed })
    expect(packed.events).toEqual(plain.events)
    expect(new Set(plain.events.map(({ id }) => id)).size).toBe(2)
  })

  test('lets the neighbours of broken rows through and says which rows were broken', async () => {
    const rows = [
      ...retail.slice(0, 2),
      '536366,85123A,"NEVER CLOSED,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom',
      '536366,85123A,two columns too few,6',
      '536366,85123A,X,six,2010-12-01 08:26:00,2.55,17850.0,United Kingdom',
      '536366,85123A,X,6,2010-02-31 08:26:00,2.55,17850.0,United Kingdom',
      `536366,85123A,${'X'.repeat(6 * 1024 * 1024)},6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom`,
      '',
      retail[3],
    ]
    const sink = collectingSink()
    const summary = await replay(await file('broken.csv', rows.join('\n')), { ...inCurrency('GBP'), sink })
    expect(sink.events.map(event => 'orderId' in event && event.orderId)).toEqual(['536365', '536381'])
    expect(Object.entries(summary.skipped).map(([reason, { firstRows }]) => [reason, firstRows])).toEqual([
      ['its quotes are broken', [3]],
      ['it has not 8 columns', [4]],
      ['it is longer than 5 MiB', [7]],
    ])
    expect(summary.rejected).toMatchObject({
      field_invalid: { count: 1, firstRows: [5], example: expect.stringContaining('"six"') },
      time_invalid: { count: 1, firstRows: [6] },
    })
  })

  test('in a shop of another currency stops before anything is sent and names the setting', async () => {
    const sink = collectingSink()
    await expect(replay(await file('retail.csv', retail.join('\n')), { ...inCurrency('PKR'), sink })).rejects.toMatchObject({
      code: 'currency_unsupported',
      message: expect.stringContaining('TARANG_CURRENCY=GBP'),
    })
    expect(sink.batches).toEqual([])
  })
})

test('a CDNOW row is a purchase of one line; a value of 0 is a fact that is sent', async () => {
  const sink = collectingSink()
  await replay(
    await file(
      'cdnow.csv',
      'transaction_no,customer_id,date,number_of_cds,dollar_value\n1,00001,1997-01-01,3,11.77\n2,00002,1997-01-12,1,0.00\n',
    ),
    { ...inCurrency('USD'), sink },
  )
  expect(sink.events).toMatchObject([
    {
      type: 'purchase',
      id: expect.stringMatching(/^cdnow:2:/),
      customerId: '00001',
      orderId: '1',
      occurredAt: '1997-01-01T00:00:00.000Z',
      currency: 'USD',
      lines: [{ productId: 'cd', quantity: 1, unitPrice: '11.77' }],
    },
    { lines: [{ unitPrice: '0.00' }] },
  ])
})

const events = Array.from(
  { length: 25 },
  (_, n): Inbound => ({
    type: 'click',
    id: `e${n}`,
    customerId: 'ada',
    occurredAt: '2024-01-01T00:00:00.000Z',
    kind: 'view',
  }),
)
const eventLines = (given: readonly unknown[]) => given.map(event => JSON.stringify(event)).join('\n')

describe('JSON lines', () => {
  test('go through whole, with a byte order mark, blank lines and a broken line between them', async () => {
    const sink = collectingSink()
    const text = `\ufeff${JSON.stringify(events[0])}\n\n{"type":\n[]\n${JSON.stringify(events[1])}`
    const summary = await replay(await file('events.jsonl', text), { ...inCurrency('PKR'), sink })
    expect(sink.events).toEqual(events.slice(0, 2))
    expect(summary).toMatchObject({
      rows: 4,
      skipped: { 'it is not JSON': { firstRows: [3] } },
      rejected: { event_invalid: { firstRows: [4] } },
    })
  })

  test('keep letters whole that fall between two chunks of the file', async () => {
    const text = 'آداب عرض ہے '.repeat(800)
    const messages = Array.from({ length: 20 }, (_, n) => ({
      type: 'message',
      id: `m${n}`,
      customerId: 'ada',
      occurredAt: '2024-01-01T00:00:00.000Z',
      direction: 'in',
      channel: 'sms',
      text: `${'x'.repeat(n % 3)}${text}`,
    }))
    const sink = collectingSink()
    await replay(await file('urdu.jsonl', eventLines(messages)), { ...inCurrency('PKR'), sink })
    expect(sink.events).toEqual(messages)
  })
})

test.each([
  ['some text', 'hello there\n', '"hello there"'],
  ['nothing', '', '""'],
  ['other columns', 'a,b,c\n1,2,3\n', '"a,b,c"'],
])('a file of %s is refused with what is known', async (_, content, began) => {
  const outcome = replay(await file('unknown.txt', content), { ...inCurrency('PKR'), sink: collectingSink() })
  await expect(outcome).rejects.toMatchObject({
    code: 'file_unknown',
    message: expect.stringMatching(/Online Retail.*\n.*CDNOW.*\n.*JSON: .*\n.*JSON lines/),
  })
  await expect(outcome).rejects.toThrow(began)
})

test('an archive that ends in the middle is told as damaged, not as a shorter file; what came before the damage is sent and counted', async () => {
  const whole = gzipSync(eventLines(Array.from({ length: 5000 }, (_, n) => ({ ...events[0], id: `${n * 7919}` }))))
  const path = await file('half.jsonl.gz', whole.subarray(0, whole.length - 20))
  const sink = collectingSink()
  const summary = await replay(path, { ...inCurrency('PKR'), sink })
  expect(summary).toMatchObject({ complete: false, damage: 'unexpected end of file', sent: sink.events.length })
  expect(sink.events.length).toBeGreaterThan(0)
})

describe('the sink', () => {
  test('gets batches in order, one at a time', async () => {
    const order: string[] = []
    let busy = 0
    const send = async (batch: readonly Inbound[]) => {
      busy += 1
      expect(busy).toBe(1)
      await new Promise(resolve => setTimeout(resolve, 2))
      order.push(...batch.map(({ id }) => id))
      busy -= 1
    }
    await replay(await file('order.jsonl', eventLines(events)), { ...inCurrency('PKR'), sink: { send }, batchSize: 4 })
    expect(order).toEqual(events.map(({ id }) => id))
  })

  test('that fails ends the replay with its own error and gets nothing more', async () => {
    let calls = 0
    const send = async () => {
      calls += 1
      if (calls === 2) throw new Error('the log is away')
    }
    await expect(
      replay(await file('fail.jsonl', eventLines(events)), { ...inCurrency('PKR'), sink: { send }, batchSize: 4 }),
    ).rejects.toThrow('the log is away')
    expect(calls).toBe(2)
  })
})

test('a stopped replay says what it sent', async () => {
  const stop = new AbortController()
  const sink = collectingSink()
  const send = async (batch: readonly Inbound[]) => {
    await sink.send(batch)
    stop.abort()
  }
  const summary = await replay(await file('stop.jsonl', eventLines(events)), {
    ...inCurrency('PKR'),
    sink: { send },
    batchSize: 4,
    signal: stop.signal,
  })
  expect(summary.complete).toBe(false)
  expect(summary.sent).toBe(sink.events.length)
  expect(summary.sent).toBeLessThan(events.length)
})

test('progress ends at the whole file with nothing left', async () => {
  const told: ReplayProgress[] = []
  await replay(await file('progress.jsonl', eventLines(events)), {
    ...inCurrency('PKR'),
    sink: collectingSink(),
    onProgress: progress => told.push(progress),
  })
  const last = told.at(-1)!
  expect(last).toMatchObject({ rows: 25, sent: 25, secondsLeft: 0 })
  expect(last.bytesRead).toBe(last.bytesTotal)
})

const totalsOf = async (name: string, currency: string) => {
  const fold = new PlainFold()
  const summary = await replay(sharedData(name), {
    ...inCurrency(currency),
    sink: {
      async send(batch) {
        for (const event of batch) fold.add(event)
      },
    },
  })
  return { summary, totals: fold.totals() }
}

testWithData('Online Retail adds up to its published numbers', ['online-retail.csv.gz'], async () => {
  const { summary, totals } = await totalsOf('online-retail.csv.gz', 'GBP')
  expect(totals).toMatchObject(onlineRetailPlain)
  expect(summary.rejected).toEqual({})
  expect(summary.sent + summary.skipped['it names no customer']!.count).toBe(370_931)
})

testWithData('CDNOW adds up to its published numbers', ['cdnow.csv.gz'], async () => {
  const { summary, totals } = await totalsOf('cdnow.csv.gz', 'USD')
  expect(totals).toMatchObject({ customers: 23_500, orders: 49_013, gross: 17_233_545_000 })
  expect(summary).toMatchObject({ sent: 49_086, skipped: {}, rejected: {} })
})
