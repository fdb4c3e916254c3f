import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { type ISocketFactory, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pgSql } from '../../infra/sql/pg-sql.ts'
import { systemClock } from '../../streams/clock.ts'
import { type KafkaLogOptions, kafkaLog } from '../../streams/kafka-log.ts'
import type { Log, LogRecord, Membership, NewRecord, Signal } from '../../streams/log.ts'
import { LogUnavailable } from '../../streams/log-unavailable.ts'
import { type LogHarness, logContract } from '../contracts/log.ts'
import { describeStack } from '../support/stack.ts'

const SESSION_MS = 3000

describeStack('Kafka', ({ brokers, databaseUrl }) => {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  const made = new Set<string>()

  async function open(options: Partial<KafkaLogOptions> = {}): Promise<Log> {
    const log = await kafkaLog({
      brokers,
      clientId: unique('test'),
      clock: systemClock,
      sessionTimeoutMs: SESSION_MS,
      ...options,
    })
    const create = log.createTopics.bind(log)
    log.createTopics = topics => {
      for (const { name } of topics) made.add(name)
      return create(topics)
    }
    return log
  }

  logContract('KafkaLog', async (): Promise<LogHarness> => {
    const log = await open()
    const sql = pgSql({ url: databaseUrl, max: 2, onError: () => {} })
    const others = new Map<Log, Wires>()
    return {
      log,
      sql,
      atomic: false,
      async another() {
        const wires = new Wires()
        const other = await open({ socketFactory: wires.factory })
        others.set(other, wires)
        return other
      },
      async kill(other) {
        others.get(other)?.cut()
        return log
      },
      async close() {
        await Promise.all([log, ...others.keys()].map(each => each.close()))
        await sql.close()
      },
    }
  })

  const opened: Log[] = []
  let log: Log

  beforeAll(async () => {
    await admin.connect()
    log = await opening()
  })
  afterAll(async () => {
    await Promise.all(opened.map(each => each.close()))
    await admin.deleteTopics({ topics: [...made] })
    await admin.disconnect()
  }, 30_000)

  async function opening(options?: Partial<KafkaLogOptions>): Promise<Log> {
    const log = await open(options)
    opened.push(log)
    return log
  }

  async function created(partitions: number): Promise<string> {
    const name = unique('kafka')
    await log.createTopics([{ name, partitions, retention: 'keep' }])
    return name
  }

  test('brokers that do not answer are named', async () => {
    const refused = open({ brokers: ['127.0.0.1:1', '127.0.0.1:2'] })
    await expect(refused).rejects.toThrow('127.0.0.1:1, 127.0.0.1:2')
    await expect(refused).rejects.toBeInstanceOf(LogUnavailable)
  }, 20_000)

  test('topics are created with the retention asked for and room for large records', async () => {
    const names = { keep: unique('keep'), week: unique('week'), compact: unique('compact') }
    await log.createTopics([
      { name: names.keep, partitions: 1, retention: 'keep' },
      { name: names.week, partitions: 1, retention: { days: 7 } },
      { name: names.compact, partitions: 1, retention: 'compact' },
    ])
    const settings = async (name: string) => {
      const configNames = ['cleanup.policy', 'retention.ms', 'max.message.bytes']
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name, configNames }] })
      return Object.fromEntries(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]))
    }
    expect(await settings(names.keep)).toEqual({
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'max.message.bytes': '8388608',
    })
    expect(await settings(names.week)).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': String(7 * 86_400_000) })
    expect(await settings(names.compact)).toMatchObject({ 'cleanup.policy': 'compact' })
  })

  test('what a client stamps is not believed where the log is to stamp: an old record would pass for a backlog for good', async () => {
    const name = unique('stamped')
    await log.createTopics([{ name, partitions: 1, retention: 'keep', stamped: 'by the log' }])
    const before = systemClock.now()
    await log.publish([record(name, 0, { timestamp: 1_322_000_000_123 }), record(name, 0, { timestamp: before + 86_400_000 })])
    const reader = await log.follow([name])
    const stamps: number[] = []
    while (stamps.length < 2) {
      const signal = await reader.next(10, 200)
      if (signal?.type === 'assigned') reader.start({ topic: name, partition: 0, offset: 0 })
      if (signal?.type === 'records') stamps.push(...signal.batches.flatMap(({ records }) => records.map(r => r.timestamp)))
    }
    await reader.leave()
    for (const stamp of stamps) {
      expect(stamp).toBeGreaterThanOrEqual(before - 1000)
      expect(stamp).toBeLessThanOrEqual(systemClock.now() + 1000)
    }
  })

  test('a record larger than Kafka takes is refused for good, not as an outage, and the next is taken', async () => {
    const topic = await created(1)
    const refused = log.publish([record(topic, 0, { value: Buffer.alloc(9 << 20) })])
    await expect(refused).rejects.toThrow(/large/)
    await expect(refused).rejects.not.toBeInstanceOf(LogUnavailable)
    expect(await log.publish([record(topic, 0)])).toEqual([{ topic, partition: 0, end: 1 }])
  })

  test('publishing to a broker that stopped answering fails as an outage by the deadline, and works again when it answers', async () => {
    const wires = new Wires()
    const other = await opening({ socketFactory: wires.factory })
    const topic = await created(1)
    await other.publish([record(topic, 0, { key: 'before' })])
    wires.freeze()
    const begun = systemClock.monotonic()
    const failures = await Promise.allSettled([1, 2, 3].map(n => other.publish([record(topic, 0, { key: `${n}` })])))
    for (const failure of failures) expect(failure.status === 'rejected' && failure.reason).toBeInstanceOf(LogUnavailable)
    expect(systemClock.monotonic() - begun).toBeLessThan(7000)
    wires.thaw()
    await other.publish([record(topic, 0, { key: 'after' })])
    const { end } = (await log.offsets(topic))[0]!
    const keys = (await readAll(topic, end)).map(({ key }) => key)
    expect([keys[0], keys.at(-1)]).toEqual(['before', 'after'])
  }, 30_000)

  test('publishing goes on after the connection was lost, without anyone opening it again', async () => {
    const wires = new Wires()
    const other = await opening({ socketFactory: wires.factory })
    const topic = await created(1)
    for (let n = 0; n < 5; n++) {
      await other.publish([record(topic, 0)])
      wires.break()
      await systemClock.sleep(20)
    }
    await other.publish([record(topic, 0)])
    expect(await log.offsets(topic)).toEqual([{ start: 0, end: 6 }])
  }, 30_000)

  test('while the broker is out of reach publishing fails as an outage', async () => {
    const wires = new Wires()
    const other = await opening({ socketFactory: wires.factory })
    const topic = await created(1)
    await other.publish([record(topic, 0)])
    wires.cut()
    for (let n = 0; n < 3; n++) await expect(other.publish([record(topic, 0)])).rejects.toBeInstanceOf(LogUnavailable)
  }, 30_000)

  test('a member whose connections break again and again misses nothing and gets nothing out of line', async () => {
    const wires = new Wires()
    const other = await opening({ socketFactory: wires.factory })
    const topic = await created(2)
    const member = await other.join(unique('group'), [topic])
    const seen: LogRecord[] = []
    const positions = [0, 0]
    for (let n = 0; n < 60 || seen.length < 60; n++) {
      if (n < 60) await log.publish([record(topic, n % 2, { key: `${n}` })])
      if (n % 15 === 5 && n < 60) wires.break()
      const got = await member.next(100, n < 60 ? 10 : 20_000)
      if (got?.type === 'assigned')
        for (const each of got.partitions) member.start({ ...each, offset: positions[each.partition]! })
      if (got?.type !== 'records') continue
      for (const batch of got.batches) {
        expect(batch.from).toBe(positions[batch.partition])
        positions[batch.partition] = batch.next
        seen.push(...batch.records)
      }
    }
    await member.leave()
    for (const partition of [0, 1]) {
      const keys = seen.filter(r => r.partition === partition).map(r => Number(r.key))
      expect(keys).toEqual(Array.from({ length: 30 }, (_, n) => 2 * n + partition))
    }
  }, 60_000)

  test('markers and aborted records of transactions are passed: the position reaches the end of the log', async () => {
    const topic = await created(1)
    const producer = kafka.producer({ transactionalId: unique('transaction'), maxInFlightRequests: 1, idempotent: true })
    await producer.connect()
    const follower = await started(await log.follow([topic]), topic, 0)
    const positions: number[] = []
    const values: string[] = []
    // The broker writes a marker after it has answered that the transaction ended: its end is awaited, not asked for.
    const readTo = async (end: number) => {
      while ((positions.at(-1) ?? 0) < end) {
        for (const batch of batchesOf(await signal(follower))) {
          expect(batch.from).toBe(positions.at(-1) ?? 0)
          positions.push(batch.next)
          values.push(...batch.records.map(r => String(r.value)))
        }
      }
    }
    for (const [value, commit, end] of [
      ['a', true, 2],
      ['b', false, 4],
      ['c', true, 6],
      ['d', false, undefined],
      ['e', false, 10],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value }] })
      await (commit ? transaction.commit() : transaction.abort())
      if (end !== undefined) await readTo(end)
    }
    await producer.disconnect()
    expect(values).toEqual(['a', 'c'])
    expect(positions.at(-1)).toBe(10)
    // From a marker's own offset, where nothing but markers and aborted records follow.
    follower.start({ topic, partition: 0, offset: 5 })
    let next = 5
    while (next < 10) {
      for (const batch of batchesOf(await signal(follower))) {
        expect([batch.from, batch.records]).toEqual([next, []])
        next = batch.next
      }
    }
    await follower.leave()
  }, 30_000)

  test('a position before what is kept goes on from the first record, says so, and covers the gap', async () => {
    const warnings: string[] = []
    const other = await opening({ warn: message => warnings.push(message) })
    const topic = await created(1)
    await log.publish(Array.from({ length: 10 }, (_, n) => record(topic, 0, { key: `${n}` })))
    await admin.fetchTopicOffsets(topic) // kafkajs looks for the leader in metadata it has loaded for something else
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '6' }] })
    expect(await log.offsets(topic)).toEqual([{ start: 6, end: 10 }])
    const member = await started(await other.follow([topic]), topic, 2)
    const keys: (string | null)[] = []
    for (let next = 2; next < 10; ) {
      for (const batch of batchesOf(await signal(member))) {
        expect(batch.from).toBe(next)
        next = batch.next
        keys.push(...batch.records.map(r => r.key))
      }
    }
    expect(keys).toEqual(['6', '7', '8', '9'])
    expect(warnings).toContain('records were deleted before they were read')
    await member.leave()
  }, 30_000)

  test('a position beyond the end of the log ends the membership instead of starting over', async () => {
    const topic = await created(1)
    await log.publish([record(topic, 0), record(topic, 0)])
    const member = await started(await log.join(unique('group'), [topic]), topic, 7)
    await expect(signal(member)).rejects.toThrow(/from 7.*ends at 2/)
    await member.leave()
  }, 30_000)

  test('a membership ends when the wall clock is set back, for kafkajs would send no heartbeat until it has caught up', async () => {
    let set = 0
    const log = await open({ clock: { ...systemClock, now: () => systemClock.now() + set } })
    const topic = unique('clock')
    await log.createTopics([{ name: topic, partitions: 1, retention: 'compact' }])
    const member = await log.join(unique('group'), [topic])
    expect(await member.next(10, 5000)).toMatchObject({ type: 'assigned' })
    set = -900 // as a clock that is slewed
    await member.next(10, 10)
    set = -3_600_000
    await expect(member.next(10, 10)).rejects.toThrow('set back by 3600 s')
    await log.close()
  })

  test('a session that the broker refuses rejects the join', async () => {
    const topic = await created(1)
    const hasty = await opening({ sessionTimeoutMs: 700 })
    await expect(hasty.join(unique('group'), [topic])).rejects.toThrow(/session timeout/)
  }, 30_000)

  test('joining for a topic that does not exist rejects', async () => {
    await expect(log.join(unique('group'), [unique('unknown')])).rejects.toThrow(/does not have the topic/)
  }, 30_000)

  test('a member with no room for more stays in its group beyond the session, and hears of a rebalance', async () => {
    const topic = await created(2)
    const value = Buffer.alloc(100_000)
    for (let n = 0; n < 6; n++) await log.publish(Array.from({ length: 40 }, (_, i) => record(topic, i % 2, { value })))
    const group = unique('group')
    const busy = await log.join(group, [topic])
    expect((await signal(busy)).type).toBe('assigned')
    for (const partition of [0, 1]) busy.start({ topic, partition, offset: 0 })
    await systemClock.sleep(SESSION_MS + 1500)
    expect((await signal(busy)).type).toBe('records') // had the session ended, this would be `revoked`
    const other = await (await opening()).join(group, [topic])
    expect(await signal(other)).toMatchObject({ type: 'assigned', partitions: [{ topic }] })
    expect((await signal(busy)).type).toBe('revoked')
    expect(await signal(busy)).toMatchObject({ type: 'assigned', partitions: [{ topic }] })
    await Promise.all([busy.leave(), other.leave()])
  }, 30_000)

  test('what was committed shows to lag tools; followers leave no group behind', async () => {
    const topic = await created(1)
    await log.publish([record(topic, 0), record(topic, 0)])
    const group = unique('group')
    const member = await started(await log.join(group, [topic]), topic, 0)
    await signal(member)
    member.committed([{ topic, partition: 0, offset: 1 }])
    member.committed([{ topic, partition: 0, offset: 2 }])
    await member.leave()
    expect(await admin.fetchOffsets({ groupId: group, topics: [topic] })).toMatchObject([
      { topic, partitions: [{ partition: 0, offset: '2' }] },
    ])

    const clientId = unique('follower')
    const follower = await started(await (await opening({ clientId })).follow([topic]), topic, 0)
    const groups = async () =>
      (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter(id => id.startsWith(clientId))
    expect(await groups()).toHaveLength(1)
    follower.committed([{ topic, partition: 0, offset: 2 }])
    await follower.leave()
    const [id] = await groups()
    if (id !== undefined)
      expect((await admin.fetchOffsets({ groupId: id, topics: [topic] }))[0]?.partitions[0]?.offset).toBe('-1')
  }, 30_000)

  test('odd headers and keys of other clients are read, not choked on', async () => {
    const topic = await created(1)
    const producer = kafka.producer()
    await producer.connect()
    const headers = { twice: ['a', 'b'], bytes: Buffer.from([0xff, 0x41]) }
    await producer.send({ topic, messages: [{ key: Buffer.from([0xff, 0xfe]), value: 'v', headers }] })
    await producer.disconnect()
    const [read] = await readAll(topic, 1)
    expect(read).toMatchObject({ key: '\ufffd\ufffd', headers: { twice: 'b', bytes: '\ufffdA' } })
  }, 30_000)

  test('after kill -9 of a process the partitions it had go on in another, from where they were committed', async () => {
    const topic = await created(2)
    const group = unique('group')
    await log.publish(Array.from({ length: 20 }, (_, n) => record(topic, n % 2)))
    const child = reader({ brokers, topic, group })
    await child.heard(/read 20/)
    const member = await log.join(group, [topic])
    child.kill()
    await log.publish([record(topic, 0), record(topic, 1)])
    const seen: string[] = []
    const committed = [8, 10]
    while (seen.length < 4) {
      const got = await signal(member)
      if (got.type === 'assigned')
        for (const each of got.partitions) member.start({ ...each, offset: committed[each.partition]! })
      for (const batch of batchesOf(got)) {
        committed[batch.partition] = batch.next
        seen.push(...batch.records.map(r => `${r.partition}/${r.offset}`))
      }
    }
    await member.leave()
    expect(seen.sort()).toEqual(['0/10', '0/8', '0/9', '1/10'])
  }, 60_000)

  async function readAll(topic: string, count: number): Promise<LogRecord[]> {
    const member = await started(await log.follow([topic]), topic, 0)
    const records: LogRecord[] = []
    while (records.length < count) for (const batch of batchesOf(await signal(member))) records.push(...batch.records)
    await member.leave()
    return records
  }
})

