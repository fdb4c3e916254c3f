import { Backlog, readsIn } from './backlog.ts'
import type { Slice } from './decode-batch.ts'
import type { Engine } from './engine.ts'
import type { Membership, Signal } from './log.ts'
import { Fenced, Held } from './ownership.ts'
import { Restoration } from './restoration.ts'
import type { Worker } from './worker.ts'

/** A round of fewer records is small. */
const SMALL = 100
/** How long a partition that another instance took, though the group still gives it to us, is left alone before it is taken back. */
const RETAKE_MS = 1000
/** A partition held for the moment of a handover is asked for again this soon. */
const HELD_MS = 200
const VERIFY_MS = 1000
const BACKOFF_MS = { first: 100, most: 5000 }

/** How a worker is doing, for /ready and the lag metrics. */
export interface WorkerStatus {
  /** Why it makes no progress at the moment. */
  trouble: string | undefined
  /** Epoch ms since when. */
  troubleSince: number | undefined
  /** Up to where it has done and committed each partition it owns. What a batch under way has folded is not among it. */
  positions: ReadonlyMap<number, number>
  /** When the newest record it has done of a partition was appended, epoch ms. */
  readonly appended: Map<number, number>
}

/** Of a worker that has not begun. */
export const newStatus = (): WorkerStatus => ({
  trouble: undefined,
  troubleSince: undefined,
  positions: new Map(),
  appended: new Map(),
})

/**
 * Runs a worker until the signal aborts: rebalances and batches come in one line, and this loop is the only one that acts on them.
 *
 * What goes wrong with a batch is tried again from what the tables say, with growing pauses; what goes wrong with the membership
 * itself is thrown, for the supervisor joins anew.
 */
export async function runWorker(engine: Engine, worker: Worker, status: WorkerStatus, signal: AbortSignal): Promise<void> {
  const membership = await engine.log.join(`${engine.names.of(worker.input)}.${worker.name}`, [engine.names.of(worker.input)])
  try {
    const loop = new WorkerLoop(engine, worker, membership, status, signal)
    await loop.run()
    await loop.end()
  } finally {
    worker.drop([...worker.positions().keys()])
    status.positions = new Map()
    await membership.leave()
  }
}

class WorkerLoop {
  private readonly engine: Engine
  private readonly worker: Worker
  private readonly membership: Membership
  private readonly status: WorkerStatus
  private readonly signal: AbortSignal
  /** What the group gave us, and from when (monotonic ms) it may be taken: later where another instance was found to hold it. */
  private readonly assigned = new Map<number, number>()
  /** How often in a row a partition could not be taken. Meanwhile the others go on. */
  private readonly ailing = new Map<number, number>()
  private readonly restoration = new Restoration()
  /** From where the next records of a partition have to be. */
  private readonly expected = new Map<number, number>()
  /** Up to where a partition has to be done until nothing can be published of it that is not committed: whoever had it last read no further. */
  private readonly unsettled = new Map<number, number>()
  private readonly backlog: Backlog
  /** Monotonic ms before which no round needs to begin. */
  private rested = 0
  private failures = 0
  private verified = 0

  constructor(engine: Engine, worker: Worker, membership: Membership, status: WorkerStatus, signal: AbortSignal) {
    this.engine = engine
    this.worker = worker
    this.membership = membership
    this.backlog = new Backlog(engine.codec, worker.input)
    this.status = status
    this.signal = signal
  }

  async run(): Promise<void> {
    while (!this.signal.aborted) {
      // Leftovers of the last round come first; only then is the log asked again.
      const signal = this.backlog.empty ? await this.next() : undefined
      if (signal?.type === 'left') return
      try {
        await this.act(signal)
        await this.worker.idle()
        await this.verify()
        await this.retake()
        this.note()
        this.restored()
        this.succeeded()
      } catch (error) {
        await this.failed(error)
      }
    }
  }

