import type { Topic } from '../schemas/topic.ts'
import type { Codec } from './codec.ts'
import { eventHeaders } from './event-headers.ts'
import type { Headers, NewRecord } from './log.ts'
import { markHeaders } from './marks.ts'
import type { TopicNames } from './topic-names.ts'
import type { Trace } from './tracer.ts'

/** A bundle is folded in one round, so it must stay far below what a round may hold. */
const MOST_ITEMS = 100
/** In characters of JSON. Larger records gain nothing from company. */
const MOST_TEXT = 128 << 10

/** Of which input offset of a source a record came, and as the how-manieth of all that came of it. */
export interface FoldOrigin {
  readonly source: string
  readonly offset: number
  readonly n: number
}

/** Where a record comes from: a fold, or elsewhere, with its own id where it has one. */
export type Origin = FoldOrigin | { readonly source?: undefined; readonly id: string | undefined }

/** A record that knows where it goes and is not bytes yet. */
export interface Addressed {
  readonly topic: Topic
  readonly partition: number
  readonly key: string
  readonly value: unknown
  readonly timestamp: number
  readonly from: Origin
  /** What is told to every partition may call for a sweep, which ends a round: it goes alone. */
  readonly alone: boolean
  readonly trace?: Trace | undefined
}

interface Open {
  readonly first: Addressed
  readonly items: string[]
  text: number
  sameKey: boolean
}

/**
 * Turns records into what is sent. Those of a bundled topic that go to the same partition from the same source travel as one record,
 * an array of `{ mark?, at, trace?, key, value }` in their order: on the wire a record costs five times what its JSON does, for client and broker alike.
 * A record without company goes as itself. Readers meet the same records either way (decode-batch.ts).
 */
export function pack(records: readonly Addressed[], names: TopicNames, codec: Codec): NewRecord[] {
  const packed: (Open | Addressed)[] = []
  const open = new Map<string, Open>()
  for (const record of records) {
    const place = `${record.topic.name}/${record.partition}`
    if (!record.topic.bundled || record.alone) {
      packed.push(record)
      open.delete(place) // nothing overtakes it
      continue
    }
    const item = itemText(record)
    const current = open.get(place)
    if (current !== undefined && takes(current, record, item)) {
      current.items.push(item)
      current.text += item.length
      current.sameKey &&= record.key === current.first.key
      continue
    }
    const next: Open = { first: record, items: [item], text: item.length, sameKey: true }
    open.set(place, next)
    packed.push(next)
  }
  return packed.map(one => {
    if (!('items' in one)) return single(one, names, codec)
    return one.items.length === 1 ? single(one.first, names, codec) : bundle(one, names, codec)
  })
}

const takes = ({ first, items, text }: Open, record: Addressed, item: string): boolean =>
  items.length < MOST_ITEMS && text + item.length <= MOST_TEXT && first.from.source === record.from.source

function single({ topic, partition, key, value, timestamp, from, trace }: Addressed, names: TopicNames, codec: Codec): NewRecord {
  const headers = { ...origin(from), ...eventHeaders(topic, value, timestamp, trace) }
  return { topic: names.of(topic), partition, key, value: codec.encode(topic, value), headers, timestamp }
}

function bundle({ first, items, sameKey }: Open, names: TopicNames, codec: Codec): NewRecord {
  const { topic, partition, timestamp, from } = first
  const headers = { ...origin(from), ...eventHeaders(topic, { type: 'bundle' }, timestamp) }
  const value = codec.frame(topic, `[${items.join(',')}]`)
  return { topic: names.of(topic), partition, key: sameKey ? first.key : null, value, headers, timestamp }
}

function itemText({ from, timestamp, key, value, trace }: Addressed): string {
  const mark = from.source === undefined ? '' : `"mark":[${from.offset},${from.n}],`
  const traced = trace === undefined ? '' : `"trace":"${trace}",`
  return `{${mark}"at":${timestamp},${traced}"key":${JSON.stringify(key)},"value":${JSON.stringify(value)}}`
}

function origin(from: Origin): Headers {
  if (from.source !== undefined) return markHeaders(from.source, from.offset, from.n)
  return from.id === undefined ? {} : { ce_id: encodeURIComponent(from.id) }
}
