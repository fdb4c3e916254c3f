import type { Topic } from '../schemas/topic.ts'
import type { Codec } from './codec.ts'
import { decodeBatch, type Slice } from './decode-batch.ts'
import type { Batch } from './log.ts'

/** A round takes what arrived while the last commit ran, at most this many records, those of bundles counted one by one. */
const ROUND = { least: 500, most: 2000 }

/** What was fetched and is not done: what a round did not come to, what was decoded while it committed, and what waits as it was fetched. */
export class Backlog {
  private readonly codec: Codec
  private readonly topic: Topic
  private left: Slice[] = []
  private ahead: Slice[] = []
  private waiting: readonly Batch[] = []
  /** How many records the next round begins with: about as many as rounds come to, for what is decoded and not come to is prepared again. */
  private round = ROUND.most
  /** How many records one of the log carried lately: a fetch of bundles may hold far more than a round. */
  private perRecord = 1

  constructor(codec: Codec, topic: Topic) {
    this.codec = codec
    this.topic = topic
  }

  get empty(): boolean {
    return this.left.length === 0 && this.ahead.length === 0 && this.waiting.length === 0
  }

  /** How many records of the log are enough for a round. */
  get enough(): number {
    return Math.ceil(this.round / this.perRecord)
  }

  /** Takes what was fetched; to be called where nothing is left. */
  put(fetched: readonly Batch[]): void {
    this.waiting = fetched
  }

  /** What the next round is about: what the last one left, else as much of what waits as a round takes. */
  async take(): Promise<Slice[]> {
    const first = this.left.length > 0 ? 'left' : 'ahead'
    const taken = this[first].length > 0 ? this[first] : await this.decode()
    this[first] = []
    return taken
  }

  /** Decodes what comes next, while the round waits for the database and the log. What cannot be decoded now is tried again when it is due. */
  async decodeAhead(): Promise<void> {
    if (this.waiting.length > 0 && this.ahead.length === 0) this.ahead = await this.decode().catch(() => [])
  }

  /** Takes back what a round that did `done` records did not come to. */
  putBack(left: Slice[], done: number): void {
    this.left = left
    this.round = left.length > 0 ? Math.max(ROUND.least, done) : Math.min(ROUND.most, Math.ceil(this.round * 1.25))
  }

  /** Lets go of what was fetched of partitions: whoever reads them next begins where the table says. */
  discard(partitions: readonly number[]): void {
    this.left = this.left.filter(slice => !partitions.includes(slice.partition))
    this.ahead = this.ahead.filter(slice => !partitions.includes(slice.partition))
    this.waiting = this.waiting.filter(batch => !partitions.includes(batch.partition))
  }

  clear(): void {
    this.left = []
    this.ahead = []
    this.waiting = []
  }

  private async decode(): Promise<Slice[]> {
    const records = recordsIn(this.waiting)
    const { slices, rest } = await decodeBatch(this.codec, this.topic, this.waiting, this.round)
    this.perRecord = Math.max(1, readsIn(slices) / Math.max(1, records - recordsIn(rest)))
    this.waiting = rest
    return slices
  }
}

/** Records one by one, those of bundles too. */
export const readsIn = (slices: readonly Slice[]): number => slices.reduce((sum, { reads }) => sum + reads.length, 0)
const recordsIn = (batches: readonly Batch[]): number => batches.reduce((sum, { records }) => sum + records.length, 0)
