import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataValidationError } from '../../../../infra/analytics/customer-analytics-error.ts'
import { readShop } from '../../../../infra/analytics/read/read-shop.ts'
import { CUSTOMERS, LINES, NOW, PRODUCTS, type ShopTexts, shopOf } from '../../../support/shop-files.ts'

const ONE = [...LINES, 't1,c1,p1,2021-03-04,250,2']

async function faultOf(texts: ShopTexts, options = {}): Promise<DataValidationError> {
  const fault = await shopOf({ transactions: ONE, ...texts }, options).then(
    () => undefined,
    error => error,
  )
  expect(fault).toBeInstanceOf(DataValidationError)
  expect(fault.fix.length).toBeGreaterThan(10)
  return fault
}

describe('a file that is none is told with what to do about it', () => {
  const faults: Record<string, [ShopTexts, string, RegExp]> = {
    'an empty file': [{ customers: '' }, 'file_empty', /^customers\.csv is empty\.$/],
    'an empty archive': [{ customers: gzipSync('') }, 'file_empty', /^customers\.csv is empty\.$/],
    'a byte order mark alone': [{ products: '\ufeff' }, 'file_empty', /^products\.csv is empty\.$/],
    'nothing but line ends': [{ products: '\n\n\n' }, 'file_binary', /^products\.csv is no text with a header/],
    'a header alone': [{ transactions: LINES }, 'rows_missing', /^transactions\.csv has a header and no rows\.$/],
    'a header alone, of customers': [{ customers: CUSTOMERS[0]! }, 'rows_missing', /^customers\.csv has a header and no rows\.$/],
    'a spreadsheet': [{ products: Buffer.from('PK\u0003\u0004\u0014\0\u0006\0') }, 'file_binary', /is no CSV but a spreadsheet/],
    'a picture': [
      { products: Buffer.from('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR', 'latin1') },
      'file_binary',
      /is no CSV but a picture/,
    ],
    'NUL bytes alone': [{ products: Buffer.alloc(5_000_000) }, 'file_binary', /no text with a header/],
    'a file of 3 MB without a line end': [{ products: 'x'.repeat(3_000_000) }, 'file_binary', /no text with a header/],
    'a JSON file': [{ products: '[{"product_id":"p1"}]\n' }, 'columns_missing', /^products\.csv has no column product_id/],
    'an archive that is cut off': [
      { transactions: gzipSync(`${ONE.join('\n')}\n${randomBytes(200_000).toString('hex')}`).subarray(0, 100_000) },
      'file_unreadable',
      /^transactions\.csv breaks off: unexpected end of file\.$/,
    ],
    'an archive that is cut off at once': [
      { transactions: gzipSync(ONE.join('\n')).subarray(0, 20) },
      'file_unreadable',
      /archive|breaks off/,
    ],
    'rows of which none can be used': [
      { transactions: [...LINES, 't1,c1,p1,soon,1,1', 't1,c1,p1,later,1,1', 't1,c1,p1,2021-03-04,dear,1'] },
      'rows_missing',
      /^transactions\.csv has no row that can be used\. Rows of transactions whose purchase_date is no date that exists were left out: 2 \(such as "soon"\); Rows .*"dear"\)\.$/,
    ],
  }

  test.each(Object.entries(faults))('%s', async (_, [texts, code, says]) => {
    const fault = await faultOf(texts)
    expect([fault.code, fault.message]).toEqual([code, expect.stringMatching(says)])
  })

  test.each([
    ['a file that is not there', 'none.csv', /none\.csv is not there\.$/],
    ['a folder', '.', /is a folder/],
    ['a path through a file', 'customers.csv/none.csv', /is not there\.$/],
  ])('%s', async (_, name, says) => {
    const folder = mkdtempSync(join(tmpdir(), 'tarang-shop-'))
    try {
      const [customers, products] = [join(folder, 'customers.csv'), join(folder, 'products.csv')]
      writeFileSync(customers, CUSTOMERS.join('\n'))
      writeFileSync(products, PRODUCTS.join('\n'))
      const reading = readShop({ customers, products, transactions: join(folder, name) }, { now: NOW })
      await expect(reading).rejects.toMatchObject({ code: 'file_unreadable', message: expect.stringMatching(says) })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('columns that are missing are named, with what may be meant and what is there', async () => {
    const fault = await faultOf({
      transactions: 'InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,2,3,4,5,6,7\n',
    })
    expect(fault.code).toBe('columns_missing')
    expect(fault.message).toBe(
      'transactions.csv has no column transaction_id (perhaps "InvoiceNo"), product_id (perhaps "StockCode"), purchase_date (perhaps "InvoiceDate"), ' +
        'price (perhaps "UnitPrice"); its columns are InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice, CustomerID, Country.',
    )
  })

  test('what breaks off in one file does not keep another one open', async () => {
    for (let n = 0; n < 50; n++) await faultOf({ products: 'x\n1\n' })
    expect(process.getActiveResourcesInfo().filter(name => name.includes('FS')).length).toBeLessThan(5)
  })
})

test('whatever bytes files hold, they are a shop or are told to be none', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 100 }).map(text => new TextEncoder().encode(text)),
  )
  const after = (header: string) =>
    fc.tuple(fc.boolean(), bytes).map(([whole, bytes]) => Buffer.concat([Buffer.from(whole ? '' : `${header}\n`), bytes]))
  await fc.assert(
    fc.asyncProperty(
      after(CUSTOMERS[0]!),
      after(PRODUCTS[0]!),
      after(ONE.join('\n')),
      async (customers, products, transactions) => {
        const read = await shopOf({ customers, products, transactions }).catch(error => error)
        if (!(read instanceof DataValidationError)) expect(read.shop.lines.at.length).toBeGreaterThan(0)
      },
    ),
    { numRuns: 200 },
  )
})

describe('memory', () => {
  const many = [...LINES, ...Array.from({ length: 20_000 }, (_, n) => `t${n},c1,p1,2021-03-04,${n + 1},2`)]

  test('that is short is told before the system does, with what would be needed', async () => {
    const fault = await faultOf({ transactions: many }, { memory: 3_000_000 })
    expect(fault.code).toBe('memory_short')
    expect(fault.message).toMatch(
      /^transactions\.csv does not fit: about 0\.00\d GB of memory would be needed, and 0\.003 GB may be taken\.$/,
    )
  })

  test('that is enough is enough', async () => {
    const { shop } = await shopOf({ transactions: many }, { memory: 8_000_000 })
    expect(shop.lines.at).toHaveLength(20_000)
  })
})

test('progress is told for each file up to its end', async () => {
  const told: string[] = []
  await shopOf({ transactions: ONE }, { say: ({ file, read, total }) => told.push(`${file} ${read === total}`) })
  expect(told.slice(-1)).toEqual(['transactions true'])
  expect(new Set(told.map(one => one.split(' ')[0]))).toEqual(new Set(['customers', 'products', 'transactions']))
})

test('reading that is no longer wanted ends', async () => {
  await expect(shopOf({ transactions: ONE }, { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
})
