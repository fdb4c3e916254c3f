import type { Topic } from '../schemas/topic.ts'
import type { Engine } from './engine.ts'
import { eventHeaders } from './event-headers.ts'
import type { End, NewRecord } from './log.ts'
import type { Outbound, Publish, Written } from './outbound.ts'
import { partitionOf } from './partition-of.ts'

/** Sends under way at once. What is written here counts once by its own id, so their order among each other does not matter. */
const IN_FLIGHT = 4
/** Records in one send. */
const MOST = 5000

interface Waiting {
  readonly records: readonly NewRecord[]
  readonly topics: readonly Topic[]
  readonly resolve: (written: Written[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Publishes what comes from outside the folds. Calls that come while others are being written share the next send:
 * a log batch costs the same for one record or a thousand, so many small posts are as cheap as a few large ones.
 */
export function publisher(engine: Pick<Engine, 'log' | 'names' | 'codec' | 'keyring' | 'clock'>): Publish {
  const { log, names, keyring } = engine
  let waiting: Waiting[] = []
  let inFlight = 0

  async function publish(records: readonly Outbound[]): Promise<Written[]> {
    const owners = records.flatMap(({ seal }) => (seal === undefined ? [] : [seal.owner]))
    if (owners.length > 0) await keyring.create(owners)
    const encoded = records.map(record => encode(engine, record))
    return new Promise((resolve, reject) => {
      waiting.push({ records: encoded, topics: records.map(({ topic }) => topic), resolve, reject })
      send()
    })
  }

  function send(): void {
    if (inFlight >= IN_FLIGHT || waiting.length === 0) return
    const batch = takeSome()
    inFlight++
    log
      .publish(batch.flatMap(({ records }) => records))
      .then(
        ends => {
          for (const one of batch) one.resolve(writtenBy(one, ends))
        },
        error => {
          for (const { reject } of batch) reject(error)
        },
      )
      .finally(() => {
        inFlight--
        send()
      })
  }

  function takeSome(): Waiting[] {
    let count = 0
    const until = waiting.findIndex(({ records }) => {
      count += records.length
      return count > MOST
    })
    const some = until <= 0 ? waiting.slice(0, until === 0 ? 1 : undefined) : waiting.slice(0, until)
    waiting = waiting.slice(some.length)
    return some
  }

  function writtenBy({ records, topics }: Waiting, ends: readonly End[]): Written[] {
    const written = new Map<string, Written>()
    for (const [i, { topic: name, partition }] of records.entries()) {
      const place = ends.find(end => end.topic === name && end.partition === partition)
      if (place !== undefined) written.set(`${name}/${partition}`, { topic: topics[i]!, partition, end: place.end })
    }
    return [...written.values()]
  }

  function encode({ codec, clock }: typeof engine, { topic, key, value, seal }: Outbound): NewRecord {
    const timestamp = clock.now()
    const sealed = seal === undefined ? value : { ...value, sealed: keyring.seal(seal.owner, seal.id, seal.personal) }
    return {
      topic: names.of(topic),
      partition: partitionOf(key, names.partitions(topic)),
      key,
      value: codec.encode(topic, sealed),
      headers: { ...idHeader(value), ...eventHeaders(topic, value, timestamp) },
      timestamp,
    }
  }

  return publish
}

/** A record from outside has its own id; there is no source to mark it by, it counts once by that id. */
const idHeader = ({ id }: Outbound['value']) => (typeof id === 'string' ? { ce_id: encodeURIComponent(id) } : {})
