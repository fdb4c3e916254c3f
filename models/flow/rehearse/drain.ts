/** How fast texts leave. What is slower of the two holds. */
export interface SenderSpeed {
  /** Parts per second, of all instances together; undefined: no rate is set. */
  readonly partsPerSecond: number | undefined
  /** Texts in flight at most. */
  readonly slots: number
  /** How long the gateway takes for one, ms. */
  readonly roundTripMs: number
}

/** A stretch in which texts stood in the queue: when it began, and how long it took until the queue was empty again (ms). */
export interface Queue {
  readonly at: number
  readonly drainMs: number
  readonly texts: number
}

/**
 * The queue before the sender: a single server with constant times of service, first come, first served (D. V. Lindley, "The theory of queues with a
 * single server", 1952: the next is served at max(arrival, when the one before is done)). Texts come in the order of their instants, epoch ms.
 */
export class Drain {
  private readonly perPartMs: number
  private readonly perTextMs: number
  private freeAt = Number.NEGATIVE_INFINITY
  private beganAt = Number.NEGATIVE_INFINITY
  private queued = 0
  private longestQueue: Queue | undefined
  private longestWait = 0

  constructor({ partsPerSecond, slots, roundTripMs }: SenderSpeed) {
    this.perPartMs = partsPerSecond === undefined ? 0 : 1000 / partsPerSecond
    this.perTextMs = roundTripMs / slots
  }

  /** A text leaves for the sender. */
  add(at: number, parts: number): void {
    if (at >= this.freeAt) {
      this.beganAt = at
      this.queued = 0
    }
    const begins = Math.max(at, this.freeAt)
    this.freeAt = begins + Math.max(parts * this.perPartMs, this.perTextMs)
    this.queued++
    this.longestWait = Math.max(this.longestWait, begins - at)
    const drainMs = this.freeAt - this.beganAt
    if (drainMs > (this.longestQueue?.drainMs ?? 0)) this.longestQueue = { at: this.beganAt, drainMs, texts: this.queued }
  }

  /** The queue that took longest; undefined where nothing went. */
  get longest(): Queue | undefined {
    return this.longestQueue
  }

  /** How long a text waited for its turn at most, ms. */
  get longestWaitMs(): number {
    return this.longestWait
  }
}
