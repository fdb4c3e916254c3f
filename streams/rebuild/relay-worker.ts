import type { Topic } from '../../schemas/topic.ts'
import type { Read, Slice } from '../decode-batch.ts'
import type { Engine } from '../engine.ts'
import type { Headers, Log, NewRecord } from '../log.ts'
import { markHeaders, passed, sourceName } from '../marks.ts'
import type { Owned } from '../ownership.ts'
import { OwningWorker } from '../owning-worker.ts'
import { type Addressed, pack } from '../pack.ts'

interface Options {
  readonly topic: Topic
  /** Where to. */
  readonly own: Log
  /** Processors whose records are left out: they say them anew. */
  readonly without: ReadonlySet<string>
}

export const relayName = (topic: Topic): string => `relay-${topic.name}`

/** Copies what others said on a topic, as it came, to where the rebuilt processors read it together with what is said anew. */
export class RelayWorker extends OwningWorker {
  private readonly options: Options

  constructor(engine: Engine, options: Options) {
    super(engine, relayName(options.topic), options.topic)
    this.options = options
  }

  async take(partition: number): Promise<number> {
    const { sql, clock } = this.engine
    const owned = await sql.transaction(tx => this.ownership.take(tx, partition, clock.now()))
    this.owned.set(partition, owned)
    return owned.next
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
    for (const slice of slices) {
      const owned = this.owned.get(slice.partition)
      if (owned === undefined) continue
      for (const together of byRecord(slice.reads)) records.push(...this.relay(owned, together))
      this.advance(owned, slice, slice.reads.length)
      touched.push(owned)
    }
    const { sql, clock } = this.engine
    await this.options.own.publishAndCommit(records, sql, tx => tx.andCommit(this.ownership.commit(tx, touched, clock.now())))
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
