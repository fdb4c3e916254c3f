import { randomUUID } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../streams/clock.ts'
import type { End, Headers, Log, LogRecord, Membership, NewRecord, Signal, TopicPartition } from '../../streams/log.ts'
import { partitionOf } from '../../streams/partition-of.ts'
import type { Sql } from '../../streams/sql.ts'

/** What a log under test brings. It is opened once for the whole suite: every test makes topics and groups of its own. */
export interface LogHarness {
  readonly log: Log
  /** Where `publishAndCommit` commits. The embedded log keeps its records there too. */
  readonly sql: Sql
  /** Whether records and commit are one transaction (embedded), so that a commit that throws leaves no records either. */
  readonly atomic: boolean
  /** One more client of the same log, as another process would be. The embedded log, of one process, answers itself. */
  another(): Promise<Log>
  /**
   * Ends a log that `another` gave as `kill -9` would: nothing leaves, nothing is closed. Answers a log on which a new
   * process goes on. The last test calls it, so `log` need not survive it.
   */
  kill(log: Log): Promise<Log>
  close(): Promise<void>
}

/** The promises every `Log` keeps (streams/log.ts). */
export function logContract(name: string, open: () => Promise<LogHarness>): void {
  describe(name, { timeout: 60_000 }, () => {
    let harness: LogHarness
    beforeAll(async () => {
      harness = await open()
    }, 60_000)
    afterAll(() => harness?.close(), 60_000)
    const theLog = () => harness.log

    topics(theLog)
    publishing(theLog)
    contents(theLog)
    reading(theLog)
    groups(
      theLog,
      () => harness.another(),
      log => harness.kill(log),
    )
    committing(() => harness)
  })
}

function topics(theLog: () => Log): void {
  test('creating a topic again changes nothing, and its records stay', async () => {
    const log = theLog()
    const topic = await created(log, 3)
    await log.publish([record(topic, 1)])
    await log.createTopics([
      { name: topic, partitions: 3, retention: 'keep' },
      { name: `${topic}.more`, partitions: 1, retention: 'compact' },
    ])
    expect(await log.offsets(topic)).toEqual([
      { start: 0, end: 0 },
      { start: 0, end: 1 },
      { start: 0, end: 0 },
    ])
    expect(await log.offsets(`${topic}.more`)).toEqual([{ start: 0, end: 0 }])
  })

  test('a topic that is there with another partition count is refused, naming it and both counts', async () => {
    const log = theLog()
    const topic = await created(log, 3)
    const refused = log.createTopics([{ name: topic, partitions: 4, retention: 'keep' }])
    await expect(refused).rejects.toThrow(topic)
    await expect(refused).rejects.toThrow(/\b3\b.*\b4\b|\b4\b.*\b3\b/)
    expect(await log.offsets(topic)).toHaveLength(3)
  })

  test('the offsets of an unknown topic reject', async () => {
    await expect(theLog().offsets(unique('unknown'))).rejects.toThrow()
  })
}

