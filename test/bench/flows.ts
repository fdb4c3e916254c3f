import { checkFlow } from '../../models/flow/check-flow.ts'
import { planFlow } from '../../models/flow/plan/plan-flow.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { READ_AT, benchShop as shop } from '../flows/bench-shop.ts'
import { unfulfilled } from '../flows/check-brief.ts'
import { readBriefs } from '../flows/read-briefs.ts'
import type { Bench } from './bench.ts'
import { percentile, type Round, resultOf } from './result.ts'

/** Flows from 240 briefs, by the planner of our own. Compared with checking the same flows, which every flow has to go through. */
export const flows: Bench = async ({ rounds, say }) => {
  const briefs = readBriefs()
  const answers = briefs.map(({ brief }) => planFlow(brief, shop, READ_AT))
  const valid = answers.filter(({ flow }) => checkFlow(flow, shop).passed).length
  const faithful = briefs.filter((brief, at) => unfulfilled(brief, answers[at]!).length === 0).length
  const [measured, baselines]: [Round[], Round[]] = [[], []]
  for (let round = 0; round <= rounds; round++) {
    const checked = timed(answers, ({ flow }) => checkFlow(flow, shop))
    const planned = timed(briefs, ({ brief }) => planFlow(brief, shop, READ_AT))
    if (round === 0) continue
    baselines.push(checked)
    measured.push(planned)
    say(`flows: round ${round} of ${rounds}, ${planned.rate.toFixed(0)} briefs/s`)
  }
  const named = {
    bench: 'flows',
    case: `${briefs.length} briefs in three languages, planned`,
    unit: 'briefs/s',
    baseline_of: 'checking the same flows',
  }
  const latencies = measured.flatMap(round => round.latencies ?? [])
  const share = (count: number) => (100 * count) / briefs.length
  return [
    {
      ...resultOf(named, measured, baselines),
      p95_ms: percentile(latencies, 0.95),
      valid_percent: share(valid),
      faithful_percent: share(faithful),
    },
  ]
}

function timed<T>(all: readonly T[], work: (one: T) => unknown): Round {
  const latencies: number[] = []
  const began = clock.monotonic()
  for (const one of all) {
    const before = clock.monotonic()
    work(one)
    latencies.push(clock.monotonic() - before)
  }
  return { rate: (all.length * 1000) / (clock.monotonic() - began), latencies }
}
