import type { Point } from '../../streams/engine.ts'
import type { Log, NewRecord } from '../../streams/log.ts'
import type { OpenTx, Sql, Tx } from '../../streams/sql.ts'

/**
 * What can go wrong with an instance, beside dying at a point: a publish of which a part or all is written though it fails,
 * a commit that went through though its answer is lost.
 */
export type Place = Point | 'publish half' | 'publish answer' | 'commit answer'

export interface Mishap {
  readonly place: Place
  /** It happens when the place is passed for so many times. */
  readonly times: number
  /** The instance dies of it: nothing it does afterwards has an effect. Otherwise it hears an error. */
  readonly dies: boolean
}

export class Died extends Error {}

/** The fate of one instance: one mishap after the other, each once. */
export class Fate {
  private readonly mishaps: Mishap[]
  private passes = 0
  dead = false

  /** `mishaps` is shared by the instances that follow each other: whose turn it is takes the first. */
  constructor(mishaps: Mishap[]) {
    this.mishaps = mishaps
  }

  /** Throws when it is time. */
  meet(place: Place): void {
    this.live()
    const next = this.mishaps[0]
    if (next === undefined || next.place !== place || ++this.passes < next.times) return
    this.mishaps.shift()
    this.passes = 0
    this.dead = next.dies
    throw next.dies ? new Died(`died at ${place}`) : new Error(`failed at ${place}`)
  }

  live(): void {
    if (this.dead) throw new Died('is dead')
  }
}

/**
 * A database as a mortal instance has it: after its death nothing comes through, also not the rest of a transaction.
 * `answers`: a commit may go through without its answer.
 */
export function mortalSql(sql: Sql, fate: Fate, answers = true): Sql {
  const mortal = (tx: Tx): Tx => ({
    async query(text, values) {
      fate.live()
      const rows = await tx.query(text, values)
      fate.live()
      return rows as never
    },
    async script(text) {
      fate.live()
      await tx.script(text)
    },
  })
  const mortalTx = (tx: OpenTx): OpenTx => ({
    ...mortal(tx),
    andCommit(asked) {
      fate.live()
      return tx.andCommit(asked)
    },
  })
  return {
    ...mortal(sql),
    async transaction(work, options) {
      fate.live()
      const result = await sql.transaction(tx => work(mortalTx(tx)), options)
      if (answers) fate.meet('commit answer')
      return result
    },
    close: () => sql.close(),
  }
}

/** How an instance meets the log: in how many steps, how many records at once, and what befalls it. */
export interface Meeting {
  readonly fate: Fate
  /** Publish and commit are one transaction, as embedded, or one after the other, as on Kafka. */
  readonly atomic: boolean
  /** How many records come at once, at most. */
  readonly batch: () => number
  /** All that it reads was appended long ago. */
  readonly late: boolean
}

export function mortalLog(log: Log, world: Sql, { fate, atomic, batch }: Omit<Meeting, 'late'>): Log {
  async function publish(records: readonly NewRecord[]) {
    fate.live()
    if (records.length === 0) return []
    try {
      fate.meet('publish half')
    } catch (error) {
      await log.publish(records.slice(0, records.length >> 1))
      throw error
    }
    const ends = await log.publish(records)
    fate.meet('publish answer')
    return ends
  }
  return {
    ...log,
    publish,
    async publishAndCommit(records, sql, commit) {
      fate.live()
      if (atomic) {
        // The embedded log hears of its own commits; it is the instance that may not.
        const result = await log.publishAndCommit(records, mortalSql(world, fate, false), commit)
        fate.meet('commit answer')
        return result
      }
      const ends = await publish(records)
      return sql.transaction(tx => commit(tx, ends))
    },
    async join(group, topics) {
      fate.live()
      const seat = await log.join(group, topics)
      return {
        next: (limit, waitMs) => seat.next(Math.min(limit, batch()), waitMs),
        start: position => seat.start(position),
        committed: positions => seat.committed(positions),
        leave: () => seat.leave(),
      }
    },
  }
}
