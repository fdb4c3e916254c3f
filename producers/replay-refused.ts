import type { ErrorCode } from '../schemas/error-codes.ts'

/** A file that cannot be replayed as things are, or a server that does not take it. The message says what to do. */
export class ReplayRefused extends Error {
  override readonly name = 'ReplayRefused'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
