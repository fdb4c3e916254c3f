import { isDeepStrictEqual } from 'node:util'
import { OrderStatistics } from '../models/order-statistics.ts'
import { cutsOf, noCuts } from '../models/rfm.ts'
import type { RfmCuts } from '../schemas/records.ts'
import type { Whole } from '../streams/processor.ts'
import type { Tx } from '../streams/sql.ts'
import type { Table } from '../streams/table.ts'

/** Where a customer was last counted; `seq` 0: nowhere yet. */
export interface Counted {
  readonly seq: number
  readonly lastAt: number
  readonly orders: number
  readonly gross: number
}

export const countedTable: Table<Counted> = {
  name: 'ranked_customers',
  key: ['customer_id'],
  columns: [
    { name: 'seq', type: 'bigint', value: c => c.seq },
    { name: 'last_at', type: 'bigint', value: c => c.lastAt },
    { name: 'orders', type: 'bigint', value: c => c.orders },
    { name: 'gross', type: 'bigint', value: c => c.gross },
  ],
  entry: row => ({
    seq: row.seq as number,
    lastAt: row.last_at as number,
    orders: row.orders as number,
    gross: row.gross as number,
  }),
  empty: () => ({ seq: 0, lastAt: 0, orders: 0, gross: 0 }),
}

const dimensions = ['recency', 'frequency', 'monetary'] as const
type Dimension = (typeof dimensions)[number]

/**
 * How many customers stand at each value of each dimension, and the cuts last published.
 * Changed in place, for every delta moves it; it remembers which values were touched so that only their rows are written.
 */
export class Ranks {
  readonly recency = new OrderStatistics()
  readonly frequency = new OrderStatistics()
  readonly monetary = new OrderStatistics()
  cuts: RfmCuts = noCuts
  moved = false
  private readonly touched = { recency: new Set<number>(), frequency: new Set<number>(), monetary: new Set<number>() }

  move(from: Counted | undefined, to: Counted): void {
    if (from !== undefined) this.add(from, -1)
    this.add(to, 1)
    this.moved = true
  }

  /** New cuts of all counts so far. */
  publish(): RfmCuts {
    this.cuts = this.cutsNow(this.cuts.version + 1)
    this.moved = false
    return this.cuts
  }

  /** Whether the cuts published last are those of the counts. */
  published(): boolean {
    return isDeepStrictEqual(this.cuts, this.cutsNow(this.cuts.version))
  }

  private cutsNow(version: number): RfmCuts {
    return {
      version,
      customers: this.recency.size,
      recency: cutsOf(this.recency),
      frequency: cutsOf(this.frequency),
      monetary: cutsOf(this.monetary),
    }
  }

  /** The values whose counts changed since this was last asked, with their counts. */
  takeTouched(): { dimension: Dimension; value: number; customers: number }[] {
    return dimensions.flatMap(dimension => {
      const values = [...this.touched[dimension]].sort((a, b) => a - b)
      this.touched[dimension].clear()
      return values.map(value => ({ dimension, value, customers: this[dimension].count(value) }))
    })
  }

  private add({ lastAt, orders, gross }: Counted, by: number): void {
    this.count('recency', lastAt, by)
    this.count('frequency', orders, by)
    this.count('monetary', gross, by)
  }

  private count(dimension: Dimension, value: number, by: number): void {
    this[dimension].add(value, by)
    this.touched[dimension].add(value)
  }
}

export const ranksWhole: Whole<Ranks> = {
  tables: ['rank_counts'],
  told: ['rfm_cuts'],
  async load(tx) {
    const ranks = new Ranks()
    for (const row of await tx.query('SELECT dimension, value, customers FROM rank_counts ORDER BY dimension, value'))
      ranks[row.dimension as Dimension].add(row.value as number, row.customers as number)
    const [row] = await tx.query('SELECT cuts, moved FROM rfm_cuts')
    if (row !== undefined) {
      ranks.cuts = row.cuts as RfmCuts
      ranks.moved = row.moved as boolean
    }
    // After a rebuild what was published last is the older generation's.
    ranks.moved ||= !ranks.published()
    return ranks
  },
  async save(tx, ranks) {
    await Promise.all([
      ...savesOfCounts(tx, ranks.takeTouched()),
      tx.query(
        'INSERT INTO rfm_cuts (moved, cuts) VALUES ($1, $2::jsonb) ON CONFLICT (one) DO UPDATE SET moved = excluded.moved, cuts = excluded.cuts',
        [ranks.moved, JSON.stringify(ranks.cuts)],
      ),
    ])
  },
}

function savesOfCounts(tx: Tx, counts: readonly { dimension: string; value: number; customers: number }[]): Promise<unknown>[] {
  const gone = counts.filter(count => count.customers === 0)
  const kept = counts.filter(count => count.customers > 0)
  const columns = (some: typeof counts) => [some.map(c => c.dimension), some.map(c => c.value)]
  const saves: Promise<unknown>[] = []
  if (gone.length > 0)
    saves.push(
      tx.query(
        'DELETE FROM rank_counts WHERE (dimension, value) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))',
        columns(gone),
      ),
    )
  if (kept.length > 0)
    saves.push(
      tx.query(
        `INSERT INTO rank_counts (dimension, value, customers) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[])
         ON CONFLICT (dimension, value) DO UPDATE SET customers = excluded.customers`,
        [...columns(kept), kept.map(c => c.customers)],
      ),
    )
  return saves
}