function publishing(theLog: () => Log): void {
  test('publishing answers the offset after the last record of each partition written', async () => {
    const log = theLog()
    const [a, b] = [await created(log, 3), await created(log, 1)]
    expect(sorted(await log.publish([record(a, 0), record(a, 2), record(b, 0), record(a, 2)]))).toEqual(
      sorted([end(a, 0, 1), end(a, 2, 2), end(b, 0, 1)]),
    )
    expect(await log.publish([record(a, 2)])).toEqual([end(a, 2, 3)])
    expect((await log.offsets(a)).map(({ end }) => end)).toEqual([1, 0, 3])
  })

  test('publishing no records answers no ends', async () => {
    expect(await theLog().publish([])).toEqual([])
  })

  test('publishing to a topic or a partition that does not exist rejects, and the log goes on', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    await expect(log.publish([record(unique('unknown'), 0)])).rejects.toThrow()
    await expect(log.publish([record(topic, 2)])).rejects.toThrow()
    expect(await log.publish([record(topic, 1)])).toEqual([end(topic, 1, 1)])
  })

  test('records of a partition are read in the order they were published, by many calls and within one', async () => {
    const log = theLog()
    const topic = await created(log, 4)
    const keys = Array.from({ length: 50 }, (_, i) => `customer-${i}`)
    for (let round = 0; round < 20; round++) {
      const values = keys.flatMap(key => [0, 1, 2].map(n => ({ key, n: round * 3 + n })))
      await log.publish(values.map(({ key, n }) => record(topic, partitionOf(key, 4), { key, value: Buffer.from(`${n}`) })))
    }
    const reader = await Reader.join(log, unique('group'), [topic])
    await reader.until(() => reader.records.length >= 3000, 'all records')
    await reader.leave()
    for (const key of keys) {
      expect(reader.records.filter(r => r.key === key).map(text)).toEqual(Array.from({ length: 60 }, (_, n) => `${n}`))
    }
  })

  test('one publish of many megabytes for one partition keeps its order', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    const records = Array.from({ length: 40 }, (_, n) => {
      const value = Buffer.alloc(n % 4 === 0 ? 1_000_000 : 100_000, n)
      return record(topic, n % 8 === 7 ? 1 : 0, { key: `${n}`, value })
    })
    expect(sorted(await log.publish(records))).toEqual([end(topic, 0, 35), end(topic, 1, 5)])
    const reader = await Reader.join(log, unique('group'), [topic])
    await reader.until(() => reader.records.length >= 40, 'all records')
    await reader.leave()
    for (const partition of [0, 1]) {
      const [sent, read] = [records, reader.records].map(all => all.filter(r => r.partition === partition).map(r => r.key))
      expect(read).toEqual(sent)
    }
    for (const { key, value } of reader.records) expect(value?.equals(records[Number(key)]!.value!)).toBe(true)
  })
}

function contents(theLog: () => Log): void {
  const kept: [string, Partial<NewRecord>][] = [
    ['a tombstone', { key: 'gone', value: null }],
    ['a record without a key', { key: null, value: Buffer.from('keyless') }],
    ['neither key nor value', { key: null, value: null }],
    ['an empty value, which is no tombstone', { value: Buffer.alloc(0) }],
    ['an empty key, which is no missing key', { key: '' }],
    ['a key beyond ASCII', { key: 'گاہک-été-🌊' }],
    ['headers', { headers: { ce_id: 'e1', traceparent: '00-ab-cd-01', شهر: 'لاہور', empty: '' } }],
    ['a timestamp of long ago', { timestamp: 1_322_000_000_123 }],
    ['bytes that are no text', { value: Buffer.from([0, 255, 254, 0, 128]) }],
    ['a value of one megabyte', { value: Buffer.alloc(1_000_000, 'سلام') }],
  ]
  test.each(kept)('%s comes back as it was published', async (_, change) => {
    const log = theLog()
    const topic = await created(log, 1)
    const sent = record(topic, 0, change)
    await log.publish([sent])
    const [read] = await readAll(log, topic, 1)
    expect({ ...read, value: base64(read?.value) }).toEqual({ ...sent, offset: 0, value: base64(sent.value) })
  })

  test('a record that inherited an instant which has not come yet is not kept off the log until then', async () => {
    const log = theLog()
    const topic = await created(log, 1)
    await log.publish([record(topic, 0, { key: 'early', timestamp: systemClock.now() + 86_400_000 })])
    expect((await readAll(log, topic, 1)).map(({ key }) => key)).toEqual(['early'])
  })

  test('`follow` sees every partition of every topic, without a group, and so does a second follower', async () => {
    const log = theLog()
    const [a, b] = [await created(log, 3), await created(log, 2)]
    await log.publish([0, 1, 2].map(partition => record(a, partition)))
    await log.publish([0, 1].map(partition => record(b, partition)))
    const followers = [await Reader.follow(log, [a, b]), await Reader.follow(log, [a, b])]
    await together(followers, () => followers.every(f => f.records.length >= 5), 'every follower has everything')
    await log.publish([record(a, 2), record(b, 1)])
    await together(followers, () => followers.every(f => f.records.length >= 7), 'every follower has what came later')
    for (const follower of followers)
      expect(follower.owned().sort()).toEqual(
        [0, 1, 2]
          .map(p => `${a}/${p}`)
          .concat([0, 1].map(p => `${b}/${p}`))
          .sort(),
      )
    await Promise.all(followers.map(f => f.leave()))
  })
}

