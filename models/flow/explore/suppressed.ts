import type { Flow, FlowStep } from '../../../schemas/flow.ts'
import { capsReach } from '../../sms-caps.ts'
import { sends } from '../edge-forms.ts'
import type { Finding } from '../finding.ts'
import { DAY } from '../flow-duration.ts'
import type { FlowShop } from '../flow-shop.ts'
import type { Explored } from './busiest.ts'
import { inOrder } from './longest-stay.ts'
import type { Passage } from './passage.ts'
import type { Situations, Way } from './situations.ts'
import { mostWait } from './week-clock.ts'

/**
 * Texts that caps suppress for everybody: on every way there, so many texts of this flow went before, all of them within the cap's span, that
 * the cap is reached by them alone. Quiet hours hold texts back until they end, which may put a text that much farther from an earlier one; days and
 * weeks of the calendar are only said to be the same where no time passes at all.
 */
export function suppressedTexts(
  flow: Flow,
  { step, ways }: Situations,
  passages: readonly (readonly Passage[])[],
  shop: FlowShop,
): Finding[] {
  const order = inOrder(ways)
  if (order === undefined) return []
  const fewest = step.map(() => Number.POSITIVE_INFINITY)
  const longest = step.map(() => 0)
  fewest[0] = 0
  for (const at of order) {
    const text = sends(flow.steps[step[at]!]!)
    for (const { to, edge } of ways[at]!) {
      const before = fewest[at]! + (text ? 1 : 0)
      fewest[to] = Math.min(fewest[to]!, before)
      if (before > 0) longest[to] = Math.max(longest[to]!, longest[at]! + mostOf(passages[step[at]!]![edge]!))
    }
  }
  const held = heldBack(shop)
  return flow.steps.flatMap((one, i): Finding[] => {
    const here = step.flatMap((at, situation) => (at === i ? [situation] : []))
    if (!sends(one) || here.length === 0) return []
    const texts = Math.min(...here.map(situation => fewest[situation]!))
    const since = Math.max(...here.map(situation => longest[situation]!))
    const cap = shop.caps.find(
      ({ most, span }) => texts >= most && (since === 0 || (typeof span === 'number' && since + held < span)),
    )
    if (cap === undefined) return []
    const message = `The text of step "${one.id}" never goes: each customer has had ${texts} of this flow before it, and the shop's cap is ${cap.text}. Put a delay before it.`
    return [{ code: 'text_always_suppressed', message, pointer: `/steps/${i}`, step: one.id }]
  })
}

const mostOf = ({ most, clock, instant }: Passage): number =>
  instant === undefined ? most + (clock === undefined ? 0 : mostWait(clock)) : Number.POSITIVE_INFINITY

/** How long quiet hours hold a text back at most. */
function heldBack({ quiet }: FlowShop): number {
  if (quiet === undefined) return 0
  return ((quiet.to - quiet.from) * 60_000 + DAY) % DAY
}

/**
 * Steps of whose text it was not shown that it goes to anybody. It does where a customer who gets nothing else comes to it with fewer texts than every
 * cap; or where, waiting wherever there is something to wait for, all earlier ones are longer ago than caps reach.
 *
 * @param reached steps to which somebody surely gets
 */
export function textsNotShown(
  { flow, situations: { step, ways }, passages }: Pick<Explored, 'flow' | 'situations' | 'passages'>,
  reached: ReadonlySet<number>,
  shop: FlowShop,
): readonly string[] {
  const texts = flow.steps.flatMap((one, i) => (sends(one) ? [i] : []))
  const least = Math.min(...shop.caps.map(({ most }) => most))
  const reach = capsReach(shop.caps) + heldBack(shop)
  const fewest = fewestTexts(
    { step, ways: ways.map((on, at) => on.filter(way => isPatient(flow.steps[step[at]!]!, way))) },
    flow,
    passages,
    reach,
  )
  const shown = new Set(step.filter((at, situation) => reached.has(at) && fewest[situation]! < least))
  return texts.flatMap(i => (shown.has(i) ? [] : [flow.steps[i]!.id]))
}

/** Whether one may wait as long as one likes before going so: a limit per time holds back only who is fast. */
const isPatient = (step: FlowStep, { edge }: Way): boolean =>
  step.events[edge]!.type !== 'limited' || (step.type === 'limit' && step.per === undefined)

/** Of each situation the fewest texts before it that a cap may still count, where a wait that is longer than caps reach lets all be forgotten. */
function fewestTexts({ step, ways }: Situations, flow: Flow, passages: readonly (readonly Passage[])[], reach: number): number[] {
  const fewest = step.map(() => Number.POSITIVE_INFINITY)
  fewest[0] = 0
  // A situation comes back only with fewer texts than before, so there is an end.
  const queue = [0]
  for (let i = 0; i < queue.length; i++) {
    const at = queue[i]!
    const texts = fewest[at]! + (sends(flow.steps[step[at]!]!) ? 1 : 0)
    for (const { to, edge } of ways[at]!) {
      const { most, instant } = passages[step[at]!]![edge]!
      const after = instant === undefined && most >= reach ? 0 : texts
      if (after >= fewest[to]!) continue
      fewest[to] = after
      queue.push(to)
    }
  }
  return fewest
}
