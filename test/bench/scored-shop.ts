import { customers } from '../../consumers/customers.ts'
import { items, stateOf } from '../../consumers/items.ts'
import { scorer } from '../../consumers/scorer.ts'
import { builtInTexts } from '../../infra/text-models.ts'
import { ItemIndex } from '../../models/item-index.ts'
import { type Histories, HistoriesBuilder } from '../../models/ranker/histories.ts'
import { forEachDeed } from '../../models/ranker/taste-deeds.ts'
import type { Taste } from '../../models/taste.ts'
import { syntheticShop } from '../../producers/shop/synthetic-shop.ts'
import type { CustomerEvent } from '../../schemas/events.ts'
import type { CustomerChange, ItemEvent } from '../../schemas/records.ts'
import { customerChanges, itemEvents } from '../../schemas/topics.ts'
import { FoldInMemory, toldTo } from '../support/fold-in-memory.ts'

/** A shop as scoring meets it, folded by the processors themselves. */
export interface ScoredShop {
  readonly now: number
  readonly index: ItemIndex
  readonly tastes: readonly Taste[]
  readonly histories: Histories
  /** Of each product of the histories. */
  readonly texts: readonly (string | undefined)[]
}

const NOW = Date.UTC(2026, 0, 1)

export async function scoredShop(products: number, howMany: number): Promise<ScoredShop> {
  const shop = syntheticShop({ seed: 1, customers: howMany, products, until: NOW, days: 180 })
  const [people, catalogue] = [await FoldInMemory.of(customers(builtInTexts())), await FoldInMemory.of(items)]
  const tastes = new Map<string, Taste>()
  const told = new Set<string>()
  const hear = (event: ItemEvent) => {
    catalogue.feed(event)
    told.add(event.productId)
  }
  for (const event of shop.history()) {
    if (event.type === 'product') hear(event)
    else if (event.type === 'purchase' || event.type === 'click') {
      const outputs = people.feed(event as CustomerEvent)
      for (const signal of toldTo(itemEvents, outputs)) hear(signal as unknown as ItemEvent)
      for (const change of toldTo(customerChanges, outputs)) {
        const { customerId } = change as unknown as CustomerChange
        const taste = tastes.get(customerId) ?? scorer.state.tables.taste!.empty([customerId])
        tastes.set(customerId, scorer.fold({ taste }, change as unknown as CustomerChange, POSITION).state.taste)
      }
    }
    people.outputs.length = 0
    catalogue.outputs.length = 0
  }
  const index = new ItemIndex()
  for (const productId of told) index.apply(stateOf(productId, catalogue.entry('item', [productId])))
  const builder = new HistoriesBuilder()
  for (const [customerId, taste] of tastes)
    forEachDeed(taste, (productId, at, deed) => builder.add(customerId, productId, at, deed))
  const histories = builder.build()
  const texts = histories.products.map(productId => index.get(productId)?.name)
  return { now: NOW, index, tastes: [...tastes.values()], histories, texts }
}

const POSITION = { partition: 0, offset: 0, appendedAt: 0, personal: undefined }