function reading(theLog: () => Log): void {
  test('after `assigned` nothing comes until `start`, and then only of the partitions started', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    await log.publish([record(topic, 0), record(topic, 1)])
    const member = await log.join(unique('group'), [topic])
    const assigned = await signal(member)
    expect(assigned.type === 'assigned' && sorted(assigned.partitions)).toEqual([0, 1].map(partition => ({ topic, partition })))
    await log.publish([record(topic, 0), record(topic, 1)])
    expect(await member.next(100, 700)).toBeUndefined()
    member.start({ topic, partition: 1, offset: 0 })
    const seen: LogRecord[] = []
    while (seen.length < 2) seen.push(...recordsOf(await signal(member)))
    expect(await member.next(100, 700)).toBeUndefined()
    expect(seen.map(r => [r.partition, r.offset])).toEqual([
      [1, 0],
      [1, 1],
    ])
    await member.leave()
  })

  test('a start from an offset brings it and what follows, nothing before; a start at the end brings what comes later', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    await log.publish(Array.from({ length: 20 }, (_, n) => record(topic, n % 2)))
    const positions = new Map([
      [`${topic}/0`, 7],
      [`${topic}/1`, 10],
    ])
    const reader = await Reader.join(log, unique('group'), [topic], positions)
    await reader.until(() => reader.records.length >= 3, 'the rest of partition 0')
    await log.publish([record(topic, 1)])
    await reader.until(() => reader.records.length >= 4, 'the new record of partition 1')
    await reader.leave()
    expect(reader.records.map(r => [r.partition, r.offset])).toEqual([
      [0, 7],
      [0, 8],
      [0, 9],
      [1, 10],
    ])
  })

  test('`start` on an owned partition drops what was fetched before and reads from there, backwards and forwards', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    await log.publish(Array.from({ length: 200 }, (_, n) => record(topic, n % 2)))
    const member = await log.join(unique('group'), [topic])
    await signal(member)
    const positions = [0, 0]
    const start = (partition: number, offset: number) => {
      positions[partition] = offset
      member.start({ topic, partition, offset })
    }
    const read = async () => {
      const got = await signal(member, 7)
      if (got.type !== 'records') throw new Error(`unexpected ${got.type}`)
      for (const batch of got.batches) {
        expect(batch.from).toBe(positions[batch.partition])
        for (const [i, r] of batch.records.entries()) expect(r.offset).toBe(batch.from + i)
        positions[batch.partition] = batch.next
      }
    }
    start(0, 0)
    start(1, 0)
    for (const [partition, offset] of [
      [0, 3],
      [1, 0],
      [0, 60],
      [0, 61],
      [0, 2],
      [1, 99],
    ] as const) {
      await read()
      await read()
      start(partition, offset)
    }
    while (positions.some(position => position < 100)) await read()
    expect(await member.next(7, 300)).toBeUndefined()
    await member.leave()
  })

  test('`next` brings no more than the limit, over all partitions, and loses nothing by it', async () => {
    const log = theLog()
    const topic = await created(log, 3)
    await log.publish(Array.from({ length: 100 }, (_, n) => record(topic, n % 3)))
    const reader = await Reader.join(log, unique('group'), [topic])
    reader.limit = 7
    await reader.until(() => reader.records.length >= 100, 'all records')
    await reader.leave()
    expect(reader.largest).toBeLessThanOrEqual(7)
    expect(reader.records).toHaveLength(100)
  })

  test('one answer of `next` has at most one batch of a partition', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    const reader = await Reader.join(log, unique('group'), [topic])
    await reader.until(() => reader.owned().length === 2, 'an assignment')
    for (let n = 0; n < 30; n++) {
      await log.publish([record(topic, n % 2)])
      await systemClock.sleep(10)
    }
    await reader.until(() => reader.records.length >= 30, 'all records') // Reader checks each answer
    await reader.leave()
  })

  test('`next` answers undefined when nothing comes, only after the time given, and wakes when something does', async () => {
    const log = theLog()
    const topic = await created(log, 1)
    const reader = await Reader.join(log, unique('group'), [topic])
    await reader.until(() => reader.owned().length === 1, 'an assignment')
    const before = systemClock.monotonic()
    expect(await reader.member.next(10, 400)).toBeUndefined()
    expect(systemClock.monotonic() - before).toBeGreaterThanOrEqual(390)
    const waiting = reader.member.next(10, 30_000)
    await log.publish([record(topic, 0)])
    expect(recordsOf(await waiting)).toHaveLength(1)
    await reader.leave()
  })

  test('`leave` ends a `next` that waits, and the last signal is `left`', async () => {
    const log = theLog()
    const topic = await created(log, 1)
    const member = await log.join(unique('group'), [topic])
    await signal(member)
    const waiting = member.next(10, 30_000)
    await member.leave()
    expect(await waiting).toEqual({ type: 'left' })
  })

  test('leaving with records fetched and not taken brings `left` and none of them', async () => {
    const log = theLog()
    const topic = await created(log, 1)
    await log.publish(Array.from({ length: 50 }, () => record(topic, 0)))
    const member = await log.join(unique('group'), [topic])
    await signal(member)
    member.start({ topic, partition: 0, offset: 0 })
    await signal(member, 1)
    await member.leave()
    expect(await member.next(10, 1000)).toEqual({ type: 'left' })
  })

  test('a slow reader of a large topic does not get it all into memory', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    for (let n = 0; n < 16; n++) {
      await log.publish(Array.from({ length: 40 }, (_, i) => record(topic, i % 2, { value: Buffer.alloc(100_000, i) })))
    }
    const member = await log.join(unique('group'), [topic])
    await signal(member)
    const before = memory()
    for (const partition of [0, 1]) member.start({ topic, partition, offset: 0 })
    let read = 0
    for (let n = 0; n < 8; n++) {
      read += recordsOf(await signal(member, 4)).length
      await systemClock.sleep(400) // time to fetch ahead as far as it likes
    }
    expect(memory() - before).toBeLessThan(32 * 1024 * 1024)
    while (read < 640) read += recordsOf(await signal(member, 100)).length
    expect(read).toBe(640)
    await member.leave()
  })
}

