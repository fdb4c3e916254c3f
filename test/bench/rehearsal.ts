import { Rehearsal } from '../../consumers/rehearsal.ts'
import { FileHistory } from '../../infra/rehearsal/file-history.ts'
import { readQuietHours } from '../../models/quiet-hours.ts'
import { readCaps } from '../../models/sms-caps.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { sharedData } from '../support/shared-data.ts'
import { winBack } from '../support/win-back.ts'
import type { Bench } from './bench.ts'
import { type Round, resultOf } from './result.ts'

const FROM = Date.parse('2011-06-30T00:00:00Z')
const TO = Date.parse('2011-09-30T00:00:00Z')
const ZONE = 'Europe/London'

/** A campaign of three months over UCI Online Retail, as `tarang flow rehearse` goes through it. Compared with reading the same file's events and nothing else. */
export const rehearsal: Bench = async ({ rounds, say }) => {
  const [measured, baselines]: [Round[], Round[]] = [[], []]
  for (let round = 0; round <= rounds; round++) {
    const read = await timed(async history => (await history.survey()).events)
    const rehearsed = await timed(over)
    if (round === 0) continue
    baselines.push(read)
    measured.push(rehearsed)
    say(`rehearsal: round ${round} of ${rounds}, ${(rehearsed.latencies![0]! / 1000).toFixed(1)} s`)
  }
  const named = {
    bench: 'rehearsal',
    case: 'three months of Online Retail rehearsed, from a file of ten',
    unit: 'records/s',
    baseline_of: 'reading the events of the file',
  }
  return [resultOf(named, measured, baselines)]
}

/** Answers how many records there were. */
async function over(history: FileHistory): Promise<number> {
  const texts = {
    rules: {
      quiet: readQuietHours('21:00-09:00'),
      caps: readCaps('1/day, 3/7d')!,
      holdout: { share: 0, campaigns: new Map(), salt: '' },
      zone: ZONE,
    },
    shop: undefined,
    currency: 'GBP',
    shortLink: undefined,
    reachable: true,
  }
  const campaign = { id: 'win-back', version: 1, flow: winBack, categories: [] }
  const speed = { partsPerSecond: 10, slots: 50, roundTripMs: 500 }
  const rehearsal = new Rehearsal({ campaign, beside: [], zone: ZONE, from: FROM, to: TO, speed, texts })
  for await (const record of history.records(TO)) rehearsal.meet(record)
  return rehearsal.report().history.records
}

async function timed(work: (history: FileHistory) => Promise<number>): Promise<Round> {
  const [began, cpu] = [clock.monotonic(), process.cpuUsage()]
  const shop = { currency: 'GBP', region: 'GB', now: TO } as const
  const records = await work(await FileHistory.open(sharedData('online-retail.csv.gz'), shop))
  const ms = clock.monotonic() - began
  const { user, system } = process.cpuUsage(cpu)
  return { rate: (records * 1000) / ms, latencies: [ms], cpuSeconds: (user + system) / 1e6 }
}
