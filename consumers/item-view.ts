import { ItemIndex } from '../models/item-index.ts'
import type { ItemState } from '../schemas/records.ts'
import { itemState } from '../schemas/topics.ts'
import type { ViewSpec } from '../streams/view.ts'
import { itemTable } from './item-state.ts'
import { stateOf } from './items.ts'

/** item-state: every product, as all instances see it. */
export const itemView: ViewSpec<ItemIndex> = {
  topic: itemState,
  writer: 'items',
  async load(tx) {
    const index = new ItemIndex()
    const columns = itemTable.columns.map(column => column.name).join(', ')
    for (const row of await tx.query(`SELECT product_id, ${columns} FROM products`))
      index.apply(stateOf(row.product_id as string, itemTable.entry(row)))
    return index
  },
  apply: (index, value) => index.apply(value as ItemState),
}
