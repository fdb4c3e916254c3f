import type { Values } from '../../models/templates/fill-template.ts'
import { priceText } from '../../models/templates/step-values.ts'
import type { Language } from '../../models/text/language.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'

/** What texts say of the products that are recommended to customers. */
export interface ProductValues {
  /** Reads those of a page (`items` of the newest lists) that are not known yet. */
  learn(rows: readonly SqlRow[]): Promise<void>
  of(row: SqlRow, language: Language): Values
}

interface Product {
  readonly name: string | undefined
  readonly price: number | undefined
}

/** The first three of each list, by name, and the price of the first. Products are read once each. */
export function productValues(sql: Sql, currency: string): ProductValues {
  const known = new Map<string, Product>()
  return {
    async learn(rows) {
      const missing = [...new Set(rows.flatMap(idsOf))].filter(id => !known.has(id))
      if (missing.length === 0) return
      const found = await sql.query('SELECT product_id, name, price FROM products WHERE product_id = ANY($1::text[])', [missing])
      for (const id of missing) known.set(id, { name: undefined, price: undefined })
      for (const { product_id, name, price } of found)
        known.set(product_id as string, {
          name: typeof name === 'string' ? name : undefined,
          price: typeof price === 'string' ? Number(price) : undefined,
        })
    },
    of(row, language) {
      const [first, second, third] = idsOf(row).map(id => known.get(id))
      const price = first?.price === undefined ? undefined : priceText(first.price, currency, language)
      return { product: first?.name, product_2: second?.name, product_3: third?.name, price }
    },
  }
}

function idsOf({ items }: SqlRow): string[] {
  return Array.isArray(items) ? (items as { productId: string }[]).slice(0, 3).map(({ productId }) => productId) : []
}
