import type { Flow, FlowEdge, FlowStep, FlowStepOf } from '../../../schemas/flow.ts'
import { waitOf } from '../edge-forms.ts'
import { durationMs } from '../flow-duration.ts'
import { minuteOf } from '../sending-hours.ts'
import { type WeekClock, weekClock } from './week-clock.ts'

/** How long the way over an edge may take, from coming to its step until coming to the next. */
export interface Passage {
  /** ms; the same where the time is exact. */
  readonly least: number
  readonly most: number
  /** Where it waits for a time of the week, beyond that. */
  readonly clock?: WeekClock | undefined
  /** Where it waits for an instant (epoch ms), before it waits for the clock. */
  readonly instant?: number | undefined
  /** Minutes of the day, the last not included, at which the edge may be taken; at any where it is absent. */
  readonly hours?: readonly [from: number, to: number] | undefined
}

const MINUTES_A_DAY = 24 * 60
const AT_ONCE: Passage = { least: 0, most: 0 }

/**
 * Time by the rules of steps. A customer answers at once, at the last moment or at any time between; when they have not, the flow goes on
 * exactly when the wait is over; `declined` may be either. Calls of webhooks count as taking no time, which is least.
 */
export function passageOf(step: FlowStep, edge: FlowEdge): Passage {
  if (step.type === 'delay') return exact(durationMs(step.duration))
  if (step.type === 'schedule' && edge.type === 'default')
    return { ...AT_ONCE, clock: weekClock(step), instant: step.at === undefined ? undefined : Date.parse(step.at) }
  if (step.type === 'schedule') return { ...AT_ONCE, hours: hoursOf(step, edge) }
  const wait = waitOf(step)
  if (wait === undefined) return AT_ONCE
  const after = durationMs(wait)
  return edge.type === 'no_reply' ? exact(after) : { least: 0, most: after }
}

/** When it is before, within and after today's window. Over midnight, with days or beside an instant it may be any of them at any time. */
function hoursOf(step: FlowStepOf<'schedule'>, { type }: FlowEdge): Passage['hours'] {
  if (!('window' in step) || step.window === undefined || step.at !== undefined || step.days !== undefined) return undefined
  const [from, to] = [minuteOf(step.window.from), minuteOf(step.window.to)]
  if (from >= to) return undefined
  return type === 'before' ? [0, from] : type === 'within' ? [from, to] : [to, MINUTES_A_DAY]
}

const exact = (ms: number): Passage => ({ least: ms, most: ms })

/** The passages of all edges of all steps. */
export const passagesOf = ({ steps }: Flow): readonly (readonly Passage[])[] =>
  steps.map(step => step.events.map(edge => passageOf(step, edge)))
