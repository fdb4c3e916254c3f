import { type ErrorCode, fixes } from '../../schemas/error-codes.ts'

/** Why customers cannot be analysed, in a sentence for people; what they can do about it is in `fix`. */
export class CustomerAnalyticsError extends Error {
  override readonly name: string = 'CustomerAnalyticsError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get fix(): string {
    return fixes[this.code]
  }
}

/** Files that cannot be read as a shop. */
export class DataValidationError extends CustomerAnalyticsError {
  override readonly name = 'DataValidationError'
}

/** Customers that cannot be put into clusters. */
export class ClusteringError extends CustomerAnalyticsError {
  override readonly name = 'ClusteringError'
}

/** Nothing can be recommended to anybody. */
export class RecommendationError extends CustomerAnalyticsError {
  override readonly name = 'RecommendationError'
}
