import { openProducer } from '../../infra/open-producer.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Log } from '../../streams/log.ts'
import { bareKafka } from './bare-kafka.ts'
import { type BenchSettings, PARTITIONS } from './bench.ts'
import type { Round } from './result.ts'

/** A log with nothing around it, on a topic of its own. */
export interface Bare extends AsyncDisposable {
  /** Writes values in sends of so many, one after the other, all durable. */
  produce(values: readonly Buffer[], atOnce: number): Promise<Round>
  /** Writes single values at a pace; the latencies are those to a reader. */
  there(values: readonly Buffer[], perSecond: number): Promise<Round>
}

/** What a log costs at least: kafkajs alone on the stack, the embedded log's own port where there is no Kafka. */
export async function bareLog(deploy: BenchSettings['deploy']): Promise<Bare & { of: string }> {
  const deployment = await deploy({ partitions: PARTITIONS })
  const { storage } = deployment.config
  if (storage.mode === 'stack') {
    await deployment.dispose()
    return Object.assign(await bareKafka(storage.brokers, PARTITIONS), { of: 'kafkajs alone' })
  }
  const { log, close } = await openProducer(deployment.config, () => {})
  await log.createTopics([{ name: 'bench', partitions: PARTITIONS, retention: 'keep' }])
  return {
    of: 'the embedded log alone',
    produce: (values, atOnce) => produce(log, values, atOnce),
    there: (values, perSecond) => there(log, values, perSecond),
    async [Symbol.asyncDispose]() {
      await close()
      await deployment.dispose()
    },
  }
}

async function produce(log: Log, values: readonly Buffer[], atOnce: number): Promise<Round> {
  const begun = clock.monotonic()
  for (let i = 0; i < values.length; i += atOnce) await log.publish(values.slice(i, i + atOnce).map(recordOf))
  return { rate: values.length / ((clock.monotonic() - begun) / 1000) }
}

async function there(log: Log, values: readonly Buffer[], perSecond: number): Promise<Round> {
  const sent: number[] = []
  const latencies: number[] = []
  const reader = await log.follow(['bench'])
  const ends = await log.offsets('bench')
  const reading = (async () => {
    while (latencies.length < values.length) {
      const signal = await reader.next(2000, 5000)
      if (signal?.type === 'assigned')
        for (const { topic, partition } of signal.partitions) reader.start({ topic, partition, offset: ends[partition]!.end })
      if (signal?.type === 'records')
        for (const { records } of signal.batches)
          for (const { key } of records) latencies.push(clock.monotonic() - sent[Number(key)]!)
    }
  })()
  const begun = clock.monotonic()
  for (const [i, value] of values.entries()) {
    const wait = begun + (i * 1000) / perSecond - clock.monotonic()
    if (wait > 1) await clock.sleep(wait)
    sent[i] = clock.monotonic()
    void log.publish([{ ...recordOf(value, i), key: String(i) }])
  }
  const ended = clock.monotonic()
  await reading
  await reader.leave()
  return { rate: values.length / ((ended - begun) / 1000), latencies }
}

const recordOf = (value: Buffer, n: number) => ({
  topic: 'bench',
  partition: n % PARTITIONS,
  key: null,
  value,
  headers: {},
  timestamp: clock.now(),
})