function groups(theLog: () => Log, another: () => Promise<Log>, kill: (log: Log) => Promise<Log>): void {
  test('each group sees everything', async () => {
    const log = theLog()
    const topic = await created(log, 3)
    const readers = [await Reader.join(log, unique('one'), [topic]), await Reader.join(log, unique('two'), [topic])]
    await log.publish(Array.from({ length: 30 }, (_, n) => record(topic, n % 3)))
    await together(readers, () => readers.every(r => r.records.length >= 30), 'both groups have all records')
    for (const reader of readers) expect(reader.records).toHaveLength(30)
    await Promise.all(readers.map(r => r.leave()))
  })

  test('records whose batch was not committed come again to the next member, committed ones never', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    const group = unique('group')
    await log.publish(Array.from({ length: 40 }, (_, n) => record(topic, n % 2)))
    const first = await Reader.join(log, group, [topic])
    await first.until(() => first.records.length >= 40, 'all records')
    const committed = new Map([
      [`${topic}/0`, 12],
      [`${topic}/1`, 20],
    ])
    first.member.committed([
      { topic, partition: 0, offset: 12 },
      { topic, partition: 1, offset: 20 },
    ])
    await first.leave()
    const second = await Reader.join(log, group, [topic], committed)
    await second.until(() => second.records.length >= 8, 'what was not committed')
    await log.publish([record(topic, 1)])
    await second.until(() => second.records.length >= 9, 'what came later')
    await second.leave()
    expect(second.records.filter(r => r.partition === 0).map(r => r.offset)).toEqual([12, 13, 14, 15, 16, 17, 18, 19])
    expect(second.records.filter(r => r.partition === 1).map(r => r.offset)).toEqual([20])
  })

  test('members share the partitions, each record comes to one of them, and who leaves gives its partitions back', async () => {
    const log = theLog()
    const topic = await created(log, 4)
    const group = unique('group')
    const positions = new Map<string, number>() // what Postgres would have: where both go on from
    await log.publish(Array.from({ length: 40 }, (_, n) => record(topic, n % 4)))
    const first = await Reader.join(log, group, [topic], positions)
    await first.until(() => first.records.length >= 40, 'the only member has all records')

    const second = await Reader.join(await another(), group, [topic], positions)
    await together([first, second], () => halves(first, second, 4), 'each has two partitions')
    await log.publish(Array.from({ length: 40 }, (_, n) => record(topic, n % 4)))
    await together(
      [first, second],
      () => first.records.length + second.records.length >= 80,
      'both have all records between them',
    )
    expect(second.records).toHaveLength(20)

    await first.leave()
    await second.until(() => second.owned().length === 4, 'who stays has all partitions')
    await log.publish(Array.from({ length: 40 }, (_, n) => record(topic, n % 4)))
    await second.until(() => second.records.length >= 60, 'who stays has all new records')
    await second.leave()
    const seen = [...first.records, ...second.records].map(r => `${r.partition}/${r.offset}`)
    expect(seen).toHaveLength(120)
    expect(new Set(seen).size).toBe(120)
  })

  test('a member whose partitions went while it was busy hears `revoked` before anything else, and nothing of the old ones', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    const group = unique('group')
    await log.publish(Array.from({ length: 100 }, (_, n) => record(topic, n % 2)))
    const busy = await log.join(group, [topic])
    await signal(busy)
    for (const partition of [0, 1]) busy.start({ topic, partition, offset: 0 })
    await signal(busy, 1) // the rest is fetched, and waits
    const other = await Reader.join(await another(), group, [topic])
    await other.until(() => other.owned().length === 1, 'the other member has its half')
    const revoked = await signal(busy)
    expect(revoked.type).toBe('revoked')
    const assigned = await signal(busy)
    if (assigned.type !== 'assigned') throw new Error(`expected assigned, got ${assigned.type}`)
    expect(assigned.partitions).toHaveLength(1)
    expect(await busy.next(100, 700)).toBeUndefined() // not even of the partition that came back: it was not started again
    await Promise.all([busy.leave(), other.leave()])
  })

  test('what a killed member had goes to the member that stays or comes after it', async () => {
    const log = theLog()
    const topic = await created(log, 2)
    const group = unique('group')
    await log.publish(Array.from({ length: 20 }, (_, n) => record(topic, n % 2)))
    const doomed = await another()
    const dead = await Reader.join(doomed, group, [topic])
    await dead.until(() => dead.records.length >= 20, 'the first member has all records')
    const survivor = await kill(doomed)
    await survivor.publish(Array.from({ length: 20 }, (_, n) => record(topic, n % 2)))
    const heir = await Reader.join(survivor, group, [topic], new Map([[`${topic}/0`, 10]]))
    await heir.until(() => heir.records.length >= 30, 'all that was not committed')
    await heir.leave()
    expect(heir.records.filter(r => r.partition === 0).map(r => r.offset)).toEqual(Array.from({ length: 10 }, (_, n) => 10 + n))
    expect(heir.records.filter(r => r.partition === 1).map(r => r.offset)).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })
}

