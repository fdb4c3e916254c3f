import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTelemetry } from '../../infra/tracing/open-telemetry.ts'
import type { Topic } from '../../schemas/topic.ts'
import { decodeBatch, type Slice } from '../../streams/decode-batch.ts'
import type { Engine } from '../../streams/engine.ts'
import { FoldWorker } from '../../streams/fold-worker.ts'
import type { Batch } from '../../streams/log.ts'
import { anyFold } from '../../streams/processor.ts'
import { publisher } from '../../streams/publisher.ts'
import { ScoreWorker } from '../../streams/score-worker.ts'
import type { Sql } from '../../streams/sql.ts'
import { beats, counter, replier, replies, tallies } from '../support/counting-topology.ts'
import { countingSql, engineOf, newWorld, type World } from '../support/engine.ts'
import { Fate, mortalLog } from '../support/mishaps.ts'
import { type OtlpReceiver, otlpReceiver } from '../support/otlp-receiver.ts'
import { onceEach, readTopic } from '../support/read-topic.ts'

const trace = (letter: string) => `00-${letter.repeat(32)}-${letter.repeat(16)}-01`
const [A, B] = [trace('a'), trace('b')]

describe('a round of traced records', { timeout: 60_000 }, () => {
  let sql: Sql
  let world: World
  let receiver: OtlpReceiver
  let telemetry: ReturnType<typeof openTelemetry>
  beforeAll(async () => {
    sql = await countingSql()
  })
  afterAll(() => sql.close())
  beforeEach(async () => {
    world = await newWorld(sql, 1)
    receiver = await otlpReceiver()
    const url = `${receiver.url}/v1/traces`
    const sampling = { headers: undefined, sampler: 'parentbased_always_on', ratio: 1 } as const
    telemetry = openTelemetry({ url, service: 'test', instance: 'test', system: 'test', warn: () => {}, ...sampling })
    return async () => {
      await telemetry.shutdown()
      await receiver.close()
    }
  })

  /** Publishes before it commits, as on Kafka. */
  const engine = (more: Partial<Engine> = {}) =>
    engineOf(world, 'mine', {
      tracer: telemetry.tracer,
      log: mortalLog(world.log, world.sql, { fate: new Fate([]), atomic: false, batch: () => 2000 }),
      ...more,
    })
  const exported = async () => {
    await telemetry.shutdown()
    return receiver.spans()
  }

  async function slices(topic: Topic): Promise<Slice[]> {
    const records = [...new Map((await readTopic(world, topic)).map(({ record }) => [record.offset, record])).values()]
    const batch: Batch = { topic: world.names.of(topic), partition: 0, from: 0, next: records.length, records }
    return (await decodeBatch(world.codec, topic, [batch])).slices
  }

  test('that dies after publishing says the same again under the same marks, and both tries are children of what was read', async () => {
    const beat = (id: string, trace?: string) => ({
      topic: beats,
      key: 'a',
      value: { type: 'beat', id, owner: 'a', amount: 1 },
      trace,
    })
    await publisher(engine())([beat('1', A), beat('2'), beat('3', B)])
    let dies = true
    const at: Engine['at'] = point => {
      if (point === 'published' && dies) throw new Error('died')
    }
    const worker = new FoldWorker(engine({ at }), anyFold(counter))
    await worker.take(0)
    await expect(worker.work(await slices(beats))).rejects.toThrow('died')
    dies = false
    await worker.reload()
    await worker.work(await slices(beats))

    const told = await readTopic(world, tallies)
    expect(told).toHaveLength(6)
    const known = told.map(({ value, record: { key, timestamp, headers } }) => {
      const { traceparent: _, ...rest } = headers
      return { value, key, timestamp, ...rest }
    })
    expect(known.slice(3)).toEqual(known.slice(0, 3))
    const traces = told.map(({ record }) => record.headers.traceparent?.slice(3, 35))
    expect(traces).toEqual([A, undefined, B, A, undefined, B].map(trace => trace?.slice(3, 35)))
    expect(onceEach(told).map(({ value }) => value.seq)).toEqual([1, 2, 3])
    expect(await sql.query('SELECT total FROM counters')).toEqual([{ total: 3 }])

    const spans = await exported()
    const sent = spans.filter(({ name }) => name === 'send beats').map(({ spanId }) => spanId)
    const folded = spans.filter(({ name }) => name === 'process beats')
    expect(folded.map(({ failure }) => failure)).toEqual(['undone', 'undone', undefined, undefined])
    expect(folded.map(({ parentSpanId }) => parentSpanId)).toEqual([...sent, ...sent])
    expect(told.flatMap(({ record }) => record.headers.traceparent?.slice(36, 52) ?? [])).toEqual(
      folded.map(({ spanId }) => spanId),
    )
  })

  test('in which several events of one customer have one answer gives it to the last, linked to the others', async () => {
    const tally = (seq: number, trace: string) => ({
      topic: tallies,
      key: 'a',
      value: { owner: 'a', seq, total: seq, high: false },
      trace,
    })
    await publisher(engine())([tally(1, A), tally(2, B)])
    const worker = new ScoreWorker(engine(), replier as never, () => undefined)
    await worker.take(0)
    await worker.work(await slices(tallies))
    const [reply, ...more] = await readTopic(world, replies)
    expect(more).toEqual([])
    const spans = await exported()
    const [first, last] = spans.filter(({ name }) => name === 'process tallies')
    expect([first!.traceId, last!.traceId]).toEqual([A.slice(3, 35), B.slice(3, 35)])
    expect([first!.links, last!.links]).toEqual([[], [first!.spanId]])
    const answer = spans.find(({ name }) => name === 'send replies')!
    expect(answer).toMatchObject({ parentSpanId: last!.spanId, attributes: { 'messaging.message.id': 'a-2' } })
    expect(reply!.record.headers.traceparent).toBe(`00-${answer.traceId}-${answer.spanId}-01`)
  })

  test('of which one cannot be read shows it as failed, with the code of its dead letter', async () => {
    const record = { topic: world.names.of(beats), partition: 0, key: 'a', value: Buffer.from('{'), timestamp: 1 }
    await world.log.publish([{ ...record, headers: { traceparent: A } }])
    const batch: Batch = {
      topic: record.topic,
      partition: 0,
      from: 0,
      next: 1,
      records: [{ ...record, headers: { traceparent: A }, offset: 0 }],
    }
    const worker = new FoldWorker(engine(), anyFold(counter))
    await worker.take(0)
    await worker.work((await decodeBatch(world.codec, beats, [batch])).slices)
    expect(await exported()).toMatchObject([{ name: 'process beats', failure: 'json_invalid', parentSpanId: A.slice(36, 52) }])
  })
})
