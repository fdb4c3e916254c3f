import type { Calibration } from '../calibration.ts'
import { fromBytes, toBytes } from '../model-bytes.ts'
import type { Judges } from './judge.ts'
import type { Leanings } from './leanings.ts'
import type { Learnt } from './sources.ts'

/** Everything a ranker needs, as it is kept and swapped in. */
export interface RankerModel extends Learnt {
  /** The product of each item number. */
  readonly products: readonly string[]
  /** Products it met that too few bought for anything to be learnt of them. */
  readonly passedOver: readonly string[]
  readonly judges: Judges
  /** From what the judges say to the chance that it is bought soon; undefined where too few lists were held back to tell. */
  readonly calibration: Calibration | undefined
  /** What those buy who are like somebody hardly known; undefined in models of before. */
  readonly leanings?: Leanings
  /** The newest deed it learnt from, epoch ms. */
  readonly asOf: number
}

export const encodeRanker = (model: RankerModel): Uint8Array => toBytes(model)
/** @throws {ModelDamaged} */
export const decodeRanker = (bytes: Uint8Array): RankerModel => fromBytes(bytes) as RankerModel
