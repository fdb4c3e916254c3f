import type { SmsStatus } from '../../schemas/events.ts'

/**
 * Which results of a text are on the log, by their numbers from 1. Each is told at least once, mostly in order: so this is a number up to
 * which all are there, and the few beyond it.
 */
export class ToldResults {
  /** All up to it have been told. */
  upTo = 0
  highest = 0
  /** What the highest says. */
  status: SmsStatus | undefined
  private beyond: Set<number> | undefined

  add(n: number, status: SmsStatus): void {
    if (n >= this.highest) {
      this.highest = n
      this.status = status
    }
    if (n > this.upTo + 1) {
      this.beyond ??= new Set()
      this.beyond.add(n)
      return
    }
    if (n === this.upTo + 1) this.upTo = n
    while (this.beyond?.delete(this.upTo + 1)) this.upTo++
  }
}