function committing(the: () => LogHarness): void {
  test('`publishAndCommit` commits with the ends of what it published, and the records are there', async () => {
    const { log, sql } = the()
    const topic = await created(log, 2)
    const table = await numbers(sql)
    const answer = await log.publishAndCommit([record(topic, 0), record(topic, 1), record(topic, 0)], sql, async (tx, ends) => {
      await tx.query(`INSERT INTO ${table} (n) VALUES ($1)`, [ends.find(e => e.partition === 0)?.end ?? -1])
      return sorted(ends)
    })
    expect(answer).toEqual([end(topic, 0, 2), end(topic, 1, 1)])
    expect(await sql.query(`SELECT n FROM ${table}`)).toEqual([{ n: 2 }])
    expect((await log.offsets(topic)).map(({ end }) => end)).toEqual([2, 1])
    await sql.query(`DROP TABLE ${table}`)
  })

  test('`publishAndCommit` of no records commits all the same', async () => {
    const { log, sql } = the()
    const table = await numbers(sql)
    await log.publishAndCommit([], sql, async (tx, ends) => {
      expect(ends).toEqual([])
      await tx.query(`INSERT INTO ${table} (n) VALUES (1)`)
    })
    expect(await sql.query(`SELECT n FROM ${table}`)).toEqual([{ n: 1 }])
    await sql.query(`DROP TABLE ${table}`)
  })

  test('when the commit throws the caller hears why, and the state is as before', async () => {
    const { log, sql, atomic } = the()
    const topic = await created(log, 1)
    const table = await numbers(sql)
    const failing = log.publishAndCommit([record(topic, 0)], sql, async tx => {
      await tx.query(`INSERT INTO ${table} (n) VALUES (1)`)
      throw new Error('fenced off')
    })
    await expect(failing).rejects.toThrow('fenced off')
    expect(await sql.query(`SELECT n FROM ${table}`)).toEqual([])
    expect(await log.offsets(topic)).toEqual([{ start: 0, end: atomic ? 0 : 1 }])
    const again = await log.publishAndCommit([record(topic, 0)], sql, async (_, ends) => ends)
    expect(again).toEqual([end(topic, 0, atomic ? 1 : 2)])
    expect(await readAll(log, topic, atomic ? 1 : 2)).toHaveLength(atomic ? 1 : 2)
    await sql.query(`DROP TABLE ${table}`)
  })

  test('when the publishing fails nothing is committed', async () => {
    const { log, sql } = the()
    const table = await numbers(sql)
    const failing = log.publishAndCommit([record(unique('unknown'), 0)], sql, async tx => {
      await tx.query(`INSERT INTO ${table} (n) VALUES (1)`)
    })
    await expect(failing).rejects.toThrow()
    expect(await sql.query(`SELECT n FROM ${table}`)).toEqual([])
    await sql.query(`DROP TABLE ${table}`)
  })
}

