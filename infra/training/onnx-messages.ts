import type { JudgeName } from '../../models/ranker/outside-trees.ts'

/** Rows that are asked at once; of a longer list so many after the other. */
export const MOST_ROWS = 1024

/** Where the answer to a question stands, in `told[0]`. */
export const TOLD = { waiting: 0, done: 1, failed: 2 } as const

/** Memory that both threads see: one of them writes while the other waits. */
export interface Shared {
  readonly told: Int32Array
  /** MOST_ROWS × features. */
  readonly values: Float32Array
  /** MOST_ROWS. */
  readonly scores: Float32Array
}

export interface OnnxWork {
  readonly file: Uint8Array
  readonly input: string
  readonly features: number
  readonly shared: Shared
}

export interface OnnxQuestion {
  readonly judge: JudgeName
  readonly rows: number
}
