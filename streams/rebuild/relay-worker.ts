import type { Topic } from '../../schemas/topic.ts'
import type { Read, Slice } from '../decode-batch.ts'
import type { Engine } from '../engine.ts'
import type { Headers, Log, NewRecord } from '../log.ts'
import { markHeaders, passed, sourceName } from '../marks.ts'
import { type Owned, Ownership } from '../ownership.ts'
import { type Addressed, pack } from '../pack.ts'
import type { Worker } from '../worker.ts'

interface Options {
  readonly topic: Topic
  /** Where to. */
  readonly own: Log
  /** Processors whose records are left out: they say them anew. */
  readonly without: ReadonlySet<string>
}

export const relayName = (topic: Topic): string => `relay-${topic.name}`

/** Copies what others said on a topic, as it came, to where the rebuilt processors read it together with what is said anew. */
export class RelayWorker implements Worker {
  readonly name: string
  readonly input: Topic
  private readonly engine: Engine
  private readonly options: Options
  private readonly ownership: Ownership
  private readonly owned = new Map<number, Owned>()

  constructor(engine: Engine, options: Options) {
    this.name = relayName(options.topic)
    this.input = options.topic
    this.engine = engine
    this.options = options
    this.ownership = new Ownership(this.name, engine.instance, engine.generation)
  }

  owns(partition: number): boolean {
    return this.owned.has(partition)
  }

  async take(partition: number): Promise<number> {
    const { sql, clock } = this.engine
    const owned = await sql.transaction(tx => this.ownership.take(tx, partition, clock.now()))
    this.owned.set(partition, owned)
    return owned.next
  }

  drop(partitions: readonly number[]): void {
    for (const partition of partitions) this.owned.delete(partition)
  }

  async reload(): Promise<Map<number, number>> {
    const held = [...this.owned.values()]
    this.owned.clear()
    for (const owned of await this.engine.sql.transaction(tx => this.ownership.reread(tx, held)))
      this.owned.set(owned.partition, owned)
    return this.positions()
  }

  async work(slices: readonly Slice[]): Promise<Slice[]> {
    const touched: Owned[] = []
    const records: NewRecord[] = []
    for (const { partition, reads, next } of slices) {
      const owned = this.owned.get(partition)
      if (owned === undefined) continue
      for (const together of byRecord(reads)) records.push(...this.relay(owned, together))
      owned.folded += reads.length
      owned.next = next
      touched.push(owned)
    }
    const { sql, clock } = this.engine
    await this.options.own.publishAndCommit(records, sql, tx => this.ownership.commit(tx, touched, clock.now()))
    return []
  }

  /** The reads of one record, under marks of this relay: as it came, or of a bundle what is to be told. */
  private relay({ generation, partition, marks }: Owned, reads: readonly Read[]): NewRecord[] {
    const [{ record, bundled }] = reads as [Read]
    const { offset, headers } = record
    const source = sourceName(this.name, this.input.name, generation, partition)
    const told = reads.map(({ mark }) => !passed(marks, mark) && !this.options.without.has(writerOf(headers)))
    if (!bundled) return told[0] ? [{ ...record, headers: { ...headers, ...markHeaders(source, offset, 0) } }] : []
    const addressed: Addressed[] = []
    for (const [n, { key, at, trace, outcome }] of reads.entries())
      if (told[n] && 'value' in outcome)
        addressed.push({
          topic: this.input,
          partition,
          key: key ?? '',
          value: outcome.value,
          timestamp: at,
          from: { source, offset, n },
          alone: false,
          trace,
        })
    return pack(addressed, this.engine.names, this.engine.codec)
  }

  async idle(): Promise<void> {}

  verify(): Promise<void> {
    return this.ownership.verify(this.engine.sql, [...this.owned.values()])
  }

  async giveUp(partitions: readonly number[], which: 'asked for' | 'any'): Promise<void> {
    const owned = partitions.flatMap(partition => this.owned.get(partition) ?? [])
    this.drop(await this.ownership.giveUp(this.engine.sql, owned, which))
  }

  positions(): Map<number, number> {
    return new Map([...this.owned].map(([partition, { next }]) => [partition, next]))
  }
}

/** Which processor wrote a record; '' where it came from outside. */
const writerOf = ({ ce_source: source = '' }: Headers): string => source.split('/', 1)[0]!

/** Those of one bundle lie together. */
function byRecord(reads: readonly Read[]): Read[][] {
  const groups: Read[][] = []
  for (const read of reads) {
    const group = groups.at(-1)
    if (group?.at(0)?.record === read.record) group.push(read)
    else groups.push([read])
  }
  return groups
}
