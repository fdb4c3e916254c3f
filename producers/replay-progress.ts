import type { Clock } from '../streams/clock.ts'
import type { Reading } from './files/open-file.ts'
import type { Survey } from './survey.ts'

export interface ReplayProgress {
  readonly rows: number
  readonly sent: number
  readonly bytesRead: number
  readonly bytesTotal: number
  readonly rowsPerSecond: number
  /** By the bytes read so far at the speed so far, at a pace by the instants that are left; undefined before there is one. */
  readonly secondsLeft: number | undefined
  /** At a pace: where in event time it is, epoch ms, and how far behind where it should be. */
  readonly at?: number
  readonly secondsBehind?: number
}

const EVERY_MS = 250

/** Tells how far a replay is, now and then. */
export class ProgressTeller {
  rows = 0
  private readonly clock: Clock
  private readonly reading: Reading
  private readonly sent: () => number
  private readonly hear: (progress: ReplayProgress) => void
  private readonly begun: number
  private firstRead: number | undefined
  private told = 0
  private pace: { factor: number; last: number; at: number; behind: number } | undefined

  constructor(clock: Clock, reading: Reading, sent: () => number, hear: (progress: ReplayProgress) => void) {
    this.clock = clock
    this.reading = reading
    this.sent = sent
    this.hear = hear
    this.begun = clock.monotonic()
  }

  /** What was skipped to go on where an earlier replay ended says nothing of the speed of this one. */
  row(): void {
    this.firstRead ??= this.reading.progress().read
    this.rows += 1
    if (this.rows % 500 === 0) this.sometimes()
  }

  paced(factor: number, { last }: Survey, at: number, behind: number): void {
    this.pace = { factor, last, at, behind }
    this.sometimes()
  }

  tell(): void {
    const { read, total } = this.reading.progress()
    const elapsed = this.seconds()
    const { rows, pace } = this
    this.hear({
      rows,
      sent: this.sent(),
      bytesRead: read,
      bytesTotal: total,
      rowsPerSecond: elapsed > 0 ? rows / elapsed : 0,
      secondsLeft: pace === undefined ? this.secondsByBytes(read, total) : Math.max(0, pace.last - pace.at) / pace.factor / 1000,
      ...(pace === undefined ? {} : { at: pace.at, secondsBehind: pace.behind / 1000 }),
    })
  }

  seconds(): number {
    return (this.clock.monotonic() - this.begun) / 1000
  }

  private secondsByBytes(read: number, total: number): number | undefined {
    if (read === total) return 0
    const done = read - (this.firstRead ?? read)
    return done > 0 ? (this.seconds() * (total - read)) / done : undefined
  }

  private sometimes(): void {
    if (this.clock.monotonic() - this.told < EVERY_MS) return
    this.told = this.clock.monotonic()
    this.tell()
  }
}
