import { compose, type Tarang } from '../../infra/compose.ts'
import { jsonLogger } from '../../infra/logger.ts'
import { routeEvent } from '../../schemas/route-event.ts'
import { smsRequests } from '../../schemas/topics.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { onceEach, readTopic } from '../support/read-topic.ts'
import { bareLog } from './bare-log.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { type Round, resultOf } from './result.ts'

const CUSTOMERS = 100_000
const AT_ONCE = 2000
/** How long all have to come to the step at which they wait. */
const AHEAD_MS = 60_000
/** How often somebody who waits for nothing does something meanwhile. */
const LIVE_MS = 100
const LOOK_MS = 100

/**
 * A campaign in which 100,000 customers wait for the same minute: how fast they get their texts once it has come, and how long others' events take
 * meanwhile. Compared with appending a record for each timer, and nothing else.
 */
export const timers: Bench = async ({ deploy, rounds, say }) => {
  const deployment = await deploy({ partitions: PARTITIONS })
  const roles = deployment.config.roles.filter(role => role !== 'sms')
  const tarang = await compose({ ...deployment.config, roles }, { logger: jsonLogger('fatal') })
  await using bare = await bareLog(deploy)
  const url = await tarang.listen({ host: '127.0.0.1', port: 0 })
  try {
    say(`timers: ${CUSTOMERS.toLocaleString('en-US')} customers`)
    await getToKnow(tarang)
    const [measured, baselines]: [Round[], Round[]] = [[], []]
    for (let round = 1; round <= rounds; round++) {
      const name = `timers: round ${round} of ${rounds}`
      baselines.push(
        await bare.produce(
          Array.from({ length: CUSTOMERS }, (_, n) => timerOf(n)),
          AT_ONCE,
        ),
      )
      measured.push(await drained(tarang, url, what => say(`${name}, ${what}`)))
    }
    const baseline_of = 'as many timers appended to the log, nothing else'
    const name = `100,000 customers due in the same minute, from then to the last one's text; latencies: others' events meanwhile (${deployment.mode})`
    return [resultOf({ bench: 'timers', case: name, unit: 'customers/s', baseline_of }, measured, baselines)]
  } finally {
    await tarang.stop()
    await deployment.dispose()
  }
}

const nameOf = (n: number): string => `c${String(n).padStart(6, '0')}`

/** Others are those of whom live events were. */
const isNamed = (customerId: string): boolean => /^c\d{6}$/.test(customerId)

const timerOf = (n: number): Buffer =>
  Buffer.from(
    JSON.stringify({ type: 'timer', id: '1790000000000', customerId: nameOf(n), occurredAt: '2026-09-21T14:13:20.000Z' }),
  )

/** Customers whom the shop knows when a campaign is launched. */
async function getToKnow({ publish, sql }: Tarang): Promise<void> {
  for (let n = 0; n < CUSTOMERS; n += AT_ONCE)
    await publish(
      Array.from({ length: AT_ONCE }, (_, i) => {
        const customerId = nameOf(n + i)
        const occurredAt = new Date(clock.now()).toISOString()
        return routeEvent({ type: 'profile', id: `p-${customerId}`, customerId, occurredAt, traits: { firstName: customerId } })
      }),
    )
  while ((await count(sql, 'SELECT count(*)::int AS n FROM customers')) < CUSTOMERS) await clock.sleep(500)
}

/** Launches a campaign whose customers all wait for one instant, and watches what comes after it. */
async function drained(tarang: Tarang, url: string, say: (what: string) => void): Promise<Round> {
  const at = clock.now() + AHEAD_MS
  const campaignId = await launch(url, at)
  const waiting = () => count(tarang.sql, 'SELECT count(*)::int AS n FROM timers WHERE due_at IS NOT NULL')
  while ((await waiting()) < CUSTOMERS) {
    if (clock.now() >= at) throw new Error('not all customers were waiting when their time had come')
    await clock.sleep(1000)
  }
  say(`all wait, ${Math.round((at - clock.now()) / 1000)} s before their time`)
  await clock.sleep(at - clock.now())
  const cpu = process.cpuUsage()
  const live = liveEvents(url)
  let [left, moved, longest] = [CUSTOMERS, at, 0]
  while (left > 0) {
    await clock.sleep(LOOK_MS)
    const now = await waiting()
    if (now === left) continue
    longest = Math.max(longest, clock.now() - moved)
    ;[left, moved] = [now, clock.now()]
  }
  const cpuSeconds = secondsSince(cpu)
  const latencies = await live.stop()
  await proveOnce(tarang, campaignId)
  say(`${((moved - at) / 1000).toFixed(1)} s, ${(longest / 1000).toFixed(1)} s without progress at most`)
  return { rate: (CUSTOMERS * 1000) / (moved - at), latencies, cpuSeconds }
}

const secondsSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** Fails where a customer's text was not asked for, or twice. */
async function proveOnce({ engine }: Tarang, campaignId: string): Promise<void> {
  const told = onceEach(await readTopic(engine, smsRequests)).filter(
    ({ value }) => value.campaignId === campaignId && isNamed(value.customerId ?? ''),
  )
  const customers = new Set(told.map(({ value }) => value.customerId))
  if (told.length !== CUSTOMERS || customers.size !== CUSTOMERS)
    throw new Error(`${CUSTOMERS} customers waited; ${told.length} texts were asked for, for ${customers.size} of them`)
}

async function launch(url: string, at: number): Promise<string> {
  const end = [{ type: 'default', nextStepID: 'end' }]
  const flow = {
    initialStepID: 'wait',
    steps: [
      { id: 'wait', type: 'schedule', at: new Date(at).toISOString(), events: [{ type: 'default', nextStepID: 'text' }] },
      { id: 'text', type: 'message', content: 'It is time.', events: end },
      { id: 'end', type: 'end', events: [] },
    ],
  }
  const { id } = (await post(`${url}/campaigns`, { flow })) as { id: string }
  await post(`${url}/campaigns/${id}/launch`, {})
  return id
}

/** Purchases of one customer after the other who is in no campaign; how long each took until it was applied, in ms. */
function liveEvents(url: string): { stop: () => Promise<number[]> } {
  const latencies: number[] = []
  const stopping = new AbortController()
  const run = `live-${clock.now()}`
  const working = (async () => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const [customerId, occurredAt] = [`${run}-${n}`, new Date(clock.now()).toISOString()]
      const lines = [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }]
      const begun = clock.monotonic()
      await post(`${url}/v1/events?wait=applied`, {
        type: 'purchase',
        id: customerId,
        customerId,
        orderId: customerId,
        occurredAt,
        lines,
      })
      latencies.push(clock.monotonic() - begun)
      await clock.sleep(LIVE_MS)
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await working
      return latencies
    },
  }
}

async function post(url: string, body: object): Promise<unknown> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

const count = async (sql: Tarang['sql'], text: string): Promise<number> => ((await sql.query(text))[0] as { n: number }).n
