import type { Sql } from '../../streams/sql.ts'

/** What a shop sells, as far as whoever writes its flows must know: enough to get its words right. */
export interface ShopGoods {
  readonly categories: readonly string[]
  readonly products: readonly string[]
}

const CATEGORIES = 30
const PRODUCTS = 30
const LONGEST = 60

/** The largest categories, and what trends most. */
export async function shopGoods(sql: Sql): Promise<ShopGoods> {
  const categories = await sql.query(
    `SELECT category AS name FROM products WHERE available AND category IS NOT NULL
     GROUP BY category ORDER BY count(*) DESC, category LIMIT ${CATEGORIES}`,
  )
  const products = await sql.query(
    `SELECT name FROM products WHERE available AND name IS NOT NULL ORDER BY trend_value DESC, product_id LIMIT ${PRODUCTS}`,
  )
  const names = (rows: readonly Record<string, unknown>[]) => rows.map(({ name }) => (name as string).slice(0, LONGEST))
  return { categories: names(categories), products: names(products) }
}