const unique = (prefix: string) => `${prefix}-${randomUUID()}`

const record = (topic: string, partition: number, change: Partial<NewRecord> = {}): NewRecord => ({
  topic,
  partition,
  key: 'k',
  value: Buffer.from('v'),
  headers: {},
  timestamp: systemClock.now(),
  ...change,
})

async function signal(member: Membership): Promise<Signal> {
  const got = await member.next(1000, 20_000)
  if (got === undefined) throw new Error('nothing came')
  return got
}

const batchesOf = (got: Signal) => (got.type === 'records' ? got.batches : [])

async function started(member: Membership, topic: string, offset: number): Promise<Membership> {
  expect((await signal(member)).type).toBe('assigned')
  member.start({ topic, partition: 0, offset })
  return member
}

/** A process that reads a topic in a group and never leaves. */
function reader(what: { brokers: readonly string[]; topic: string; group: string }) {
  const streams = new URL('../../streams/', import.meta.url).href
  const program = `
    import { systemClock } from '${streams}clock.ts'
    import { kafkaLog } from '${streams}kafka-log.ts'
    const { brokers, topic, group } = ${JSON.stringify(what)}
    const log = await kafkaLog({ brokers, clientId: 'doomed', clock: systemClock, sessionTimeoutMs: ${SESSION_MS} })
    const member = await log.join(group, [topic])
    let read = 0
    while (true) {
      const got = await member.next(1000, 1000)
      if (got?.type === 'assigned') for (const each of got.partitions) member.start({ ...each, offset: 0 })
      if (got?.type === 'records') for (const batch of got.batches) read += batch.records.length
      console.log('read ' + read)
    }`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return {
    heard: (what: RegExp) =>
      new Promise<void>((resolve, reject) => {
        let heard = ''
        child.stdout.on('data', chunk => {
          heard += chunk
          if (what.test(heard)) resolve()
        })
        child.on('exit', () => reject(new Error(`ended after: ${heard}`)))
      }),
    kill: () => child.kill('SIGKILL'),
  }
}

/** Connections that can break, stop bringing answers, or be cut for good: a process cut off is dead to the broker. */
class Wires {
  private readonly sockets = new Set<Socket>()
  private frozen = false
  private alive = true

  readonly factory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect)
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
    if (!this.alive) socket.destroy(new Error('cut'))
    if (this.frozen) socket.pause()
    return socket
  }

  break(): void {
    for (const socket of this.sockets) socket.destroy(new Error('cut'))
  }

  cut(): void {
    this.alive = false
    this.break()
  }

  freeze(): void {
    this.frozen = true
    for (const socket of this.sockets) socket.pause()
  }

  thaw(): void {
    this.frozen = false
    for (const socket of this.sockets) socket.resume()
  }
}
