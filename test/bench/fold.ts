import { cpuUsage } from 'node:process'
import { customerTable } from '../../consumers/customer-state.ts'
import { customers } from '../../consumers/customers.ts'
import { compose, type Tarang } from '../../infra/compose.ts'
import { jsonLogger } from '../../infra/logger.ts'
import { builtInTexts } from '../../infra/text-models.ts'
import { syntheticShop } from '../../producers/shop/synthetic-shop.ts'
import type { Inbound } from '../../schemas/events.ts'
import { routeEvent } from '../../schemas/route-event.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { FoldWorker } from '../../streams/fold-worker.ts'
import { type Meter, silent } from '../../streams/meter.ts'
import { type AnyFold, anyFold } from '../../streams/processor.ts'
import { recordsLeft } from '../../streams/records-left.ts'
import { newStatus, runWorker } from '../../streams/run-worker.ts'
import { saveEntries } from '../../streams/table.ts'
import { type Bare, bareLog } from './bare-log.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { netSpend } from './net-spend.ts'
import { type Round, resultOf } from './result.ts'

const EVENTS = 60_000
const CUSTOMERS = 20_000
const AT_ONCE = 2000

/** The engine's own cost is in the first, for it does what a stream processor's example does; the second is the product's. */
const cases: readonly { name: string; fold: AnyFold }[] = [
  { name: 'a sum per customer, a record published for each event', fold: anyFold(netSpend) },
  {
    name: 'customers: facts, orders, interests, with what goes to ranking and products',
    fold: anyFold(customers(builtInTexts())),
  },
]

/**
 * Purchases that wait on `events`: fetched, decoded, checked, deduped, folded, outputs published, state committed. Compared with two things
 * that an engine cannot do without, each alone: a record produced for each event, and a customer's row upserted for each event.
 */
export const fold: Bench = async ({ deploy, rounds, say }) => {
  const deployment = await deploy({ partitions: PARTITIONS })
  const tarang = await compose({ ...deployment.config, roles: [] }, { logger: jsonLogger('fatal') })
  try {
    await using bare = await bareLog(deploy)
    say(`fold: publishing ${EVENTS} purchases`)
    const purchases = await fill(tarang)
    const folded: Round[][] = cases.map(() => [])
    const produced: Round[] = []
    const upserted: Round[] = []
    for (let round = 0; round <= rounds; round++) {
      say(round === 0 ? 'fold: warming up' : `fold: round ${round} of ${rounds}`)
      const measured = {
        produced: await produceOnly(bare, purchases),
        upserted: await upsertOnly(tarang, purchases),
        folded: [] as Round[],
      }
      for (const one of cases) measured.folded.push(await foldAll(tarang, one.fold))
      if (round === 0) continue
      produced.push(measured.produced)
      upserted.push(measured.upserted)
      for (const [i, one] of measured.folded.entries()) folded[i]!.push(one)
    }
    return cases.flatMap(({ name }, i) => {
      const named = { bench: 'fold', case: `${name} (${deployment.mode})`, unit: 'events/s' }
      return [
        resultOf({ ...named, baseline_of: 'a record of that size produced for each event, nothing else' }, folded[i]!, produced),
        resultOf({ ...named, baseline_of: "a customer's row upserted for each event, nothing else" }, folded[i]!, upserted),
      ]
    })
  } finally {
    await tarang.stop()
    await deployment.dispose()
  }
}

type Purchase = Extract<Inbound, { type: 'purchase' }>

/** Purchases as a shop has them over a year, in order of time. */
async function fill({ publish }: Tarang): Promise<Purchase[]> {
  const shop = syntheticShop({ seed: 1, customers: CUSTOMERS, until: Date.UTC(2026, 0, 1) })
  const all: Purchase[] = []
  for (const event of shop.history()) {
    if (event.type === 'purchase') all.push(event)
    if (all.length === EVENTS) break
  }
  for (let i = 0; i < EVENTS; i += AT_ONCE) await publish(all.slice(i, i + AT_ONCE).map(routeEvent))
  return all
}

/** Begins with no state at the log's start and answers how fast all of it was folded, from the first batch's commit to the last. */
async function foldAll(tarang: Tarang, fold: AnyFold): Promise<Round> {
  await empty(tarang)
  const stopping = new AbortController()
  const progress = watch()
  const status = newStatus()
  const engine = { ...tarang.engine, meter: progress.meter }
  const done = runWorker(engine, new FoldWorker(engine, fold), status, stopping.signal)
  while (progress.records() < EVENTS) {
    if (status.trouble !== undefined) throw new Error(status.trouble)
    await clock.sleep(50)
  }
  stopping.abort()
  await done
  const left = await recordsLeft(tarang.sql, engine.log, engine.names, [fold])
  if (left !== 0) throw new Error(`${left} records were left`)
  return progress.round()
}

/** Counts from the end of the first batch, so that joining the group and the first fetch are not in the time. */
function watch(): { meter: Meter; records: () => number; round: () => Round } {
  let records = 0
  let first: { at: number; records: number; cpu: NodeJS.CpuUsage } | undefined
  let last: { at: number; cpu: NodeJS.CpuUsage } | undefined
  const meter: Meter = {
    ...silent,
    count(name, _labels, by = 1) {
      if (name !== 'records_total') return
      records += by
      last = { at: clock.monotonic(), cpu: cpuUsage() }
      first ??= { ...last, records }
    },
  }
  return {
    meter,
    records: () => records,
    round() {
      const cpu = last!.cpu.user + last!.cpu.system - first!.cpu.user - first!.cpu.system
      return { rate: (records - first!.records) / ((last!.at - first!.at) / 1000), cpuSeconds: cpu / 1e6 }
    },
  }
}

function produceOnly(bare: Bare, purchases: readonly Purchase[]): Promise<Round> {
  const rfm = { firstAt: 1e12, lastAt: 1e12, orders: 3, gross: 1e7, net: 1e7 }
  const values = purchases.map((event, seq) =>
    Buffer.from(JSON.stringify({ customerId: event.customerId, seq, at: Date.parse(event.occurredAt), event, rfm })),
  )
  return bare.produce(values, AT_ONCE)
}

/** As a fold does: one statement a batch, of each customer the newest state in it. */
async function upsertOnly(tarang: Tarang, purchases: readonly Purchase[]): Promise<Round> {
  await empty(tarang)
  const batches = Array.from({ length: EVENTS / AT_ONCE }, (_, i) => {
    const ids = new Set(purchases.slice(i * AT_ONCE, (i + 1) * AT_ONCE).map(({ customerId }) => customerId))
    return [...ids].sort().map(id => ({ key: [id] as const, partition: 0, entry: customerTable.empty([id]) }))
  })
  const begun = clock.monotonic()
  for (const entries of batches) await tarang.sql.transaction(tx => saveEntries(tx, customerTable, entries))
  return { rate: EVENTS / ((clock.monotonic() - begun) / 1000) }
}

const empty = ({ sql }: Tarang) => sql.script('TRUNCATE ownership, customers, orders, profiles, customer_cuts, seen_events')
