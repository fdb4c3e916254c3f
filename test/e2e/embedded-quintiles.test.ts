import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { processorsOf } from '../../infra/processors.ts'
import { type RunningEngine, runEngine } from '../../infra/run-engine.ts'
import { migrate } from '../../infra/sql/migrate.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import { routeEvent } from '../../schemas/route-event.ts'
import { topics } from '../../schemas/topics.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { openCodec } from '../../streams/codec.ts'
import { embeddedLog } from '../../streams/embedded-log.ts'
import { noJournal } from '../../streams/journal.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import { silent } from '../../streams/meter.ts'
import { publisher } from '../../streams/publisher.ts'
import { recordsLeft } from '../../streams/records-left.ts'
import { topicNames } from '../../streams/topic-names.ts'
import { noTracer } from '../../streams/tracer.ts'
import { judgeQuintiles } from '../support/quintile-oracle.ts'
import { shopTraffic } from '../support/traffic.ts'

const migrations = fileURLToPath(new URL('../../infra/migrations', import.meta.url))

test('with one, two and three instances on one database every customer’s scores and segment are what the table of customers says', async () => {
  const sql = await pgliteSql({})
  await migrate(sql, { folder: migrations })
  const log = embeddedLog({ sql, clock })
  const names = topicNames({ prefix: 'test', partitions: 4 })
  await log.createTopics(topics.map(names.config))
  const common = {
    log,
    sql,
    names,
    clock,
    codec: await openCodec(topics, names.of),
    keyring: sqlKeyring(sql, clock),
    tracer: noTracer,
  }
  const publish = publisher(common)
  // The scorer waits for views, and nobody's quintile for the scorer.
  const folds = processorsOf({ currency: 'PKR', region: 'PK' }).filter(({ kind }) => kind === 'fold')
  const running: RunningEngine[] = []

  function start(instance: string): RunningEngine {
    const quiet = { meter: silent, journal: noJournal, warn: () => {}, committed: () => {} }
    const engine = { ...common, ...quiet, instance, generation: 1, stateBytes: 64 << 20 }
    const fatal = (error: Error) => {
      throw error
    }
    return runEngine(engine, { processors: folds, dispatchers: [], views: [], scorerViews: () => undefined, fatal })
  }

  /** Until the cuts are those of everybody, and everybody was judged by them. */
  async function quiet(): Promise<void> {
    for (let still = 0; still < 3; await clock.sleep(50)) {
      const [row] = await sql.query('SELECT count(*) AS moved FROM rfm_cuts WHERE moved')
      still = row!.moved === 0 && (await recordsLeft(sql, log, names, folds)) === 0 ? still + 1 : 0
    }
  }

  let before = 0
  for (const [i, { events }] of shopTraffic({ seed: 22, customers: 300, chunks: 3 }).entries()) {
    running.push(start(`instance-${i}`))
    await publish(events.map(routeEvent))
    await quiet()
    const { customers, misjudged } = await judgeQuintiles(sql)
    expect(misjudged).toEqual([])
    expect(customers).toBeGreaterThan(before)
    before = customers
  }
  await Promise.all(running.map(engine => engine.stop()))
  await log.close()
  await sql.close()
}, 180_000)
