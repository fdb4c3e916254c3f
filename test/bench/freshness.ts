import { Pool } from 'undici'
import { compose } from '../../infra/compose.ts'
import { jsonLogger } from '../../infra/logger.ts'
import type { Inbound } from '../../schemas/events.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { timed } from './load.ts'
import { manyEvents } from './many-events.ts'
import { paced } from './paced.ts'
import { type Round, resultOf } from './result.ts'

const PER_SECOND = 500
/** Customers who are watched, one click each a round. */
const WATCHED = 100
/** A list that has not changed after this long has not heard of the click. */
const GIVEN_UP_MS = 10_000

/**
 * From a click's acceptance to a stored list that was made after it, for a hundred customers while others do 500 things a second. Compared
 * with the same question asked of a stored list that needs no change: what the asking itself takes.
 */
export const freshness: Bench = async ({ deploy, rounds, seconds, say }) => {
  const deployment = await deploy({ partitions: PARTITIONS })
  const tarang = await compose(deployment.config, { logger: jsonLogger('fatal') })
  const events = manyEvents(5000)
  const address = await tarang.listen({ host: '127.0.0.1', port: 0 })
  const pool = new Pool(address, { connections: 8, pipelining: 4 })
  const request = () => ({ method: 'POST', path: '/v1/events', body: JSON.stringify(events.next().value) }) as const
  let clicks = 0
  const post = (event: Inbound) => timed(pool, { method: 'POST', path: '/v1/events', body: JSON.stringify(event) })
  const click = (customer: number, productId: string): Inbound => ({
    type: 'click',
    id: `watched-${clicks++}`,
    customerId: `watched-${customer}`,
    occurredAt: new Date(clock.now()).toISOString(),
    kind: 'view',
    productId,
  })
  try {
    say('freshness: warming up')
    await paced({ pool, perSecond: PER_SECOND, seconds: Math.max(5, seconds), request })
    const products = (await tarang.sql.query(MOST_WANTED)).map(row => row.product_id as string)
    for (let customer = 0; customer < WATCHED; customer++) await post(click(customer, products[0]!))
    while ((await listOf(tarang.sql, WATCHED - 1)).seq === 0) await clock.sleep(10)
    const [measured, baselines]: [Round[], Round[]] = [[], []]
    let changed = 0
    for (let round = 1; round <= rounds; round++) {
      say(`freshness: round ${round} of ${rounds}`)
      const others = paced({ pool, perSecond: PER_SECOND, seconds, request })
      const took: number[] = []
      const asking: number[] = []
      for (let customer = 0; customer < WATCHED; customer++) {
        await clock.sleep((1000 * seconds) / WATCHED / 2)
        const before = await listOf(tarang.sql, customer)
        await post(click(customer, products[round % products.length]!))
        const accepted = clock.monotonic()
        let now = await listOf(tarang.sql, customer)
        asking.push(clock.monotonic() - accepted)
        while (now.seq === before.seq && clock.monotonic() - accepted < GIVEN_UP_MS) {
          await clock.sleep(1)
          now = await listOf(tarang.sql, customer)
        }
        if (now.seq > before.seq) {
          took.push(clock.monotonic() - accepted)
          if (now.items !== before.items) changed++
        }
      }
      await others
      measured.push({ rate: took.length / seconds, latencies: took })
      baselines.push({ rate: asking.length / seconds, latencies: asking })
    }
    const made = measured.reduce((sum, { latencies = [] }) => sum + latencies.length, 0)
    const named = {
      bench: 'freshness',
      case: `click to stored list (${deployment.mode}): ${made} of ${WATCHED * rounds} lists were made anew, ${changed} of them with other items`,
      unit: 'lists/s',
      baseline_of: 'the stored list read once',
    }
    const result = resultOf(named, measured, baselines)
    return [{ ...result, ratio: result.baseline_p50_ms! / result.p50_ms! }]
  } finally {
    await pool.close()
    await tarang.stop()
    await deployment.dispose()
  }
}

async function listOf(sql: Sql, customer: number): Promise<{ seq: number; items: string }> {
  const [row] = await sql.query("SELECT seq, body->>'items' AS items FROM recommendations WHERE customer_id = $1", [
    `watched-${customer}`,
  ])
  return { seq: (row?.seq as number | undefined) ?? 0, items: (row?.items as string | undefined) ?? '' }
}

const MOST_WANTED = 'SELECT product_id FROM products ORDER BY norm DESC, product_id LIMIT 50'
