import type { Flow } from '../../../schemas/flow.ts'
import type { Finding } from '../finding.ts'
import { spanText } from '../flow-duration.ts'
import type { FlowProperty } from '../flow-report.ts'
import type { FlowShop } from '../flow-shop.ts'
import type { Explored } from './busiest.ts'
import { clockGrid } from './clock-grid.ts'
import { deadSteps } from './dead-steps.ts'
import { longStays } from './long-stays.ts'
import { latestArrivals } from './longest-stay.ts'
import { type Passage, passagesOf } from './passage.ts'
import { reachTimes } from './reach-clock.ts'
import { type Exactness, type Situations, situationsOf, sureSituations } from './situations.ts'
import { suppressedTexts, textsNotShown } from './suppressed.ts'
import { surelyReached } from './surely-reached.ts'
import { COUNTED, textBounds } from './too-many-texts.ts'

/** How many situations are looked at, and how many times of the week in all of them together. */
export const explorationBounds = { situations: 4_000, times: 150_000 } as const

/** What following all customers gave. */
export interface Exploration {
  readonly findings: readonly Finding[]
  readonly properties: readonly FlowProperty[]
}

/**
 * Follows all abstract customers of a flow that obeys rules 1 to 4 (Cousot & Cousot 1977): every edge that they may take, at every count of
 * limits, at every time of the week. Over-approximated, that is counted as possible although it may not be: what other campaigns and events do to
 * limits of the campaign and rate limits; conditions but for simple contradictions while no time passes; instants beside the time of the week;
 * the change of clocks. Quiet hours, which hold texts back, bring no two texts that are a day or more apart closer together, and so need no account.
 * So what is proved holds; what is refuted was travelled by the rules themselves (journey.ts), and where that failed nothing is claimed.
 */
export function exploreFlow(flow: Flow, shop: FlowShop): Exploration {
  const passages = passagesOf(flow)
  const usedUp = flow.entry !== undefined && flow.entry !== 'once'
  const { situations, exactness } = followed(flow, usedUp)
  const sure = sureSituations(flow, usedUp, explorationBounds.situations)
  const possible = explored(flow, situations, passages, shop)
  const bounds = textBounds(possible, () => explored(flow, sure, passages, shop), shop)
  const reached = surelyReached(flow, sure, passages)
  const dead = deadProperty(flow, situations, exactness.counted === EXACT.counted, reached)
  const suppressed = suppressedTexts(flow, situations, passages, shop)
  return {
    findings: [
      ...dead.findings,
      ...bounds.flatMap(({ findings }) => findings),
      ...suppressed,
      ...longStays(flow, Math.max(...possible.latest), passages),
    ],
    properties: [
      ending(situations, possible.latest),
      dead.property,
      ...bounds.map(({ property }) => property),
      sending(suppressed, textsNotShown({ flow, situations: sure, passages }, reached, shop)),
    ],
  }
}

/** Situations with what time does to them. */
function explored(flow: Flow, situations: Situations, passages: Explored['passages'], shop: FlowShop): Explored {
  const { trigger } = flow
  const entered = trigger?.type === 'date' && trigger.after === undefined ? Date.parse(trigger.at) : undefined
  const latest = latestArrivals(situations, passages, entered)
  const layers = Math.min(COUNTED, Math.max(shop.maxTexts.perDay, shop.maxTexts.perWeek)) + 1
  // Where hours decide, every label leads to as many as there are times of answers.
  const labels = passages.flat().some(({ hours }) => hours !== undefined) ? explorationBounds.times / 5 : explorationBounds.times
  const grid = clockGrid(flow, passages, labels / (situations.step.length * layers))
  const times = reachTimes(flow, situations, passages, grid)
  const instantWait = (at: number, { instant }: Passage) =>
    entered === undefined ? 0 : Math.max(0, instant! - entered - latest[at]!)
  return { flow, situations, passages, grid, times, latest, instantWait }
}

const EXACT = { facts: true, counted: Number.POSITIVE_INFINITY }
const LEVELS = [EXACT, ...[EXACT.counted, 20, 5, 1, 0].map(counted => ({ facts: false, counted }))]

/** As exactly as situations are few enough. The last level always is: it has a situation per step. */
function followed(flow: Flow, usedUp: boolean): { readonly situations: Situations; readonly exactness: Exactness } {
  for (const level of LEVELS) {
    const exactness = { ...level, usedUp }
    const situations = situationsOf(flow, exactness, explorationBounds.situations)
    if (situations !== undefined) return { situations, exactness }
  }
  throw new Error('a flow has more steps than situations are followed')
}

/** Rule 3 holds here: each round uses up a limit, so everybody comes to an end. */
function ending({ step }: Situations, latest: readonly number[]): FlowProperty {
  const longest = Math.max(...latest)
  const stay = Number.isFinite(longest) ? `after ${spanText(longest)} at most` : 'each round uses up a limit'
  return {
    property: 'ends',
    outcome: 'proved',
    detail: `every customer comes to an end: ${stay}, ${situationsText(step.length)}`,
  }
}

const situationsText = (count: number): string => `${count.toLocaleString('en-US')} situation${count === 1 ? '' : 's'}`

/** Dead is what nobody gets to although more was counted as possible than is; proved is that somebody gets everywhere by ways that surely are. */
function deadProperty(flow: Flow, situations: Situations, counted: boolean, sure: ReadonlySet<number>): Told {
  const known = situationsOf(flow, { facts: true, counted: 0, usedUp: true }, explorationBounds.situations)
  const followed = known ?? situationsOf(flow, { facts: false, counted: 0, usedUp: true }, explorationBounds.situations)!
  const findings = deadSteps(flow, followed, counted ? situations : undefined)
  const told = (outcome: FlowProperty['outcome'], detail: string): Told => ({
    property: { property: 'no_dead_step', outcome, detail },
    findings,
  })
  const dead = findings.find(
    ({ code, message }) => code !== 'branch_never_taken' && (code !== 'limit_never_limits' || message.includes('nobody gets')),
  )
  if (dead !== undefined) return told('refuted', dead.message)
  const open = flow.steps.find((_, i) => !sure.has(i))
  if (open === undefined) return told('proved', `customers get to all ${flow.steps.length} steps`)
  return told(
    'bound_reached',
    `whether anybody gets to step "${open.id}" depends on what goes together in a customer, or on when they answer`,
  )
}

interface Told {
  readonly property: FlowProperty
  readonly findings: readonly Finding[]
}

function sending(suppressed: readonly Finding[], open: readonly string[]): FlowProperty {
  const property = 'sends_pass'
  const [first] = suppressed
  if (first !== undefined) return { property, outcome: 'refuted', detail: first.message }
  if (open.length === 0)
    return { property, outcome: 'proved', detail: 'every text goes to some customer, as far as caps and quiet hours let it' }
  return {
    property,
    outcome: 'bound_reached',
    detail: `whether caps let the text of step "${open[0]}" through depends on when customers answer`,
  }
}
