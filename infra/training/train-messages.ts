import type { TrainingReport } from '../../models/ranker/train.ts'

/** A row of `tastes` as text: parsing it is the worker's. */
export interface TasteRow {
  readonly customerId: string
  readonly at: number
  readonly bought: string
  readonly looked: string
  readonly disliked: string
}

/** What the worker is told: rows first, then what products are called, and the judges in place. */
export type TrainRequest =
  | { readonly type: 'tastes'; readonly rows: readonly TasteRow[] }
  | { readonly type: 'products'; readonly rows: readonly { readonly productId: string; readonly text: string }[] }
  | { readonly type: 'train'; readonly present: Uint8Array | undefined }

/** What it answers. `bytes` are an encoded `RankerModel`; without them there is too little to learn from. */
export type TrainAnswer =
  | { readonly type: 'said'; readonly what: string }
  | { readonly type: 'done'; readonly trained: { readonly bytes: Uint8Array; readonly report: TrainingReport } | undefined }
