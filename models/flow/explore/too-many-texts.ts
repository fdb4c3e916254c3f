import type { Finding } from '../finding.ts'
import { DAY, spanText, WEEK } from '../flow-duration.ts'
import type { FlowProperty } from '../flow-report.ts'
import type { FlowShop } from '../flow-shop.ts'
import { type Busiest, busiest, type Explored } from './busiest.ts'
import { timeOf } from './clock-grid.ts'
import { type Hop, type Journey, type Travelled, travel } from './journey.ts'
import { spread } from './spread-texts.ts'
import { deedOf, momentsOf } from './tell-journey.ts'

/** How far the texts of one stay in a flow are bounded within a span. */
export interface TextsBound {
  readonly property: FlowProperty
  readonly findings: readonly Finding[]
}

/** At most so many within a day, and within seven: proved, or refuted by a journey that can be; else it was left open, which is told. */
export const textBounds = (possible: Explored, sure: () => Explored, { maxTexts }: FlowShop): readonly TextsBound[] => [
  textsWithin(possible, sure, 'texts_per_day', maxTexts.perDay, DAY),
  textsWithin(possible, sure, 'texts_per_week', maxTexts.perWeek, WEEK),
]

/** More are not counted. */
export const COUNTED = 200

function textsWithin(
  possible: Explored,
  sure: () => Explored,
  property: FlowProperty['property'],
  most: number,
  span: number,
): TextsBound {
  const within = span === DAY ? 'a day' : 'seven days'
  const found = busiest(possible, Math.min(most, COUNTED), span)
  if (found.first === -1) {
    const detail = `at most ${found.texts} text${found.texts === 1 ? '' : 's'} within ${within}`
    return { property: { property, outcome: 'proved', detail }, findings: [] }
  }
  const finding = counterexample(sure(), most, span, within)
  if (finding !== undefined) return { property: { property, outcome: 'refuted', detail: finding.message }, findings: [finding] }
  const detail = `it could not be shown that nobody gets more than ${most} within ${within}`
  const place = journeyTo(possible, found).to
  const { id } = possible.flow.steps[place]!
  const message = `Step "${id}" may send too many: ${detail}. A limit without "per" or longer waits would show it.`
  return {
    property: { property, outcome: 'bound_reached', detail },
    findings: [{ code: 'texts_not_bounded', message, pointer: `/steps/${place}`, step: id }],
  }
}

/** A journey that some customer surely makes, by what is known of them, and that was travelled. */
function counterexample(sure: Explored, most: number, span: number, within: string): Finding | undefined {
  if (most > COUNTED) return undefined
  const found = busiest(sure, most, span)
  if (found.first === -1) return undefined
  const journey = journeyTo(sure, found)
  const travelled = travel(sure.flow, sure.passages, journey)
  const first = travelled && firstOf(travelled.texts, most, span)
  if (travelled !== undefined && first !== undefined) return refutation(sure, journey, travelled, { first, most, within })
  return undefined
}

/** The first of texts, more than `most`, that are less than `span` apart. */
function firstOf(texts: readonly number[], most: number, span: number): number | undefined {
  const first = texts.findIndex((at, i) => texts[i + most] !== undefined && texts[i + most]! - at < span)
  return first === -1 ? undefined : first
}

/** From entry by the fewest steps to the first of the texts, and on from there as fast as can be. */
function journeyTo({ situations, passages, grid, times }: Explored, { first, ways }: Busiest): Journey {
  const { cells } = grid
  const { step } = situations
  const hops: Hop[] = ways.map(({ at, way, took }) => ({ step: step[at]!, edge: situations.ways[at]![way]!.edge, wait: took }))
  let place = first
  for (; times.before[place]! >= 0; place = times.before[place]!) {
    const from = times.before[place]!
    const at = Math.floor(from / cells)
    const { edge } = situations.ways[at]![times.way[place]!]!
    const { least, most } = passages[step[at]!]![edge]!
    const on = timeOf(place % cells, grid) - timeOf(from % cells, grid)
    hops.unshift({ step: step[at]!, edge, wait: Math.min(most, Math.max(least, on < 0 ? on + WEEK : on)) })
  }
  const lastWay = ways.at(-1)
  const last = lastWay === undefined ? Math.floor(first / cells) : situations.ways[lastWay.at]![lastWay.way]!.to
  return { entered: timeOf(place % cells, grid), hops, to: step[last]! }
}

function refutation(
  { flow }: Explored,
  journey: Journey,
  travelled: Travelled,
  { first, most, within }: { readonly first: number; readonly most: number; readonly within: string },
): Finding {
  const { texts, at, end } = travelled
  const count = most + 1
  const took = texts[first + most]! - texts[first]!
  const deeds = journey.hops.flatMap(({ step, edge }, i) => {
    const left = at[i + 1] ?? end
    return left < texts[first]! ? [] : (deedOf(flow.steps[step]!, flow.steps[step]!.events[edge]!, left - at[i]!) ?? [])
  })
  const who = deeds.length === 0 ? 'A customer' : `A customer who ${[...new Set(deeds)].slice(0, 3).join(', then ')}`
  const span = took === 0 ? 'at once' : `within ${spanText(took)}`
  const message = `${who} gets ${count} text${count === 1 ? '' : 's'} ${span}: the shop allows ${most} within ${within}. Put a delay between them, or leave one out.`
  const place = journey.to
  const fix = spread(flow, journey, travelled, first, most, within === 'a day' ? DAY : WEEK)
  return {
    code: 'too_many_texts',
    message,
    pointer: `/steps/${place}`,
    step: flow.steps[place]!.id,
    timeline: momentsOf(flow, journey, travelled),
    ...(fix === undefined ? {} : { fix: () => fix }),
  }
}
