import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { rfmColumns } from '../../../../models/analytics/rfm/rfm-columns.ts'
import { cdnow, onlineRetailPlain } from '../../../support/published-totals.ts'
import { sharedData, testWithData } from '../../../support/shared-data.ts'
import { countsOf, shopOf } from '../../../support/shop-files.ts'

const CUSTOMERS = 'customer_id\nnobody\n'
const PRODUCTS = 'product_id\nnothing\n'

/** A published file under the contract's names of columns. */
const renamed = (file: string, header: string): string =>
  gunzipSync(readFileSync(sharedData(file)))
    .toString('utf8')
    .replace(/^.*/, header)

const sum = (column: Float64Array): number => column.reduce((total, one) => total + one, 0)

testWithData(
  'UCI Online Retail comes to the published totals; without repeated lines it comes to less, and that is told',
  ['online-retail.csv.gz'],
  async () => {
    const transactions = renamed(
      'online-retail.csv.gz',
      'transaction_id,product_id,description,quantity,purchase_date,price,customer_id,country',
    )
    const files = { customers: CUSTOMERS, products: PRODUCTS, transactions }
    const { shop, validation } = await shopOf(files, { keepRepeated: true })
    const facts = rfmColumns(shop.lines, shop.customers.id.length)
    expect({
      customers: facts.orders.filter(orders => orders > 0).length,
      orders: facts.orders.reduce((total, one) => total + one, 0),
      purchaseLines: facts.lines.purchases,
      gross: sum(facts.gross),
      net: sum(facts.net.filter((_, customer) => facts.orders[customer]! > 0)),
    }).toEqual(onlineRetailPlain)
    const repeated = countsOf(validation.problems)['transactions * row_repeated_kept kept']!
    const once = await shopOf(files)
    expect(countsOf(once.validation.problems)['transactions * row_repeated left_out']).toBe(repeated)
    expect(once.shop.lines.at.length).toBe(shop.lines.at.length - repeated)
    expect(repeated).toBeGreaterThan(1000)
  },
)

testWithData('CDNOW comes to the published totals', ['cdnow.csv.gz'], async () => {
  const lines = renamed('cdnow.csv.gz', 'transaction_id,customer_id,purchase_date,number_of_cds,price')
  const { shop } = await shopOf({
    customers: CUSTOMERS,
    products: PRODUCTS,
    transactions: lines
      .replace(/$/gm, ',cds')
      .replace(/^(.*),cds/, '$1,product_id')
      .replace(/\n,cds$/, '\n'),
  })
  const facts = rfmColumns(shop.lines, shop.customers.id.length)
  expect(shop.customers.id.length - 1).toBe(cdnow.customers)
  expect(facts.orders.filter(orders => orders > 0)).toHaveLength(cdnow.customersWithPurchase)
  expect(facts.orders.reduce((total, one) => total + one, 0)).toBe(cdnow.orders)
  expect((sum(facts.gross) / 10_000).toFixed(2)).toBe(cdnow.gross)
})
