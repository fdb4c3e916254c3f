import { comparisonsOf } from '../../models/flow/conditions-of.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { Tx } from '../../streams/sql.ts'

/** Pairs that go with a campaign at most: a record of the log has bounds, and a segment of a shop's products is named by less. */
const MOST = 5000
const CATEGORY = /^(purchases|clicks)\.(last_)?category$/

/** [product, category] of the products, as they are now, in categories that a flow's conditions name: events name products alone. */
export async function namedCategories(tx: Tx, flow: Flow): Promise<string[][]> {
  const comparisons = comparisonsOf(flow)
    .map(({ comparison }) => comparison)
    .filter(({ field }) => CATEGORY.test(field))
  if (comparisons.length === 0) return []
  const named = (part: boolean) =>
    comparisons.filter(({ op }) => (op === 'contains') === part).flatMap(({ value }) => [value ?? []].flat().map(String))
  const all = comparisons.some(({ op }) => op === 'exists')
  const rows = await tx.query(
    `SELECT product_id, category FROM products WHERE category IS NOT NULL AND ($1 OR category = ANY($2::text[])
       OR EXISTS (SELECT FROM unnest($3::text[]) part WHERE position(part IN category) > 0)) ORDER BY product_id LIMIT ${MOST}`,
    [all, named(false), named(true)],
  )
  return rows.map(row => [row.product_id as string, row.category as string])
}
