import type { Flow, FlowStep } from '../../../schemas/flow.ts'
import { sends } from '../edge-forms.ts'
import type { FlowFix } from '../finding.ts'
import { durationMs, durationOf, spanText } from '../flow-duration.ts'
import { freeId, hasRoom } from '../to-end.ts'
import type { Journey, Travelled } from './journey.ts'

const HOUR = 3_600_000

/**
 * A flow in which the texts of a journey, from its `first` on, are so far apart that no more than `most` fall within a span (ms): delays before those
 * that come too soon, on the edges by which this customer comes to them. Undefined where no delay helps, or there is no room for it.
 */
export function spread(
  flow: Flow,
  journey: Journey,
  { texts }: Travelled,
  first: number,
  most: number,
  span: number,
): FlowFix | undefined {
  if (most === 0) return undefined
  // The places in the journey at which texts are got; the hop before each leads there.
  const places = [...journey.hops.map(({ step }) => step), journey.to].flatMap((step, i) => (sends(flow.steps[step]!) ? [i] : []))
  const delays = new Map<string, { readonly step: number; readonly edge: number; readonly ms: number }>()
  for (let text = first; text < first + most; text++) {
    const hop = journey.hops[places[text + 1]! - 1]!
    const ms = Math.ceil((span / most - (texts[text + 1]! - texts[text]!)) / HOUR) * HOUR
    if (ms > 0)
      delays.set(`${hop.step} ${hop.edge}`, {
        step: hop.step,
        edge: hop.edge,
        ms: Math.max(ms, delays.get(`${hop.step} ${hop.edge}`)?.ms ?? 0),
      })
  }
  if (!hasRoom(flow, delays.size) || delays.size === 0) return undefined
  const changed = [...delays.values()].reduce(delayed, flow)
  const waits = [...delays.values()].map(
    ({ step, edge, ms }) => `${spanText(ms)} before "${flow.steps[step]!.events[edge]!.nextStepID}"`,
  )
  return {
    flow: changed,
    correction: `Put in delays, so that customers get at most ${most} texts within ${spanText(span)}: ${waits.join(', ')}.`,
  }
}

/** With a delay on an edge; one that is there already is made longer. */
function delayed(
  flow: Flow,
  { step: place, edge, ms }: { readonly step: number; readonly edge: number; readonly ms: number },
): Flow {
  const step = flow.steps[place]!
  if (step.type === 'delay')
    return { ...flow, steps: flow.steps.with(place, { ...step, duration: durationOf(durationMs(step.duration) + ms) }) }
  const id = freeId(flow, 'wait')
  const { nextStepID } = step.events[edge]!
  const delay: FlowStep = { id, type: 'delay', duration: durationOf(ms), events: [{ type: 'default', nextStepID }] }
  const events = step.events.with(edge, { ...step.events[edge]!, nextStepID: id })
  return { ...flow, steps: [...flow.steps.with(place, { ...step, events } as FlowStep), delay] }
}
