import type { Beside } from '../../models/recommendation-answer.ts'

export interface SimilarCustomer {
  readonly customerId: string
  /** 1 for who is first in every space, less the further down. */
  readonly similarity: number
  readonly sameSegment: boolean
  /** The cosine in each space that found them. */
  readonly spaces: Readonly<Record<string, number>>
}

export interface SimilarAnswer {
  readonly customers: readonly SimilarCustomer[]
  readonly degraded: readonly string[]
}

/** Who is like a customer, by what they bought and wrote. */
export interface Similar {
  /** The nearest, at most `k`; undefined for an unknown customer. Unless it is to be `fresh`, it may be what this instance knew a moment ago. */
  to(customerId: string, k: number, options: { readonly fresh: boolean }): Promise<SimilarAnswer | undefined>
  /** The campaigns that customers alike have most to do with. */
  beside(customerId: string): Promise<Beside>
}
