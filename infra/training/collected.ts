import { boughtOf } from '../../consumers/taste-state.ts'
import { type Histories, HistoriesBuilder } from '../../models/ranker/histories.ts'
import { forEachDeed } from '../../models/ranker/taste-deeds.ts'
import type { Known } from '../../models/segment-popularity.ts'
import type { TrainRequest } from './train-messages.ts'

/** What is told, row by row, of all that customers did and of what products are called. */
export class Collected {
  private readonly builder = new HistoriesBuilder()
  private readonly texts = new Map<string, string>()
  private readonly who = new Map<string, Known>()

  take(request: Exclude<TrainRequest, { type: 'train' }>): void {
    if (request.type === 'products') for (const { productId, text } of request.rows) this.texts.set(productId, text)
    else
      for (const { customerId, at, bought, looked, disliked, segment, traits } of request.rows) {
        this.who.set(customerId, { segment, traits: traits === null ? {} : (JSON.parse(traits) as Known['traits']) })
        forEachDeed(
          {
            at,
            bought: boughtOf(JSON.parse(bought)),
            looked: new Map(JSON.parse(looked) as [string, number][]),
            disliked: new Set(JSON.parse(disliked) as string[]),
          },
          (productId, when, deed) => this.builder.add(customerId, productId, when, deed),
        )
      }
  }

  /** Once everything is told. Texts stand in the order of the products. */
  get all(): {
    readonly histories: Histories
    readonly texts: readonly (string | undefined)[]
    readonly known: (customerId: string) => Known | undefined
  } {
    const histories = this.builder.build()
    return {
      histories,
      texts: histories.products.map(productId => this.texts.get(productId)),
      known: customerId => this.who.get(customerId),
    }
  }
}
