import type { Engine } from './engine.ts'
import type { End } from './log.ts'
import type { Outbound, Publish, Written } from './outbound.ts'
import { type Addressed, pack } from './pack.ts'
import { partitionOf } from './partition-of.ts'
import { SendSpans } from './send-spans.ts'
import type { Trace } from './tracer.ts'

/** Sends under way at once. What is written here counts once by its own id, so their order among each other does not matter. */
const IN_FLIGHT = 4
/** Records in one send. */
const MOST = 5000

interface Waiting {
  readonly records: readonly Addressed[]
  readonly resolve: (written: Written[]) => void
  readonly reject: (error: unknown) => void
}

/**
 * Publishes what comes from outside the folds. Calls that come while others are being written share the next send:
 * a log batch costs the same for one record or a thousand, so many small posts are as cheap as a few large ones.
 */
export function publisher(engine: Pick<Engine, 'log' | 'names' | 'codec' | 'keyring' | 'clock' | 'tracer'>): Publish {
  const { log, names, codec, clock, keyring } = engine
  let waiting: Waiting[] = []
  let inFlight = 0

  async function publish(records: readonly Outbound[]): Promise<Written[]> {
    const owners = records.flatMap(({ seal }) => (seal === undefined ? [] : [seal.owner]))
    if (owners.length > 0) await keyring.create(owners)
    const spans = new SendSpans(engine)
    const addressed = records.flatMap(record => addresses(record, spans.traceOf(record)))
    return spans.during(
      new Promise<Written[]>((resolve, reject) => {
        waiting.push({ records: addressed, resolve, reject })
        send()
      }),
    )
  }

  function send(): void {
    if (inFlight >= IN_FLIGHT || waiting.length === 0) return
    const batch = takeSome()
    inFlight++
    log
      .publish(
        pack(
          batch.flatMap(({ records }) => records),
          names,
          codec,
        ),
      )
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

  function writtenBy({ records }: Waiting, ends: readonly End[]): Written[] {
    const written = new Map<string, Written>()
    for (const { topic, partition } of records) {
      const place = `${topic.name}/${partition}`
      if (written.has(place)) continue
      const end = ends.find(end => end.topic === names.of(topic) && end.partition === partition)
      if (end !== undefined) written.set(place, { topic, partition, end: end.end })
    }
    return [...written.values()]
  }

  function addresses(record: Outbound, trace: Trace | undefined): Addressed[] {
    const count = names.partitions(record.topic)
    if (record.everywhere !== true) return [address(record, partitionOf(record.key, count), trace)]
    return Array.from({ length: count }, (_, partition) => ({ ...address(record, partition, trace), alone: true }))
  }

  /** A record from outside has its own id; there is no source to mark it by, it counts once by that id. */
  function address({ topic, key, value, seal }: Outbound, partition: number, trace: Trace | undefined): Addressed {
    const { id } = value
    return {
      topic,
      partition,
      key,
      value: seal === undefined ? value : { ...value, sealed: keyring.seal(seal.owner, seal.id, seal.personal) },
      timestamp: clock.now(),
      from: { id: typeof id === 'string' ? id : undefined },
      alone: false,
      trace,
    }
  }

  return publish
}
