/** The log cannot be reached, or did not answer in time. Trying again later may help; what was published may be there in part. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable'
  readonly code = 'log_unavailable'
}
