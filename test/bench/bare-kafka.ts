import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Bare } from './bare-log.ts'

/** kafkajs and nothing else. */
export async function bareKafka(brokers: readonly string[], partitions: number): Promise<Bare> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const topic = `bench-${randomUUID()}`
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true })
  const producer = kafka.producer({ maxInFlightRequests: 1 })
  await producer.connect()

  return {
    async produce(values, atOnce) {
      const begun = clock.monotonic()
      for (let i = 0; i < values.length; i += atOnce) {
        const messages = values.slice(i, i + atOnce).map((value, n) => ({ value, partition: n % partitions }))
        await producer.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] })
      }
      return { rate: values.length / ((clock.monotonic() - begun) / 1000) }
    },
    async there(values, perSecond) {
      const sent = new Map<number, number>()
      const latencies: number[] = []
      const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 200 })
      await consumer.connect()
      await consumer.subscribe({ topic })
      const joined = new Promise(resolve => consumer.on(consumer.events.GROUP_JOIN, resolve))
      await consumer.run({
        eachMessage: async ({ message }) => {
          const at = sent.get(Number(message.key))
          if (at !== undefined) latencies.push(clock.monotonic() - at)
        },
      })
      await joined
      await clock.sleep(1000)
      const begun = clock.monotonic()
      for (const [i, value] of values.entries()) {
        await clock.sleep(Math.max(0, begun + (i * 1000) / perSecond - clock.monotonic()))
        sent.set(i, clock.monotonic())
        void producer.send({ topic, acks: -1, messages: [{ key: String(i), value, partition: i % partitions }] })
      }
      const ended = clock.monotonic()
      for (let waited = 0; latencies.length < values.length && waited < 5000; waited += 50) await clock.sleep(50)
      await consumer.disconnect()
      return { rate: values.length / ((ended - begun) / 1000), latencies }
    },
    async [Symbol.asyncDispose]() {
      await producer.disconnect()
      await admin.deleteTopics({ topics: [topic] })
      await admin.disconnect()
    },
  }
}
