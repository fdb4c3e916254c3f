import type { TrainingReport } from '../../models/ranker/train.ts'

/** A row of `tastes` as text: parsing it is the worker's. */
export interface TasteRow {
  readonly customerId: string
  readonly at: number
  readonly bought: string
  readonly looked: string
  readonly disliked: string
  readonly segment: string | null
  /** Of their profile; null without one. */
  readonly traits: string | null
}

/** What the worker is told: rows first, then what products are called, the judges in place, and where trees from elsewhere are. */
export type TrainRequest =
  | { readonly type: 'tastes'; readonly rows: readonly TasteRow[] }
  | { readonly type: 'products'; readonly rows: readonly { readonly productId: string; readonly text: string }[] }
  | { readonly type: 'train'; readonly present: Uint8Array | undefined; readonly onnx: string | undefined }

/** What it answers. `bytes` are an encoded `RankerModel`; without them there is too little to learn from. */
export type TrainAnswer =
  | { readonly type: 'said'; readonly what: string }
  | { readonly type: 'done'; readonly trained: { readonly bytes: Uint8Array; readonly report: TrainingReport } | undefined }
