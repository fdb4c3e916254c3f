import type { Sql } from '../../../streams/sql.ts'
import type { CatalogueRow, PersonRow } from './growing-shop.ts'

const PAGE = 5000

/**
 * The catalogue, from the state: what each product is called now is the fold of all it was called, which the log would only repeat. Products that
 * were only looked at are in no catalogue.
 */
export const catalogueRows = (sql: Sql): AsyncGenerator<CatalogueRow[]> => pages<CatalogueRow>(sql, CATALOGUE, 'productId')

/** Names and addresses, from the state, where they stand open; on the log they are sealed. */
export const personRows = (sql: Sql): AsyncGenerator<PersonRow[]> => pages<PersonRow>(sql, PEOPLE, 'customerId')

/** Customers as they were numbered, for good, in that order. */
export async function* rosterPages(sql: Sql): AsyncGenerator<string[]> {
  for (let after = -1; ; ) {
    const rows = await sql.query(ROSTER, [after, PAGE])
    if (rows.length === 0) return
    yield rows.map(row => row.customer_id as string)
    after = rows.at(-1)!.number as number
  }
}

async function* pages<Row extends object>(sql: Sql, text: string, key: keyof Row & string): AsyncGenerator<Row[]> {
  for (let after = ''; ; ) {
    const rows = (await sql.query(text, [after, PAGE])) as unknown as Row[]
    if (rows.length === 0) return
    yield rows
    after = rows.at(-1)![key] as string
  }
}

const CATALOGUE = `SELECT product_id AS "productId", name, category, price FROM products
WHERE product_id > $1 AND stamps <> '{}'::jsonb ORDER BY product_id LIMIT $2`
const PEOPLE = `SELECT customer_id AS "customerId", traits->>'email' AS email,
  coalesce(traits->>'name', nullif(concat_ws(' ', traits->>'firstName', traits->>'lastName'), '')) AS name
FROM profiles WHERE customer_id > $1 ORDER BY customer_id LIMIT $2`
const ROSTER = 'SELECT number, customer_id FROM analytics_customers WHERE number > $1 ORDER BY number LIMIT $2'
