import type { Passage } from './passage.ts'
import type { Situations } from './situations.ts'
import { mostWait } from './week-clock.ts'

/** Of each situation, how long after entry a customer may still come to it at most (ms; infinite where that is not bounded). */
export function latestArrivals(
  { step, ways }: Situations,
  passages: readonly (readonly Passage[])[],
  entered: number | undefined,
): number[] {
  const latest = step.map(() => Number.NEGATIVE_INFINITY)
  latest[0] = 0
  for (const at of inOrder(ways) ?? []) {
    for (const { to, edge } of ways[at]!) {
      const passage = passages[step[at]!]![edge]!
      latest[to] = Math.max(latest[to]!, latestAfter(latest[at]!, passage, entered))
    }
  }
  return inOrder(ways) === undefined ? step.map(() => Number.POSITIVE_INFINITY) : latest
}

/** When a customer has passed at the latest, in ms after entry, who came at the latest then. `entered` (epoch ms) is known of some flows. */
function latestAfter(arrival: number, { most, clock, instant }: Passage, entered: number | undefined): number {
  if (instant !== undefined && entered === undefined) return Number.POSITIVE_INFINITY
  const open = instant === undefined ? arrival + most : Math.max(arrival, instant - entered!)
  return open + (clock === undefined ? 0 : mostWait(clock))
}

/** The situations so that each comes before all to which it leads; undefined where some lead round. (Kahn 1962.) */
export function inOrder(ways: Situations['ways']): readonly number[] | undefined {
  const before = new Int32Array(ways.length)
  for (const on of ways) for (const { to } of on) before[to]!++
  const order: number[] = []
  for (let at = 0; at < ways.length; at++) if (before[at] === 0) order.push(at)
  for (let i = 0; i < order.length; i++)
    for (const { to } of ways[order[i]!]!) {
      before[to]!--
      if (before[to] === 0) order.push(to)
    }
  return order.length === ways.length ? order : undefined
}
