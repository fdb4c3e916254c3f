import { type ClaimedSms, type SmsClass, smsClasses } from './sms-ledger.ts'

/** How long to wait before looking for more where there was less than asked for, in ms; doubled while there is nothing. */
const POLL = { first: 50, longest: 500 } as const

interface Queue {
  readonly rows: ClaimedSms[]
  /** Monotonic ms */
  claimAt: number
  pollMs: number
}

/** How many texts of each class. */
export type PerClass = Readonly<Record<SmsClass, number>>

/**
 * Texts that are claimed and wait for a slot: transactional ones go first. Each class is claimed for itself, so that however many of the other
 * wait, a transactional text is found at once.
 */
export class SmsReady {
  private readonly queues: Readonly<Record<SmsClass, Queue>>

  constructor(now: number) {
    const empty = (): Queue => ({ rows: [], claimAt: now, pollMs: POLL.first })
    this.queues = { transactional: empty(), marketing: empty() }
  }

  get size(): number {
    return this.queues.transactional.rows.length + this.queues.marketing.rows.length
  }

  /** The next so many, no more in here. */
  take(texts: number): ClaimedSms[] {
    const { transactional, marketing } = this.queues
    const first = transactional.rows.splice(0, texts)
    return [...first, ...marketing.rows.splice(0, texts - first.length)]
  }

  /** Those that could not go yet are the next again. */
  putBack(rows: readonly ClaimedSms[]): void {
    for (const name of smsClasses) this.queues[name].rows.unshift(...rows.filter(row => row.class === name))
  }

  /** There may be something to claim. */
  wake(): void {
    for (const name of smsClasses) this.queues[name].claimAt = 0
  }

  /** When to claim again, so that `ahead` of each class are at hand. */
  claimAt(ahead: number): number {
    return Math.min(...smsClasses.map(name => (this.isLow(name, ahead) ? this.queues[name].claimAt : Number.POSITIVE_INFINITY)))
  }

  /** How many there is room for: twice as many as are to be at hand. */
  room(ahead: number): PerClass {
    const { transactional, marketing } = this.queues
    return {
      transactional: Math.max(0, 2 * ahead - transactional.rows.length),
      marketing: Math.max(0, 2 * ahead - marketing.rows.length),
    }
  }

  add(rows: readonly ClaimedSms[], asked: PerClass, now: number): void {
    for (const name of smsClasses) {
      if (asked[name] === 0) continue
      const queue = this.queues[name]
      const came = rows.filter(row => row.class === name)
      queue.rows.push(...came)
      queue.pollMs = came.length > 0 ? POLL.first : Math.min(POLL.longest, queue.pollMs * 2)
      queue.claimAt = came.length === asked[name] ? 0 : now + queue.pollMs
    }
  }

  private isLow(name: SmsClass, ahead: number): boolean {
    return this.queues[name].rows.length < ahead
  }
}
