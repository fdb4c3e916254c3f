import type { Flow } from '../../../schemas/flow.ts'
import { DAY, WEEK } from '../flow-duration.ts'
import { type Hop, travel } from './journey.ts'
import type { Passage } from './passage.ts'
import { entryCells } from './reach-clock.ts'
import type { Situations } from './situations.ts'

/** Times of entry that are tried where a customer may enter at any. */
const TRIED = 6 * 3_600_000
const GRID = { size: TRIED, cells: WEEK / TRIED, exact: false }

/**
 * Steps to which some customer surely gets: by the fewest steps, each of which somebody surely takes by what is known of them (`sure`), on a journey
 * that was travelled, answering always at once or always at the last moment.
 */
export function surelyReached(flow: Flow, sure: Situations, passages: readonly (readonly Passage[])[]): ReadonlySet<number> {
  const before = firstWays(sure)
  const reached = new Set<number>()
  sure.step.forEach((to, situation) => {
    if (reached.has(to)) return
    const hops: { step: number; edge: number }[] = []
    for (let at = situation; at !== 0; at = before[at]!.at)
      hops.unshift({ step: sure.step[before[at]!.at]!, edge: before[at]!.edge })
    if (canTravel(flow, passages, hops, to)) reached.add(to)
  })
  return reached
}

function canTravel(
  flow: Flow,
  passages: readonly (readonly Passage[])[],
  hops: readonly Omit<Hop, 'wait'>[],
  to: number,
): boolean {
  const patient = (how: 'least' | 'most'): Hop[] =>
    hops.map(({ step, edge }) => ({ step, edge, wait: passages[step]![edge]![how] }))
  return [patient('least'), patient('most')].some(waiting =>
    entries(flow).some(entered => travel(flow, passages, { entered, hops: waiting, to }) !== undefined),
  )
}

function entries(flow: Flow): number[] {
  const { trigger } = flow
  if (trigger?.type !== 'schedule' || trigger.after !== undefined) return entryCells(flow, GRID).map(cell => cell * TRIED)
  const time = Number(trigger.time.slice(0, 2)) * 3_600_000 + Number(trigger.time.slice(3)) * 60_000
  return entryCells(flow, { size: DAY, cells: 7, exact: false }).map(day => day * DAY + time)
}

/** Of each situation the one from which it was first come to; they are numbered breadth first. */
function firstWays({ step, ways }: Situations): readonly { readonly at: number; readonly edge: number }[] {
  const before = new Array<{ readonly at: number; readonly edge: number }>(step.length)
  ways.forEach((on, at) => {
    for (const { to, edge } of on) if (to !== 0) before[to] ??= { at, edge }
  })
  return before
}
