import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guessMapping } from '../../producers/files/mapping/guess-mapping.ts'
import { instantReader } from '../../producers/files/mapping/instant-reader.ts'
import type { Mapping } from '../../producers/files/mapping/mapping.ts'
import { plainNumber } from '../../producers/files/mapping/plain-number.ts'
import { checkMapping } from '../../producers/files/mapping/read-mapping.ts'
import { openFile } from '../../producers/files/open-file.ts'
import { replay } from '../../producers/replay.ts'
import { systemClock } from '../../streams/clock.ts'
import { collectingSink } from '../support/collecting-sink.ts'
import { PlainFold } from '../support/plain-fold.ts'
import { onlineRetailPlain } from '../support/published-totals.ts'
import { sharedData, testWithData } from '../support/shared-data.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-mapping-'))
})
afterAll(() => rm(folder, { recursive: true }))

const shop = { currency: 'PKR', region: 'PK' } as const

async function replayed(rows: readonly string[], mapping: Mapping) {
  const path = join(folder, 'some.csv')
  await writeFile(path, rows.join('\n'))
  const sink = collectingSink()
  const summary = await replay(path, { shop, sink, clock: systemClock, mapping })
  return { events: sink.events, summary }
}

const bazaar: Mapping = {
  name: 'bazaar',
  delimiter: ';',
  decimal: ',',
  type: { column: 'Art', values: { V: 'purchase', 'R*': 'refund', K: 'cart_add' }, otherwise: 'skip' },
  customer: 'Kunde',
  instant: { column: ['Datum', 'Zeit'], format: 'dd.MM.yyyy HH:mm', timeZone: 'Asia/Karachi' },
  order: 'Beleg',
  product: 'Artikel',
  quantity: 'Menge',
  price: 'Preis',
  currency: { value: 'PKR' },
  properties: { branch: 'Filiale' },
}
const bazaarHeader = 'Kunde;Beleg;Artikel;Menge;Preis;Datum;Zeit;Art;Filiale'

describe('rows by a mapping', () => {
  test('become purchases, refunds of positive quantity and clicks, with local time as an instant and extras as properties', async () => {
    const { events, summary } = await replayed(
      [
        bazaarHeader,
        'ada;B1;"Tee; grün";2;"1.234,50 €";05.03.2024;08:26;V;Lahore',
        'ada;B1;becher;-1;300;06.03.2024;00:10;R7;',
        'ada;;becher;;;06.03.2024;00:11;K;Lahore',
        'ada;;becher;1;1;06.03.2024;00:11;X;Lahore',
      ],
      bazaar,
    )
    expect(events).toEqual([
      {
        type: 'purchase',
        id: expect.stringMatching(/^bazaar:2:[0-9a-f]{12}$/),
        customerId: 'ada',
        occurredAt: '2024-03-05T03:26:00.000Z',
        orderId: 'B1',
        currency: 'PKR',
        lines: [{ productId: 'Tee; grün', quantity: 2, unitPrice: '1234.50' }],
        properties: { branch: 'Lahore' },
      },
      expect.objectContaining({
        type: 'refund',
        occurredAt: '2024-03-05T19:10:00.000Z',
        lines: [{ productId: 'becher', quantity: 1, unitPrice: '300' }],
      }),
      expect.objectContaining({ type: 'click', kind: 'cart_add', productId: 'becher' }),
    ])
    expect(summary).toMatchObject({ format: 'bazaar', rows: 4, skipped: { 'its Art is to be left out': { firstRows: [5] } } })
  })

  test('that are broken are counted with their reason and number, and their neighbours go through', async () => {
    const good = 'ada;B1;tee;1;2;05.03.2024;08:26;V;'
    const { events, summary } = await replayed(
      [
        bazaarHeader,
        good,
        'ada;B1;"tee;1;2;05.03.2024;08:26;V;',
        'ada;B1;tee;1',
        ';B1;tee;1;2;05.03.2024;08:26;V;',
        'ada;B1;tee;1;2;2024-03-05;08:26;V;',
        'ada;B1;tee;zwei;2;05.03.2024;08:26;V;',
        good,
      ],
      bazaar,
    )
    expect(events).toHaveLength(2)
    expect(Object.entries(summary.skipped).map(([reason, { firstRows }]) => [reason, firstRows])).toEqual([
      ['its quotes are broken, or a field goes on in the next line', [3]],
      ['it has not 9 columns', [4]],
      ['it names no customer', [5]],
      ['its instant is not of the format dd.MM.yyyy HH:mm', [6]],
    ])
    expect(summary.rejected).toMatchObject({ field_invalid: { firstRows: [7], example: expect.stringContaining('"zwei"') } })
  })

  test('of a file without a header, with ids of their own, keep those ids; without an order each is one', async () => {
    const { events } = await replayed(['e1,ada,tea,1709627160', 'e2,ada,tea,1709627161'], {
      name: 'bare',
      columns: ['id', 'user', 'item', 'when'],
      type: 'purchase',
      id: 'id',
      customer: 'user',
      instant: { column: 'when', format: 'unix' },
      product: 'item',
      price: { value: '2' },
    })
    expect(events).toMatchObject([
      { id: 'bare:e1', orderId: 'bare:e1', occurredAt: '2024-03-05T08:26:00.000Z', lines: [{ quantity: 1, unitPrice: '2' }] },
      { id: 'bare:e2', orderId: 'bare:e2' },
    ])
  })

  test('keep their ids when the mapping is corrected, so that nothing counts twice', async () => {
    const rows = [bazaarHeader, 'ada;B1;tee;1;2;05.03.2024;08:26;V;']
    const [before, after] = [await replayed(rows, bazaar), await replayed(rows, { ...bazaar, quantity: { value: '3' } })]
    expect(after.events.map(({ id }) => id)).toEqual(before.events.map(({ id }) => id))
  })

  test('in another currency than the shop has stop before anything is sent', async () => {
    await expect(replayed([bazaarHeader], { ...bazaar, currency: { value: 'EUR' } })).rejects.toMatchObject({
      code: 'currency_unsupported',
    })
  })

  test('of columns that the file has not are refused with those it has', async () => {
    await expect(replayed(['a,b', '1,2'], { ...bazaar, delimiter: ',' })).rejects.toThrow(
      /customer names "Kunde"\n.*\n[\s\S]*Its columns are "a", "b"\./,
    )
  })
})

