import { csvFields } from '../../producers/files/csv-fields.ts'
import type { Inbound } from '../../schemas/events.ts'
import { Complaint } from '../cli/complaint.ts'
import { linesOf } from './read-interactions.ts'

const NAMES = ['product_id', 'product_name', 'category', 'price'] as const

/** Rows of product_id, product_name, category, price as events of the catalogue; broken rows are left out and counted. */
export async function readProducts(path: string, at: number, currency: string): Promise<{ events: Inbound[]; broken: number }> {
  const events: Inbound[] = []
  let columns: number[] | undefined
  let broken = 0
  for await (const line of linesOf(path)) {
    const fields = csvFields(line.replace(/^\ufeff/, ''))
    if (columns === undefined) {
      columns = NAMES.map(name => fields?.findIndex(field => field.trim().toLowerCase() === name) ?? -1)
      if (columns[0] === -1) throw new Complaint(`${path}: it has no column product_id; expected ${NAMES.join(', ')}`)
      continue
    }
    const [productId, name, category, price] = columns.map(column => fields?.[column]?.trim() || undefined)
    if (productId === undefined) {
      if (line.trim() !== '') broken++
      continue
    }
    events.push({
      type: 'product',
      id: `product-${events.length}`,
      occurredAt: new Date(at).toISOString(),
      productId,
      ...(name === undefined ? {} : { name: name.slice(0, 500) }),
      ...(category === undefined ? {} : { category: category.slice(0, 200) }),
      ...(price === undefined || !/^\d+(\.\d{1,4})?$/.test(price) ? {} : { price, currency }),
    })
  }
  return { events, broken }
}