/**
 * Plays a processor's loop: starts what it is assigned where `positions` says (0 otherwise), keeps what comes, and throws
 * as soon as the log breaks its word about which partitions may come when, and from where.
 */
class Reader {
  readonly records: LogRecord[] = []
  limit = 1000
  largest = 0
  readonly member: Membership
  private readonly positions: Map<string, number>
  private readonly own = new Set<string>()

  constructor(member: Membership, positions: Map<string, number> = new Map()) {
    this.member = member
    this.positions = positions
  }

  static async join(log: Log, group: string, topics: string[], positions?: Map<string, number>): Promise<Reader> {
    return new Reader(await log.join(group, topics), positions)
  }

  static async follow(log: Log, topics: string[]): Promise<Reader> {
    return new Reader(await log.follow(topics))
  }

  owned(): string[] {
    return [...this.own]
  }

  leave(): Promise<void> {
    return this.member.leave()
  }

  async until(reached: () => boolean, what: string): Promise<void> {
    await together([this], reached, what)
  }

  async step(): Promise<void> {
    const got = await this.member.next(this.limit, 50)
    if (got?.type === 'assigned') for (const each of got.partitions) this.begin(each)
    if (got?.type === 'revoked') for (const each of got.partitions) this.give(each)
    if (got?.type === 'records') this.take(got)
  }

  private begin({ topic, partition }: TopicPartition): void {
    const id = `${topic}/${partition}`
    if (this.own.has(id)) throw new Error(`${id} was assigned twice`)
    this.own.add(id)
    this.positions.set(id, this.positions.get(id) ?? 0)
    this.member.start({ topic, partition, offset: this.positions.get(id)! })
  }