describe('a mapping file', () => {
  const problemsOf = (mapping: unknown) => checkMapping(typeof mapping === 'string' ? mapping : JSON.stringify(mapping)).problems

  test('that is right is taken as it is', () => {
    expect(checkMapping(JSON.stringify(bazaar))).toEqual({ mapping: bazaar })
  })

  test('that is wrong is told everything that is wrong with it, each with what is expected', () => {
    const { name: _, ...nameless } = bazaar
    expect(problemsOf({ ...nameless, qty: 'Menge', customer: 7, type: 'sale' })).toEqual([
      expect.stringMatching(/^name is missing: expected a name for files/),
      expect.stringMatching(/^qty is no field of a mapping; known are name, /),
      expect.stringMatching(/^type: expected one of purchase, refund, view.*; got "sale"$/),
      expect.stringMatching(/^customer: expected a column, or .*; got 7$/),
    ])
    const { price: __, ...priceless } = bazaar
    expect(problemsOf({ ...priceless, instant: { column: 'Datum', format: 'yyyy-mm-dd', timeZone: 'Mars/Olympus' } })).toEqual([
      expect.stringMatching(/^instant: "Mars\/Olympus" is no time zone/),
      expect.stringMatching(/^price is missing: a purchase has one/),
    ])
    expect(problemsOf({ ...bazaar, instant: { column: 'Datum', format: 'yyyy-mm-dd' } })).toEqual([
      expect.stringMatching(/"yyyy-mm-dd" does not tell year, month and day.*mm is minutes/),
    ])
    expect(problemsOf('{ "name": ')).toEqual([expect.stringMatching(/^it is not JSON: /)])
    expect(problemsOf('[]')).toEqual(['expected an object, got a list of 0'])
  })
})

