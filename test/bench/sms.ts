import { systemClock as clock } from '../../streams/clock.ts'
import { type RunningTarang, startTarang } from '../support/running-tarang.ts'
import type { Deployment } from '../support/scratch-deployment.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { type CountingGateway, countingGateway } from './counting-gateway.ts'
import { isGrowing, watchMemory } from './memory-watch.ts'
import { percentile, type Result, type Round, resultOf } from './result.ts'

const LATENCY_MS = 100
const SLOTS = 50
const BOUND = (SLOTS * 1000) / LATENCY_MS
const AT_ONCE = 1000
/** What is kept of requests in case they come again is bounded by bytes, and is to be full before memory is watched. */
const STATE_BYTES = 4 << 20
/** As many as texts that warm up: keys of phones are kept, up to a bound. */
const PHONES = 10_000
/** What each of two instances may hold: together more than there are, so that both have some and they are contended for. */
const OF_TWO = 35

/** Everything that a measurement needs to be under way. */
interface Bed {
  readonly gateway: CountingGateway
  readonly instances: readonly RunningTarang[]
  /** Sends so many texts, and measures. */
  through(texts: number): Promise<Round>
}

/**
 * Texts that wait, sent through a gateway that takes 100 ms for each. Compared with what 50 in flight can do at most: by one instance, and where there
 * is a stack by two that share the slots. Ends with an error where more were in flight, or a text came twice.
 *
 * With `messages` it is one measurement of so many texts instead, which ends with an error where memory grows.
 */
export const sms: Bench = async ({ deploy, rounds, seconds, messages, say }) => {
  const gateway = await countingGateway(LATENCY_MS)
  const deployment = await deploy({ partitions: PARTITIONS, gatewayUrl: gateway.url })
  const numbers = { next: 0 }
  try {
    const most = deployment.mode === 'stack' ? 2 : 1
    if (messages !== undefined)
      return [await on({ deployment, gateway, numbers }, most, bed => long(bed, deployment, messages, say))]
    const results: Result[] = []
    for (let instances = 1; instances <= most; instances++) {
      const measure = (bed: Bed) => short(bed, deployment, { rounds, seconds, say })
      results.push(await on({ deployment, gateway, numbers }, instances, measure))
    }
    return results
  } finally {
    await gateway.close()
    await deployment.dispose()
  }
}

interface Ground {
  readonly deployment: Deployment
  readonly gateway: CountingGateway
  /** Of texts that are asked for: no two are the same. */
  readonly numbers: { next: number }
}

/** Measures with so many instances running. */
async function on(
  { deployment, gateway, numbers }: Ground,
  count: number,
  measure: (bed: Bed) => Promise<Result>,
): Promise<Result> {
  const instances: RunningTarang[] = []
  const config = { ...deployment.config, stateBytes: STATE_BYTES }
  const options = { config, sessionTimeoutMs: 10_000, ...(count === 1 ? {} : { smsSlots: OF_TWO }) }
  try {
    while (instances.length < count) instances.push(await startTarang(options))
    const through = async (texts: number): Promise<Round> => {
      const before = gateway.arrivals.length
      for (let left = texts; left > 0; left -= AT_ONCE)
        await instances[0]!.publish(
          [],
          Array.from({ length: Math.min(AT_ONCE, left) }, () => text(numbers.next++)),
        )
      while (gateway.arrivals.length - before < texts) await clock.sleep(250)
      const at = gateway.arrivals.slice(before)
      // From the first tenth to the last: filling the slots at first and running dry at last are not what is measured.
      const [from, to] = [percentile(at, 0.1), percentile(at, 0.9)]
      return { rate: (texts * 0.8) / ((to - from) / 1000) }
    }
    const result = await measure({ gateway, instances, through })
    if (gateway.most() > SLOTS) throw new Error(`${gateway.most()} texts were in flight at once`)
    if (gateway.repeated() > 0) throw new Error(`${gateway.repeated()} texts came twice`)
    return result
  } finally {
    await Promise.all(instances.map(instance => instance.kill('SIGTERM')))
  }
}

const named = ({ instances }: Bed, { mode }: Deployment) => ({
  bench: 'sms',
  case: `gateway at ${LATENCY_MS} ms (${mode}${instances.length === 1 ? '' : ', two instances'})`,
  unit: 'texts/s',
  baseline_of: `${SLOTS} in flight / ${LATENCY_MS} ms`,
})

async function short(
  bed: Bed,
  deployment: Deployment,
  { rounds, seconds, say }: { rounds: number; seconds: number; say: (what: string) => void },
): Promise<Result> {
  const { case: name } = named(bed, deployment)
  say(`sms: ${name}: warming up`)
  await bed.through(BOUND * 2)
  const measured: Round[] = []
  for (let round = 1; round <= rounds; round++) {
    say(`sms: ${name}: round ${round} of ${rounds}`)
    measured.push(await bed.through(BOUND * seconds))
  }
  return resultOf(named(bed, deployment), measured, [{ rate: BOUND }])
}

async function long(bed: Bed, deployment: Deployment, messages: number, say: (what: string) => void): Promise<Result> {
  say('sms: warming up')
  await bed.through(Math.min(messages, BOUND * 20))
  const telling = setInterval(
    () => say(`sms: ${bed.gateway.arrivals.length} texts so far, ${bed.gateway.most()} in flight at most`),
    10_000,
  )
  const before = bed.gateway.arrivals.length
  const sending = bed.through(messages).finally(() => clearInterval(telling))
  sending.catch(() => {}) // it is waited for below
  // What is kept up to a bound in bytes is full by then.
  while (bed.gateway.arrivals.length - before < messages / 10) await clock.sleep(250)
  const watch = await watchMemory(bed.instances.map(({ heap }) => heap))
  const round = await sending
  const memory = await watch.end()
  const told = memory.map(({ mib, grown }) => `${mib.toFixed(0)} MiB kept, ${grown < 0 ? '−' : '+'}${Math.abs(grown).toFixed(1)}`)
  if (memory.some(isGrowing)) throw new Error(`memory grows over ${messages} texts: ${told.join('; ')}`)
  const { case: name, ...rest } = named(bed, deployment)
  return resultOf(
    { ...rest, case: `${name}, ${messages.toLocaleString('en-US')} texts; ${told.join('; ')}` },
    [round],
    [{ rate: BOUND }],
  )
}

const text = (n: number) => ({
  id: `bench-${n}`,
  to: `+92300${String(n % PHONES).padStart(7, '0')}`,
  text: 'Shukriya! Aap ka order rawana ho gaya hai.',
  class: 'transactional' as const,
})
