import { describe, expect, test } from 'vitest'
import { systemClock } from '../../streams/clock.ts'
import { openCodec } from '../../streams/codec.ts'
import type { Keyring } from '../../streams/keyring.ts'
import type { End, Log, NewRecord } from '../../streams/log.ts'
import { publisher } from '../../streams/publisher.ts'
import { topicNames } from '../../streams/topic-names.ts'
import { noTracer } from '../../streams/tracer.ts'
import { beats, tallies } from '../support/counting-topology.ts'
import { unbundled } from '../support/unbundled.ts'

const names = topicNames({ prefix: 'test', partitions: 1 })
const codec = await openCodec([beats, tallies], names.of)
const beat = (id: number) => ({ topic: beats, key: 'k', value: { type: 'beat', id: `${id}`, owner: 'k', amount: 1 } })

/** A log whose sends wait to be answered. */
function slowLog() {
  const sends: { records: readonly NewRecord[]; answer: (ends: End[]) => void; fail: (error: Error) => void }[] = []
  const publish: Log['publish'] = records =>
    new Promise((answer, fail) => {
      sends.push({ records, answer, fail })
    })
  const log = { publish } as Partial<Log> as Log
  return { log, sends }
}

const keyring: Keyring = {
  create: async () => {},
  fetch: async () => {},
  seal: (owner, id) => `sealed ${owner} ${id}`,
  open: () => undefined,
}
const open = () => {
  const { log, sends } = slowLog()
  return { sends, publish: publisher({ log, names, codec, keyring, clock: systemClock, tracer: noTracer }) }
}
const carried = (record: NewRecord) => unbundled<{ id: string }, NewRecord>(record)
const counted = ({ records }: { records: readonly NewRecord[] }) => records.flatMap(carried).length
const settled = () => new Promise(resolve => setImmediate(resolve))
const endAt = (end: number): End => ({ topic: names.of(beats), partition: 0, end })

describe('publisher', () => {
  test('calls that come while others are being written share the next send, in the order they came', async () => {
    const { publish, sends } = open()
    const calls = Array.from({ length: 20 }, (_, i) => publish([beat(i)]))
    await settled()
    expect(sends.map(counted)).toEqual([1, 1, 1, 1])
    sends[0]!.answer([endAt(1)])
    await settled()
    expect(sends.map(counted)).toEqual([1, 1, 1, 1, 16])
    const ids = sends.flatMap(({ records }) => records.flatMap(carried).map(({ value }) => value.id))
    expect(ids).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`))
    for (const { answer } of sends) answer([endAt(20)])
    expect(await Promise.all(calls)).toEqual([
      [{ topic: beats, partition: 0, end: 1 }],
      ...Array(19).fill([{ topic: beats, partition: 0, end: 20 }]),
    ])
  })

  test('a send that fails fails every call that shared it and no other', async () => {
    const { publish, sends } = open()
    const calls = Array.from({ length: 7 }, (_, i) =>
      publish([beat(i)]).then(
        () => 'written',
        (error: Error) => error.message,
      ),
    )
    await settled()
    for (const { answer } of sends) answer([endAt(4)])
    await settled()
    sends[4]!.fail(new Error('the log is away'))
    expect(await Promise.all(calls)).toEqual([...Array(4).fill('written'), ...Array(3).fill('the log is away')])
    const after = publish([beat(8)])
    await settled()
    sends[5]!.answer([endAt(9)])
    expect(await after).toHaveLength(1)
  })

  test('a send has five thousand records at most, and a call that is larger goes alone', async () => {
    const { publish, sends } = open()
    const many = (count: number) => publish(Array.from({ length: count }, (_, i) => beat(i)))
    const calls = [1, 1, 1, 1, 3000, 2000, 1, 6000, 1].map(many)
    await settled()
    for (let i = 0; i < sends.length; i++) {
      sends[i]!.answer([endAt(1)])
      await settled()
    }
    await Promise.all(calls)
    expect(sends.map(counted)).toEqual([1, 1, 1, 1, 5000, 1, 6000, 1])
  })

  test('each call hears only of the partitions that it wrote to', async () => {
    const { publish, sends } = open()
    for (let i = 0; i < 4; i++) void publish([beat(i)])
    const one = publish([beat(5)])
    const other = publish([{ topic: tallies, key: 'k', value: { owner: 'k', seq: 1, total: 1, high: false } }])
    await settled()
    sends[0]!.answer([endAt(1)])
    await settled()
    sends[4]!.answer([endAt(5), { topic: names.of(tallies), partition: 0, end: 9 }])
    expect(await one).toEqual([{ topic: beats, partition: 0, end: 5 }])
    expect(await other).toEqual([{ topic: tallies, partition: 0, end: 9 }])
  })
})
