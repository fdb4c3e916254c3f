import { LogUnavailable } from '../streams/log-unavailable.ts'

/** The database is away or going: connection exceptions (class 08), shutting down or starting up (57P), and a socket's own. */
const AWAY = /^(08...|57P0.|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND)$/

/** True for what fails only because the log or the database is out of reach: trying again later may help. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof LogUnavailable) return true
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && AWAY.test(code)
}
