import type { Flow, FlowEdge, FlowStep } from '../../../schemas/flow.ts'
import { sends, textOf, waits } from '../edge-forms.ts'
import { DAY, spanText } from '../flow-duration.ts'
import type { FlowMoment } from '../flow-report.ts'
import type { Journey, Travelled } from './journey.ts'

/** A journey moment by moment, for people to read: what the customer gets, does and waits for. */
export function momentsOf(flow: Flow, { hops, to }: Journey, { at, end }: Travelled): FlowMoment[] {
  const moments: FlowMoment[] = [{ after: 0, step: flow.initialStepID, what: 'enters' }]
  hops.forEach(({ step: place, edge }, i) => {
    const step = flow.steps[place]!
    const left = at[i + 1] ?? end
    if (sends(step)) moments.push({ after: at[i]!, step: step.id, what: gets(step) })
    const what = passes(step, step.events[edge]!, left - at[i]!)
    if (what !== undefined) moments.push({ after: waits(step) ? left : at[i]!, step: step.id, what })
  })
  const last = flow.steps[to]!
  if (sends(last)) moments.push({ after: end, step: last.id, what: gets(last) })
  if (last.type === 'end') moments.push({ after: end, step: last.id, what: 'leaves' })
  return moments
}

/** What a customer does to go over an edge of a waiting step: `replies yes to "ask" at once`; undefined where it is nothing. */
export function deedOf(step: FlowStep, edge: FlowEdge, took: number): string | undefined {
  if (!waits(step) || edge.type === 'no_reply') return undefined
  const when = took === 0 ? 'at once' : took < DAY ? `after ${spanText(took)}` : `on day ${Math.floor(took / DAY) + 1}`
  return `${deed(edge)} to "${step.id}" ${when}`.replace(/^(clicks|chooses|buys|declines) to /, '$1 at ')
}

const gets = (step: FlowStep): string => {
  const text = textOf(step)!
  return `gets "${text.length <= 60 ? text : `${text.slice(0, 60)}…`}"`
}

function deed({ type, intent }: FlowEdge): string {
  if (type === 'reply') return intent === undefined ? 'replies' : `replies ${intent}`
  if (type === 'clicked') return 'clicks'
  if (type === 'chosen') return 'chooses'
  return type === 'purchased' ? 'buys' : 'declines'
}

function passes(step: FlowStep, edge: FlowEdge, took: number): string | undefined {
  if (waits(step)) return edge.type === 'no_reply' ? `has not answered for ${spanText(took)}` : deed(edge)
  switch (step.type) {
    case 'delay':
      return `waits ${spanText(took)}`
    case 'schedule':
      return edge.type === 'default' ? (took === 0 ? 'need not wait' : `waits ${spanText(took)}`) : `comes ${edge.type}`
    case 'segment':
    case 'split':
    case 'goal':
      return edge.type === 'match' ? 'fits' : 'does not fit'
    case 'limit':
    case 'rate_limit':
      return edge.type === 'allowed' ? 'is let through' : 'is held back'
    case 'experiment':
      return `is in variant ${edge.label}`
    case 'property':
      return `is marked ${step.name}`
    case 'webhook':
      return edge.type === 'failed' ? 'is not told on: the call fails' : 'is told on'
    default:
      return undefined
  }
}
