import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { CUSTOMERS, countsOf, customersOf, LINES, linesOf, PRODUCTS, shopOf } from '../../../support/shop-files.ts'

const TWO = [...LINES, 't1,c1,p1,2021-03-04,250,2', 't2,c2,p2,2021-03-05T10:30:00Z,900.50,1']
const TWO_READ = [
  [0, 'c1', 'p1', '2021-03-04T00:00', 500, 2],
  [1, 'c2', 'p2', '2021-03-05T10:30', 900.5, 1],
]

describe('files as they should be', () => {
  test('come out as they stand there, and nothing is said of them', async () => {
    const { shop, validation } = await shopOf({ transactions: TWO })
    expect(linesOf(shop)).toEqual(TWO_READ)
    expect(shop.lines.orders).toBe(2)
    expect(customersOf(shop)).toEqual([
      ['c1', 'Ada', 'ada@example.com', '2020-01-01', 1],
      ['c2', 'Bilal', 'bilal@example.com', '2020-02-01', 1],
    ])
    expect(shop.products).toMatchObject({ id: ['p1', 'p2'], name: ['Tea', 'Mug'], category: ['Drinks', 'Kitchen'] })
    expect([...shop.products.price]).toEqual([2_500_000, 9_005_000])
    expect(validation.problems).toEqual([])
    expect(validation.files.transactions).toEqual({
      name: 'transactions.csv',
      compression: 'none',
      encoding: 'utf-8',
      delimiter: ',',
      columns: ['transaction_id', 'customer_id', 'product_id', 'purchase_date', 'price', 'quantity'],
      rows: 2,
      used: 2,
      leftOut: 0,
      readAs: { purchase_date: 'year-month-day', price: 'decimal point', quantity: 'decimal point' },
    })
  })

  test('need no quantity, and go without names, e-mails, categories and prices', async () => {
    const { shop, validation } = await shopOf({
      customers: ['customer_id', 'c1'],
      products: ['product_id', 'p1'],
      transactions: ['transaction_id,customer_id,product_id,purchase_date,price', 't1,c1,p1,2021-03-04,250'],
    })
    expect(linesOf(shop)).toEqual([[0, 'c1', 'p1', '2021-03-04T00:00', 250, 1]])
    expect(customersOf(shop)).toEqual([['c1', '', '', '', 1]])
    expect([...shop.products.price]).toEqual([Number.NaN])
    expect(validation.problems.map(({ column, code, rows }) => [column, code, rows])).toEqual([
      ['name', 'column_absent', 1],
      ['email', 'column_absent', 1],
      ['registration_date', 'column_absent', 1],
      ['product_name', 'column_absent', 1],
      ['category', 'column_absent', 1],
      ['price', 'column_absent', 1],
      ['quantity', 'column_absent', 1],
    ])
  })
})