describe('instants of a mapping', () => {
  test.each([
    ['iso', '2024-03-05T08:26:00+05:00', 'Europe/London', '2024-03-05T03:26:00.000Z'],
    ['iso', '2024-07-05 08:26:00', 'Europe/London', '2024-07-05T07:26:00.000Z'],
    ['unix-ms', '1709627160123', 'Asia/Karachi', '2024-03-05T08:26:00.123Z'],
    ['d-MMM-yyyy', '5-Mar-2024', 'Asia/Karachi', '2024-03-04T19:00:00.000Z'],
    ["yyyy-MM-dd'T'HH:mmZZ", '2024-03-05T08:26-08:00', 'Asia/Karachi', '2024-03-05T16:26:00.000Z'],
    ['M/d/yyyy h:mm a', '7/5/2024 1:05 PM', 'America/New_York', '2024-07-05T17:05:00.000Z'],
    ['yyyy-MM-dd HH:mm', '2024-02-30 08:26', 'UTC', undefined],
  ])('of format %s: %s in %s', (format, text, timeZone, expected) => {
    const read = instantReader({ column: 'when', format, timeZone })
    expect(typeof read === 'string' ? read : read(text)).toBe(expected)
  })

  test('are the same whenever the file is read: hours that come twice are the first, hours that never were count on', () => {
    const read = instantReader({ column: 'when', format: 'yyyy-MM-dd HH:mm', timeZone: 'Europe/Berlin' })
    if (typeof read === 'string') throw new Error(read)
    expect(read('2024-10-27 02:30')).toBe('2024-10-27T00:30:00.000Z')
    expect(read('2024-10-27 03:30')).toBe('2024-10-27T02:30:00.000Z')
    expect(read('2024-03-31 02:30')).toBe('2024-03-31T01:30:00.000Z')
  })

  test('read back what clocks of any zone showed, but for hours that came twice', () => {
    const zones = fc.constantFrom(
      'Asia/Karachi',
      'Europe/London',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
    )
    fc.assert(
      fc.property(zones, fc.integer({ min: 1_000_000, max: 29_000_000 }), (timeZone, minutes) => {
        const at = DateTime.fromMillis(minutes * 60_000, { zone: timeZone })
        const read = instantReader({ column: 'when', format: 'yyyy-MM-dd HH:mm', timeZone })
        if (typeof read === 'string') throw new Error(read)
        const back = Date.parse(read(at.toFormat('yyyy-MM-dd HH:mm'))!)
        const again = DateTime.fromMillis(back, { zone: timeZone })
        expect(again.toFormat('yyyy-MM-dd HH:mm')).toBe(at.toFormat('yyyy-MM-dd HH:mm'))
        expect(back).toBeLessThanOrEqual(at.toMillis())
      }),
    )
  })
})

test.each([
  ['1234.5', '.', '1234.5'],
  ['$1,234.50', '.', '1234.50'],
  ['1.234,50 €', ',', '1234.50'],
  ['-3', ',', '-3'],
  ["1'000", '.', '1000'],
  ['six', '.', 'six'],
] as const)('a number written as %s with "%s" is %s', (text, decimal, expected) => {
  expect(plainNumber(text, decimal)).toBe(expected)
})

describe('a guessed mapping', () => {
  test('finds columns, delimiter, decimal sign, dates and types, and says what it cannot know', () => {
    const { mapping, notes } = guessMapping(
      'clicks',
      'visitor_id;event;item;timestamp;amount;colour\n7;view;a;25/12/2024 10:00;1,50;red\n8;addtocart;a;26/12/2024 10:01;;blue\n9;',
    )
    expect(mapping).toEqual({
      name: 'clicks',
      delimiter: ';',
      decimal: ',',
      type: { column: 'event', values: { view: 'view', addtocart: 'cart_add' }, otherwise: 'skip' },
      customer: 'visitor_id',
      instant: { column: 'timestamp', format: 'd/M/yyyy H:mm', timeZone: 'UTC' },
      product: 'item',
      price: 'amount',
      properties: ['colour'],
    })
    expect(notes.join('\n')).toMatch(/timeZone: say where/)
  })

  test('of a file whose columns say nothing cannot be used by mistake', async () => {
    const { mapping } = guessMapping('riddle', 'a,b\n1,2\n')
    expect(checkMapping(JSON.stringify(mapping)).problems).toEqual([expect.stringMatching(/^instant: /)])
    expect(mapping).toMatchObject({ customer: '?', product: '?', price: '?' })
  })
})

async function totalsBy(name: string, currency: string, change: (guess: Mapping) => Mapping) {
  const { head } = await openFile(sharedData(name))
  const fold = new PlainFold()
  const send = async (batch: Parameters<Parameters<typeof replay>[1]['sink']['send']>[0]) => {
    for (const event of batch) fold.add(event)
  }
  const mapping = change(guessMapping('real', head).mapping)
  const summary = await replay(sharedData(name), { shop: { ...shop, currency }, sink: { send }, clock: systemClock, mapping })
  return { summary, totals: fold.totals() }
}

testWithData(
  'Online Retail by the mapping that is guessed for it comes to its published numbers',
  ['online-retail.csv.gz'],
  async () => {
    const { summary, totals } = await totalsBy('online-retail.csv.gz', 'GBP', guess => guess)
    expect(totals).toMatchObject(onlineRetailPlain)
    expect(summary.rejected).toEqual({})
  },
)

testWithData(
  'CDNOW by its guessed mapping, told that the price is of the whole row, comes to its published numbers',
  ['cdnow.csv.gz'],
  async () => {
    const { totals } = await totalsBy('cdnow.csv.gz', 'USD', ({ quantity: _, ...guess }) => ({
      ...guess,
      product: { value: 'cd' },
    }))
    expect(totals).toMatchObject({ customers: 23_500, orders: 49_013, gross: 17_233_545_000 })
  },
)