  private async next(): Promise<Signal | undefined> {
    const { clock } = this.engine
    const rest = this.rested - clock.monotonic()
    if (rest > 1) await clock.sleep(rest, this.signal)
    return this.membership.next(this.backlog.enough, this.worker.idleInMs)
  }

  private async verify(): Promise<void> {
    const now = this.engine.clock.monotonic()
    if (now - this.verified < VERIFY_MS) return
    this.verified = now
    await this.worker.verify()
    await this.worker.giveUp(this.settled(), 'asked for')
  }

  /** When it is over in good order: whoever comes next need not wonder whether we are coming back. */
  async end(): Promise<void> {
    await this.worker.giveUp(this.settled(), 'any').catch(() => {}) // a courtesy: they are taken from us all the same
  }

  private settled(): number[] {
    const positions = this.worker.positions()
    for (const [partition, reach] of this.unsettled)
      if ((positions.get(partition) ?? 0) >= reach) this.unsettled.delete(partition)
    return [...positions.keys()].filter(partition => !this.unsettled.has(partition))
  }

  private async act(signal: Signal | undefined): Promise<void> {
    switch (signal?.type) {
      case 'assigned':
        this.engine.meter.count('rebalances_total', { processor: this.worker.name })
        for (const { partition } of signal.partitions) this.assigned.set(partition, Number.NEGATIVE_INFINITY)
        return this.restoration.begin(this.engine.clock.monotonic())
      case 'revoked':
        return this.revoke(signal.partitions.map(({ partition }) => partition))
      case 'records':
        this.backlog.put(signal.batches)
        return this.work()
      case undefined:
        return this.backlog.empty ? undefined : this.work()
    }
  }