describe('the same shop, written otherwise', () => {
  const ways: Record<string, (text: string) => string | Buffer> = {
    'with a byte order mark': text => `\ufeff${text}`,
    'with semicolons': text => text.replaceAll(',', ';'),
    'with tabs': text => text.replaceAll(',', '\t'),
    'with bars': text => text.replaceAll(',', '|'),
    'with the delimiter told as Excel does': text => `sep=;\r\n${text.replaceAll(',', ';')}`,
    'with CR LF': text => text.replaceAll('\n', '\r\n'),
    'with CR alone': text => text.replaceAll('\n', '\r'),
    'without an end of the last line': text => text.trimEnd(),
    'with empty lines': text => `\n\n${text.replaceAll('\n', '\n\n')}\n`,
    'with every field in quotes': text => text.replace(/[^,\n]+/g, '"$&"'),
    compressed: text => gzipSync(text),
    'compressed in two pieces': text => Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]),
    'as UTF-16': text => Buffer.from(`\ufeff${text}`, 'utf16le'),
    'as UTF-16 of the other order': text => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    'with names of columns in capitals and blanks around them': text =>
      text.replace(/^.*/, header => header.toUpperCase().replaceAll(',', ' , ')),
    'with more columns than needed': text => text.replace(/$/gm, ',"more, of it"').replace(/(?:,"more, of it")$/, ''),
    'with empty fields behind its columns': text => text.replace(/(?<=\d)$/gm, ',,'),
  }

  test.each(Object.entries(ways))('%s comes out the same', async (name, way) => {
    const text = (lines: readonly string[]) => way(`${lines.join('\n')}\n`)
    const { shop, validation } = await shopOf({ customers: text(CUSTOMERS), products: text(PRODUCTS), transactions: text(TWO) })
    expect(linesOf(shop)).toEqual(TWO_READ)
    expect(validation.files.products.compression).toBe(
      Buffer.isBuffer(text(TWO)) && name.startsWith('compressed') ? 'gzip' : 'none',
    )
    expect(validation.files.products.encoding).toBe(name.startsWith('as UTF-16') ? 'utf-16' : 'utf-8')
    expect(shop.customers.name).toEqual(['Ada', 'Bilal'])
    expect(shop.products.name).toEqual(['Tea', 'Mug'])
  })
})