  private give({ topic, partition }: TopicPartition): void {
    if (!this.own.delete(`${topic}/${partition}`)) throw new Error(`${topic}/${partition} was revoked and not owned`)
  }

  private take({ batches }: Signal & { type: 'records' }): void {
    const ids = batches.map(({ topic, partition }) => `${topic}/${partition}`)
    if (new Set(ids).size < ids.length) throw new Error(`several batches of one partition: ${ids.join(', ')}`)
    for (const batch of batches) {
      const id = `${batch.topic}/${batch.partition}`
      if (!this.own.has(id)) throw new Error(`records of ${id}, which is not owned`)
      if (batch.from !== this.positions.get(id))
        throw new Error(`${id} goes on from ${batch.from}, not ${this.positions.get(id)}`)
      let after = batch.from - 1
      for (const r of batch.records) {
        if (`${r.topic}/${r.partition}` !== id || r.offset <= after || r.offset >= batch.next)
          throw new Error(`${id} has offset ${r.offset}`)
        after = r.offset
      }
      this.positions.set(id, batch.next)
      this.records.push(...batch.records)
    }
    this.largest = Math.max(
      this.largest,
      batches.reduce((sum, batch) => sum + batch.records.length, 0),
    )
  }
}

/** Lets all readers take turns until the state is reached; 20 s at most. */
async function together(readers: readonly Reader[], reached: () => boolean, what: string): Promise<void> {
  const deadline = systemClock.monotonic() + 20_000
  while (!reached()) {
    if (systemClock.monotonic() > deadline) throw new Error(`not reached: ${what}; ${readers.map(state).join('; ')}`)
    await Promise.all(readers.map(reader => reader.step()))
  }
}

const state = (reader: Reader) => `${reader.records.length} records, owns ${reader.owned().join(' ')}`

function halves(a: Reader, b: Reader, partitions: number): boolean {
  const all = new Set([...a.owned(), ...b.owned()])
  return a.owned().length === partitions / 2 && b.owned().length === partitions / 2 && all.size === partitions
}

/** The next thing a member hears; it must come within 20 s. */
async function signal(member: Membership, limit = 1000): Promise<Signal> {
  const got = await member.next(limit, 20_000)
  if (got === undefined) throw new Error('nothing came')
  return got
}

const recordsOf = (got: Signal | undefined): LogRecord[] =>
  got?.type === 'records' ? got.batches.flatMap(batch => [...batch.records]) : []

async function readAll(log: Log, topic: string, count: number): Promise<LogRecord[]> {
  const reader = await Reader.follow(log, [topic])
  await reader.until(() => reader.records.length >= count, `${count} records of ${topic}`)
  await reader.leave()
  return reader.records
}

const unique = (prefix: string) => `${prefix}-${randomUUID()}`

async function created(log: Log, partitions: number): Promise<string> {
  const name = unique('contract')
  await log.createTopics([{ name, partitions, retention: 'keep' }])
  return name
}

async function numbers(sql: Sql): Promise<string> {
  const table = `numbers_${randomUUID().replaceAll('-', '')}`
  await sql.query(`CREATE TABLE ${table} (n integer NOT NULL)`)
  return table
}

const noHeaders: Headers = {}
const record = (topic: string, partition: number, change: Partial<NewRecord> = {}): NewRecord => ({
  topic,
  partition,
  key: 'k',
  value: Buffer.from('v'),
  headers: noHeaders,
  timestamp: systemClock.now(),
  ...change,
})
const end = (topic: string, partition: number, end: number): End => ({ topic, partition, end })
/** Two large buffers are compared in no time as text, and slowly as arrays. */
const base64 = (value: Buffer | null | undefined) => value?.toString('base64') ?? value
const text = (r: LogRecord) => r.value?.toString() ?? null
const sorted = <T extends TopicPartition>(all: readonly T[]): T[] =>
  [...all].sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition))

/** Bytes this thread holds on to, heap and buffers. */
function memory(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
