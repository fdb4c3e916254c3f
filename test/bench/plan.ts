import type { SmsRules } from '../../consumers/sms-admission.ts'
import { openTables } from '../../infra/cli/open-tables.ts'
import { customerPages } from '../../infra/sms-plan/audience.ts'
import { planCampaign } from '../../infra/sms-plan/plan-campaign.ts'
import { builtInTexts, plannedTexts } from '../../infra/sms-plan/planned-texts.ts'
import { phoneHasher } from '../../models/phone-hash.ts'
import { readQuietHours } from '../../models/quiet-hours.ts'
import { readCaps } from '../../models/sms-caps.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { manyCustomers } from '../support/many-customers.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { type Result, type Round, resultOf } from './result.ts'

const CUSTOMERS = 1_000_000
/** Texts that went lately, for caps to count. */
const WENT = 200_000
const consentAlone: SmsRules = {
  quiet: undefined,
  caps: [],
  holdout: { share: 0, campaigns: new Map(), salt: '' },
  zone: 'Asia/Karachi',
}
const allRules: SmsRules = {
  quiet: readQuietHours('21:00-09:00'),
  caps: readCaps('2/day, 5/7d')!,
  holdout: { share: 0.05, campaigns: new Map(), salt: 'bench' },
  zone: 'Asia/Karachi',
}
const cases = [
  { name: 'a campaign to a million, consent and STOP asked', rules: consentAlone },
  { name: 'a campaign to a million, with quiet hours, caps and a holdout', rules: allRules },
] as const

/** What a campaign would cost, over a million customers of three languages. Compared with reading the same customers and nothing else. */
export const plan: Bench = async ({ deploy, rounds, say }) => {
  const deployment = await deploy({ partitions: PARTITIONS })
  try {
    await using tables = await openTables(deployment.config)
    const { sql } = tables
    say(`plan: ${CUSTOMERS.toLocaleString('en-US')} customers`)
    await manyCustomers(sql, CUSTOMERS)
    await textsThatWent(sql)
    const results: Result[] = []
    for (const { name, rules } of cases) {
      const [measured, baselines]: [Round[], Round[]] = [[], []]
      for (let round = 1; round <= rounds; round++) {
        baselines.push(await timed(() => readAll(sql)))
        const took = await timed(() => planned(sql, rules))
        measured.push(took)
        say(`plan, ${name}: round ${round} of ${rounds}, ${(CUSTOMERS / took.rate).toFixed(1)} s`)
      }
      const baseline_of = 'the same customers read page by page, nothing else'
      results.push(
        resultOf({ bench: 'plan', case: `${name} (${deployment.mode})`, unit: 'customers/s', baseline_of }, measured, baselines),
      )
    }
    return results
  } finally {
    await deployment.dispose()
  }
}

async function planned(sql: Sql, rules: SmsRules): Promise<number> {
  const step = {
    discount: { type: 'percent', value: 20, code: 'WAPSI20' },
    link: 'https://shop.example/sale',
    shop: 'Bazaar',
    currency: 'PKR',
    now: clock.now(),
    zone: 'Asia/Karachi',
  } as const
  const texts = plannedTexts(builtInTexts('win_back', step), step, 'https://s.example.pk/r/00000000000')
  const phoneHash = phoneHasher('a secret of this bench')
  const { audience, queued, suppressed } = await planCampaign({
    sql,
    phoneHash,
    rules,
    segment: undefined,
    currency: 'PKR',
    texts,
  })
  const counted = queued + Object.values(suppressed).reduce((sum, count) => sum + count, 0)
  if (counted !== audience) throw new Error(`${audience} customers, and ${counted} of them queued or suppressed`)
  return audience
}

async function readAll(sql: Sql): Promise<number> {
  let read = 0
  for await (const rows of customerPages({ sql, segment: undefined, withProducts: false })) read += rows.length
  return read
}

async function timed(work: () => Promise<number>): Promise<Round> {
  const [before, used] = [clock.monotonic(), process.cpuUsage()]
  const customers = await work()
  if (customers !== CUSTOMERS) throw new Error(`${customers} customers came by`)
  const { user, system } = process.cpuUsage(used)
  return { rate: (customers * 1000) / (clock.monotonic() - before), cpuSeconds: (user + system) / 1e6 }
}

const textsThatWent = (sql: Sql) =>
  sql.query(
    `INSERT INTO sms_ledger (id, partition, customer_id, class, owner, sealed, requested_at, result_key, status, phone_hash, begun_at)
     SELECT 'w' || n, 0, 'c' || lpad((n * 5 / 2)::text, 8, '0'), 'marketing', 'o', 's', 0, 'w' || n, 'submitted', 'h' || n,
       (extract(epoch FROM clock_timestamp()) * 1000)::bigint - n FROM generate_series(1, $1::integer) n`,
    [WENT],
  )