describe('files that are not as they should be', () => {
  test('quoted line ends, delimiters and quotes stay within their field', async () => {
    const { shop } = await shopOf({
      customers: ['customer_id,name,email,registration_date', 'c1,"Ada ""the, first""\nof Lovelace",ada@example.com,2020-01-01'],
      transactions: [...LINES, 't1,c1,p1,2021-03-04,250,2'],
    })
    expect(shop.customers.name).toEqual(['Ada "the, first"\nof Lovelace'])
  })

  test('Latin-1 and Windows-1252 are read as such, and counted', async () => {
    const { shop, validation } = await shopOf({
      customers: Buffer.from('customer_id,name\nc1,Jos\xe9 \x80\nc2,Zo\xeb\nc3,Ada\n', 'latin1'),
      products: Buffer.concat([
        Buffer.from('product_id,product_name,category,price\np1,چائے,'),
        Buffer.from('Caf\xe9,1\n', 'latin1'),
      ]),
      transactions: TWO,
    })
    expect(shop.customers.name).toEqual(['José €', 'Zoë', 'Ada'])
    expect([shop.products.name[0], shop.products.category[0]]).toEqual(['چائے', 'Café'])
    expect(countsOf(validation.problems)).toMatchObject({
      'customers name not_utf8 repaired': 2,
      'products category not_utf8 repaired': 1,
    })
    expect(validation.files.customers.encoding).toBe('windows-1252')
  })

  test('ids are one however each file spells their letters', async () => {
    const { shop } = await shopOf({
      customers: Buffer.from('customer_id,name\nJos\xe9,Jos\xe9\n', 'latin1'),
      transactions: [...LINES, 't1,José,p1,2021-03-04,250,2', 't2,José,p1,2021-03-04,250,2'],
    })
    expect(shop.customers.id).toEqual(['José'])
  })

  test('a tenth of repeated rows counts once', async () => {
    const lines = Array.from({ length: 100 }, (_, n) => `t${n >> 1},c${(n % 2) + 1},p${(n % 2) + 1},2021-03-04,${n + 1},1`)
    const { shop, validation } = await shopOf({
      customers: [...CUSTOMERS, CUSTOMERS[1]!, 'c2,Somebody else,b@example.com,2020-02-01'],
      products: [...PRODUCTS, PRODUCTS[2]!, 'p1,Tea,Drinks,251'],
      transactions: [...LINES, ...lines, ...lines.filter((_, n) => n % 10 === 3)],
    })
    expect(linesOf(shop)).toHaveLength(100)
    expect(shop.customers.name).toEqual(['Ada', 'Bilal'])
    expect([...shop.products.price]).toEqual([2_500_000, 9_005_000])
    expect(countsOf(validation.problems)).toEqual({
      'customers * row_repeated left_out': 1,
      'customers customer_id id_repeated left_out': 1,
      'products * row_repeated left_out': 1,
      'products product_id id_repeated left_out': 1,
      'transactions * row_repeated left_out': 10,
    })
    expect(validation.problems.at(-1)!.examples[0]).toEqual({ row: 102, value: 't1' })
    expect(validation.files.transactions).toMatchObject({ rows: 110, used: 100, leftOut: 10 })
  })

  test('another product, price, day or number of pieces makes another line of an order', async () => {
    const lines = [
      't1,c1,p1,2021-03-04,5,1',
      't1,c1,p2,2021-03-04,5,1',
      't1,c1,p1,2021-03-04,6,1',
      't1,c1,p1,2021-03-05,5,1',
      't1,c1,p1,2021-03-04,5,2',
    ]
    const { shop } = await shopOf({ transactions: [...LINES, ...lines, lines[0]!] })
    expect(linesOf(shop)).toHaveLength(5)
    expect(shop.lines.orders).toBe(1)
  })

  test('repeated rows of one order of thousands are found without comparing each with each', async () => {
    const lines = Array.from({ length: 5000 }, (_, n) => `t1,c1,p1,2021-03-04,${n},1`)
    const { shop, validation } = await shopOf({ transactions: [...LINES, ...lines, ...lines] })
    expect(shop.lines.at).toHaveLength(5000)
    expect(countsOf(validation.problems)['transactions * row_repeated left_out']).toBe(5000)
  })

  test('customers and products that only lines name are there all the same, and counted', async () => {
    const { shop, validation } = await shopOf({
      transactions: [...TWO, 't3,stranger,p9,2021-03-06,10,1', 't4,stranger,p1,2021-03-06,10,1'],
    })
    expect(customersOf(shop).at(-1)).toEqual(['stranger', '', '', '', 0])
    expect([...shop.products.known]).toEqual([1, 1, 0])
    expect(shop.products.price[2]).toBeNaN()
    expect(linesOf(shop).slice(2)).toEqual([
      [2, 'stranger', 'p9', '2021-03-06T00:00', 10, 1],
      [3, 'stranger', 'p1', '2021-03-06T00:00', 10, 1],
    ])
    expect(countsOf(validation.problems)).toEqual({
      'transactions customer_id customer_not_in_file kept': 2,
      'transactions product_id product_not_in_file kept': 1,
    })
  })

  test('who is named only by rows that are left out is nobody', async () => {
    const { shop, validation } = await shopOf({
      transactions: [...LINES, 't0,ghost,p8,2031-01-01,10,1', ...TWO.slice(1), 't3,stranger,p9,2021-03-06,10,1'],
    })
    expect(shop.customers.id).toEqual(['c1', 'c2', 'stranger'])
    expect(shop.products.id).toEqual(['p1', 'p2', 'p9'])
    expect(linesOf(shop)).toEqual([...TWO_READ, [2, 'stranger', 'p9', '2021-03-06T00:00', 10, 1]])
    expect(shop.lines.orders).toBe(3)
    expect(countsOf(validation.problems)).toMatchObject({ 'transactions purchase_date purchase_in_future left_out': 1 })
    expect(validation.problems.find(({ code }) => code === 'customer_not_in_file')!.examples).toEqual([
      { row: 5, value: 'stranger' },
    ])
  })

  test('one customer with one line is a shop', async () => {
    const { shop } = await shopOf({
      customers: CUSTOMERS.slice(0, 2),
      products: PRODUCTS.slice(0, 2),
      transactions: TWO.slice(0, 2),
    })
    expect(linesOf(shop)).toEqual(TWO_READ.slice(0, 1))
  })

  test('a price of a billion rupees is kept to the paisa, and what no sum could hold is left out', async () => {
    const { shop, validation } = await shopOf({
      transactions: [
        ...LINES,
        't1,c1,p1,2021-03-04,1000000000.01,1',
        't2,c1,p1,2021-03-04,1e15,1',
        't3,c1,p1,2021-03-04,-1e15,1',
      ],
    })
    expect([...shop.lines.amount]).toEqual([10_000_000_000_100])
    expect(countsOf(validation.problems)).toEqual({
      'transactions price number_exponent repaired': 2,
      'transactions price amount_too_large left_out': 2,
      'transactions price price_far_off kept': 1,
    })
    expect(validation.problems.at(-1)!.examples).toEqual([{ row: 2, value: '1000000000.01' }])
  })

  test('a price far from that of the file of products is told; a refund and a product without a price are not', async () => {
    const { validation } = await shopOf({
      products: [...PRODUCTS, 'p3,Gift,Kitchen,'],
      transactions: [
        ...LINES,
        't1,c1,p1,2021-03-04,25000,1',
        't2,c1,p1,2021-03-04,25000.01,1',
        't3,c1,p1,2021-03-04,-90000,1',
        't4,c1,p3,2021-03-04,90000,1',
      ],
    })
    expect(countsOf(validation.problems)).toEqual({
      'products price value_unknown kept': 1,
      'transactions price price_far_off kept': 1,
      'transactions price price_negative kept': 1,
    })
  })

  test('NUL bytes cost the rows that have them', async () => {
    const { shop, validation } = await shopOf({
      transactions: [...TWO, 't3,c1,p1,2021-0\u00003-06,10,1', `${'\0'.repeat(10_000)}`, 't4,c1,p1,2021-03-06,10,1'],
    })
    expect(linesOf(shop)).toHaveLength(3)
    expect(countsOf(validation.problems)).toEqual({ 'transactions * nul_bytes left_out': 2 })
    expect(validation.problems[0]!.examples[0]).toEqual({ row: 4, value: 't3,c1,p1,2021-0·3-06,10,1' })
  })

  test('a row of 10 MB costs itself alone', async () => {
    const { shop, validation } = await shopOf({
      transactions: [...TWO, `t3,${'x'.repeat(10_000_000)}`, 't4,c1,p1,2021-03-06,10,1'],
    })
    expect(linesOf(shop)).toEqual([...TWO_READ, [2, 'c1', 'p1', '2021-03-06T00:00', 10, 1]])
    expect(countsOf(validation.problems)).toEqual({ 'transactions * row_too_long left_out': 1 })
  })

  test('a quote that is never closed costs its own row alone', async () => {
    const many = Array.from({ length: 50_000 }, (_, n) => `t${n},c1,p1,2021-03-06,${(n % 1000) + 1},1`)
    const { shop, validation } = await shopOf({ transactions: [...TWO, 't3,"c1,p1,2021-03-06,10,1', ...many] })
    expect(shop.lines.at).toHaveLength(50_002)
    expect(countsOf(validation.problems)).toEqual({ 'transactions * quotes_broken left_out': 1 })
    expect(validation.problems[0]!.examples[0]).toEqual({ row: 4, value: 't3,"c1,p1,2021-03-06,10,1' })
  })

  test('the header once more, in the middle, is no row', async () => {
    const { shop, validation } = await shopOf({
      customers: [...CUSTOMERS.slice(0, 2), CUSTOMERS[0]!, CUSTOMERS[2]!],
      transactions: [...TWO.slice(0, 2), ` ${LINES[0]!.toUpperCase()}`, `\ufeff${LINES[0]}`, TWO[2]!],
    })
    expect(linesOf(shop)).toEqual(TWO_READ)
    expect(countsOf(validation.problems)).toEqual({
      'customers * header_repeated left_out': 1,
      'transactions * header_repeated left_out': 2,
    })
  })

  test('rows that end early or go on behind the header are left out', async () => {
    const { shop, validation } = await shopOf({
      transactions: [...TWO, 't3,c1,p1,2021-03-06', 't4,c1,p1,2021-03-06,12,50,1', 't5,c1,p1,2021-03-06,12'],
    })
    expect(linesOf(shop)).toEqual([...TWO_READ, [2, 'c1', 'p1', '2021-03-06T00:00', 12, 1]])
    expect(countsOf(validation.problems)).toEqual({
      'transactions * fields_lacking left_out': 1,
      'transactions * fields_surplus left_out': 1,
      'transactions quantity quantity_assumed repaired': 1,
    })
  })

  test('ids that a program took for numbers are what they were, and where digits are lost that is said', async () => {
    const { shop, validation } = await shopOf({
      customers: ['customer_id', '17850', '1.23E+11'],
      transactions: [
        ...LINES,
        '536365.0,17850.0,p1,2021-03-04,5,1',
        '536365,17850,p1,2021-03-04,5,1',
        '9,1.23E+11,v2.0,2021-03-04,5,1',
      ],
    })
    expect(linesOf(shop)).toEqual([
      [0, '17850', 'p1', '2021-03-04T00:00', 5, 1],
      [1, '1.23E+11', 'v2.0', '2021-03-04T00:00', 5, 1],
    ])
    expect(countsOf(validation.problems)).toMatchObject({
      'customers customer_id id_exponent kept': 1,
      'transactions customer_id id_decimal repaired': 1,
      'transactions customer_id id_exponent kept': 1,
      'transactions transaction_id id_decimal repaired': 1,
      'transactions * row_repeated left_out': 1,
    })
  })

  test('what customers and products do not tell stays unknown, and so does what means nothing', async () => {
    const { shop, validation } = await shopOf({
      customers: ['customer_id,name,email,registration_date', 'c1,Null,NULL,NULL', 'c2,,,', 'c3,NaN,c@example.com,2020-02-30'],
      products: [
        'product_id,product_name,category,price',
        'p1,,N/A,',
        'p2,Mug,Kitchen,dear',
        'p3,Gift,Kitchen,0',
        'p4,Gift,Kitchen,-5',
        'p5,Tea,None,n/a',
      ],
      transactions: TWO,
    })
    expect(customersOf(shop)).toEqual([
      ['c1', 'Null', '', '', 1],
      ['c2', '', '', '', 1],
      ['c3', '', 'c@example.com', '', 1],
    ])
    expect([...shop.products.price].every(Number.isNaN)).toBe(true)
    expect(shop.products.category).toEqual(['', 'Kitchen', 'Kitchen', 'Kitchen', 'None'])
    expect(countsOf(validation.problems)).toEqual({
      'customers name value_unknown kept': 2,
      'customers email value_unknown kept': 2,
      'customers registration_date value_unknown kept': 2,
      'customers registration_date date_unknown kept': 1,
      'products product_name value_unknown kept': 1,
      'products category value_unknown kept': 1,
      'products price value_unknown kept': 2,
      'products price price_unreadable kept': 1,
      'products price price_not_positive kept': 2,
    })
  })

  test('a column that is there twice is read once, and that is told; spreadsheets keep their numbers of Urdu and of accountants', async () => {
    const { shop, validation } = await shopOf({
      transactions: [`${LINES[0]},Price`, 't1,c1,p1,2021-03-04,۵۰۰٫۲۵,1,7', 't2,c1,p1,2021-03-04,(5.25),1,7'],
    })
    expect(linesOf(shop).map(line => line[4])).toEqual([500.25, -5.25])
    expect(countsOf(validation.problems)).toEqual({
      'transactions price column_twice kept': 1,
      'transactions price digits_not_latin repaired': 1,
      'transactions price number_sign repaired': 1,
      'transactions price price_negative kept': 1,
    })
  })

  test('rows of nothing but delimiters are no rows', async () => {
    const { shop, validation } = await shopOf({
      customers: [...CUSTOMERS, ',,,', ',,,'],
      transactions: [...TWO, ',,,,,', ',,,,,'],
    })
    expect(linesOf(shop)).toEqual(TWO_READ)
    expect(validation.problems).toEqual([])
    expect(validation.files.customers.rows).toBe(2)
  })

  test('values that are missing or mean nothing are told from values that are wrong', async () => {
    const rows = [
      't1,,p1,2021-03-04,1,1',
      't1,NULL,p1,2021-03-04,1,1',
      't1,c1,,2021-03-04,1,1',
      't1,c1,p1,,1,1',
      't1,c1,p1,2021-02-29,1,1',
      't1,c1,p1,soon,1,1',
      't1,c1,p1,2021-03-04,,1',
      't1,c1,p1,2021-03-04,N/A,1',
      't1,c1,p1,2021-03-04,dear,1',
      't1,c1,p1,2021-03-04,1,few',
      ',c1,p1,2021-03-04,1,1',
      ',c1,p1,2021-03-04,1,1',
      't2,c1,p1,1969-12-31,1,1',
      `t2,${'x'.repeat(256)},p1,2021-03-04,1,1`,
    ]
    const { shop, validation } = await shopOf({ transactions: [...LINES, ...rows] })
    expect(linesOf(shop).map(([order]) => order)).toEqual([0, 1])
    expect(countsOf(validation.problems)).toEqual({
      'transactions customer_id value_missing left_out': 2,
      'transactions product_id value_missing left_out': 1,
      'transactions purchase_date value_missing left_out': 1,
      'transactions purchase_date date_unreadable left_out': 2,
      'transactions purchase_date date_before_1970 left_out': 1,
      'transactions price value_missing left_out': 2,
      'transactions price number_unreadable left_out': 1,
      'transactions quantity quantity_unreadable left_out': 1,
      'transactions transaction_id order_id_missing kept': 2,
      'transactions customer_id id_too_long left_out': 1,
    })
  })

  test('refunds are below 0 in amount and pieces, whichever way they are told; what costs nothing is kept', async () => {
    const { shop, validation } = await shopOf({
      transactions: [
        ...LINES,
        't1,c1,p1,2021-03-04,5,-2',
        't2,c1,p1,2021-03-04,-5,2',
        't3,c1,p1,2021-03-04,-5,-2',
        't4,c1,p1,2021-03-04,0,2',
        't5,c1,p1,2021-03-04,5,0',
      ],
    })
    expect(linesOf(shop).map(line => line.slice(4))).toEqual([
      [-10, -2],
      [-10, -2],
      [-10, -2],
      [0, 2],
      [0, 0],
    ])
    expect(countsOf(validation.problems)).toEqual({
      'transactions price price_zero kept': 1,
      'transactions price price_negative kept': 2,
      'transactions quantity quantity_zero kept': 1,
      'transactions quantity quantity_negative kept': 2,
    })
  })

  test('rules of customers: addresses, days of registration, purchases before them; no address is told', async () => {
    const { shop, validation } = await shopOf({
      customers: [
        'customer_id,name,email,registration_date',
        'c1,Ada,ada@example,2022-01-01',
        'c2,Bilal,bilal@example.com,2031-01-01',
        ' c3 ,Cyra,,never',
      ],
      transactions: TWO,
    })
    expect(customersOf(shop)).toEqual([
      ['c1', 'Ada', 'ada@example', '2022-01-01', 1],
      ['c2', 'Bilal', 'bilal@example.com', '', 1],
      ['c3', 'Cyra', '', '', 1],
    ])
    expect(countsOf(validation.problems)).toEqual({
      'customers customer_id trimmed repaired': 1,
      'customers email email_malformed kept': 1,
      'customers email value_unknown kept': 1,
      'customers registration_date date_unknown kept': 1,
      'customers registration_date registration_out_of_range kept': 1,
      'transactions purchase_date purchase_before_registration kept': 1,
    })
    expect(validation.problems.find(({ code }) => code === 'email_malformed')!.examples).toEqual([
      { row: 2, value: 'a•••@example' },
    ])
  })
})