  private revoke(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.assigned.delete(partition)
      this.ailing.delete(partition)
      this.status.appended.delete(partition)
    }
    this.restoration.lose(partitions)
    this.backlog.discard(partitions)
    this.worker.drop(partitions)
  }

  /** Records that are not the next ones would be folded before those that are, which would then pass for repeats. */
  private refuseOutOfLine(slices: readonly Slice[]): void {
    for (const { partition, from } of slices) {
      const expected = this.expected.get(partition)
      if (from !== expected)
        throw new Error(
          `${this.worker.name} was to read partition ${partition} from ${expected}, and was given what begins at ${from}`,
        )
    }
  }

  private async work(): Promise<void> {
    const slices = (await this.backlog.take()).filter(({ partition }) => this.worker.owns(partition))
    if (slices.length === 0) return
    this.refuseOutOfLine(slices)
    const { meter } = this.engine
    const processor = this.worker.name
    const begun = this.engine.clock.monotonic()
    const working = this.worker.work(slices)
    const decoding = this.backlog.decodeAhead()
    const left = await working.finally(() => decoding) // else it would put back what a failed round throws away
    for (const { partition, next } of slices) this.expected.set(partition, next)
    for (const { partition, from } of left) this.expected.set(partition, from)
    this.noteAges(slices, left)
    const done = readsIn(slices) - readsIn(left)
    this.backlog.putBack(left, done)
    this.rested = done < SMALL ? begun + this.worker.roundsApartMs : 0
    meter.count('records_total', { processor }, done)
    meter.observe('batch_records', { processor }, done)
    this.report()
  }

  private noteAges(slices: readonly Slice[], left: readonly Slice[]): void {
    for (const { partition, reads } of slices) {
      const undone = left.find(slice => slice.partition === partition)?.reads.length ?? 0
      const last = reads[reads.length - undone - 1]
      if (last !== undefined) this.status.appended.set(partition, last.at)
    }
  }

  /** Takes what is assigned and not owned: newly given, or lost to another instance though the group gives it to us. */
  private async retake(): Promise<void> {
    const now = this.engine.clock.monotonic()
    for (const [partition, from] of this.assigned) {
      if (now < from || this.worker.owns(partition)) continue
      try {
        await this.begin(partition, await this.worker.take(partition))
      } catch (error) {
        if (error instanceof Held) {
          this.assigned.set(partition, now + HELD_MS)
          continue
        }
        const before = this.ailing.get(partition) ?? 0
        this.assigned.set(partition, this.engine.clock.monotonic() + backoff(before, RETAKE_MS))
        this.ailing.set(partition, before + 1)
        throw error
      }
    }
  }

  /** Starts reading a partition from its offset, once it is sure that the log has that place. */
  private async begin(partition: number, next: number): Promise<void> {
    const topic = this.engine.names.of(this.worker.input)
    const bounds = (await this.engine.log.offsets(topic))[partition]!
    if (next > bounds.end)
      throw new LogReset(
        `${this.worker.name} has read ${topic}/${partition} up to ${next}, but the log ends at ${bounds.end}: it is another log than the one the database belongs to. Point to the right one, or begin with an empty database`,
      )
    if (next < bounds.start && next > 0) {
      this.engine.meter.count('records_lost_total', { processor: this.worker.name }, bounds.start - next)
      this.engine.warn('records were deleted before they were read', {
        processor: this.worker.name,
        topic,
        partition,
        from: next,
        to: bounds.start,
      })
    }
    const offset = Math.max(next, bounds.start)
    this.backlog.discard([partition])
    this.expected.set(partition, offset)
    this.membership.start({ topic, partition, offset })
    const reach = offset < bounds.end ? bounds.end : next
    this.unsettled.set(partition, reach)
    this.restoration.await(partition, reach)
    this.ailing.delete(partition)
  }

  /** Tells how far it is: where answers are owed, no further than that. */
  private note(): void {
    const positions = this.worker.positions()
    for (const [partition, { offset, appendedAt }] of this.worker.owing()) {
      positions.set(partition, offset)
      this.status.appended.set(partition, appendedAt)
    }
    this.status.positions = positions
  }

  private restored(): void {
    const { clock, meter } = this.engine
    const seconds = this.restoration.done(this.assigned.keys(), this.worker.positions(), clock.monotonic())
    if (seconds !== undefined) meter.observe('restore_seconds', { processor: this.worker.name }, seconds)
  }

  private succeeded(): void {
    this.failures = 0
    if (this.ailing.size > 0) return
    this.status.trouble = undefined
    this.status.troubleSince = undefined
  }

  /** Leaves lost partitions to their new owner and reads the rest again, as the tables have it. What cannot be read now is taken anew later. */
  private async failed(error: unknown): Promise<void> {
    if (error instanceof LogReset) throw error
    if (!(error instanceof Fenced)) await this.pause(error)
    this.backlog.clear()
    try {
      const kept = await this.worker.reload()
      for (const [partition, next] of kept) await this.begin(partition, next)
      const later = this.engine.clock.monotonic() + RETAKE_MS
      for (const [partition, from] of this.assigned) if (!kept.has(partition)) this.assigned.set(partition, Math.max(from, later))
    } catch (again) {
      if (again instanceof LogReset) throw again
      this.worker.drop([...this.assigned.keys()])
      await this.pause(again)
    }
  }

  private async pause(error: unknown): Promise<void> {
    const { clock, warn, meter } = this.engine
    const processor = this.worker.name
    const ms = backoff(this.failures++, BACKOFF_MS.first)
    this.status.trouble = error instanceof Error ? error.message : String(error)
    this.status.troubleSince ??= clock.now()
    meter.count('processor_failures_total', { processor })
    warn('a batch failed and will be read again', {
      processor,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      ms,
    })
    await clock.sleep(ms, this.signal)
  }

  private report(): void {
    const topic = this.engine.names.of(this.worker.input)
    this.membership.committed([...this.worker.positions()].map(([partition, offset]) => ({ topic, partition, offset })))
  }
}

const backoff = (failures: number, first: number): number => Math.min(BACKOFF_MS.most, first * 2 ** failures)

/** The database has state of a log that is not this one. Trying again does not help. */
export class LogReset extends Error {}
