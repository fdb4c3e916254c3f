import type { Flow, FlowStep } from '../../schemas/flow.ts'
import { waits } from './edge-forms.ts'
import { type Finding, type FlowFix, withStep } from './finding.ts'
import { cycleIn, type FlowGraph, graphOf, reachable, reversed } from './flow-graph.ts'
import { freeId, hasRoom, toEnd } from './to-end.ts'

/** Rule 1: ids are unique, and every edge leads to a step. */
export function nameRules(flow: Flow): Finding[] {
  const first = new Map<string, number>()
  const twice = flow.steps.flatMap(({ id }, i): Finding[] => {
    if (!first.has(id)) {
      first.set(id, i)
      return []
    }
    const message = `Steps number ${first.get(id)! + 1} and ${i + 1} both have the id "${id}": name them differently.`
    return [{ code: 'step_duplicate', message, pointer: `/steps/${i}/id`, step: id }]
  })
  const lost = flow.steps.flatMap((step, index) =>
    step.events.flatMap(({ type, nextStepID }, i): Finding[] => {
      if (first.has(nextStepID)) return []
      const message = `The edge ${type} of step "${step.id}" leads to "${nextStepID}", which is no step.`
      return [
        {
          code: 'step_unknown',
          message,
          pointer: `/steps/${index}/events/${i}/nextStepID`,
          step: step.id,
          ...meant(flow, index, i),
        },
      ]
    }),
  )
  if (first.has(flow.initialStepID)) return [...twice, ...lost]
  const message = `The flow begins at "${flow.initialStepID}", which is no step.`
  return [{ code: 'step_unknown', message, pointer: '/initialStepID' }, ...twice, ...lost]
}

/** The one step that is written alike, but for hyphens and the like: `remind2` for `remind-2`. */
function meant(flow: Flow, index: number, edge: number): { fix?: () => FlowFix } {
  const step = flow.steps[index]!
  const wrong = step.events[edge]!.nextStepID
  const alike = flow.steps.filter(({ id }) => id.replaceAll('-', '') === wrong.replaceAll('-', ''))
  if (alike.length !== 1) return {}
  const events = step.events.with(edge, { ...step.events[edge]!, nextStepID: alike[0]!.id })
  const correction = `The edge ${step.events[edge]!.type} of step "${step.id}" now leads to "${alike[0]!.id}" instead of "${wrong}".`
  return { fix: () => ({ flow: withStep(flow, index, { ...step, events } as FlowStep), correction }) }
}

/** Rules 2 and 3, of a flow that obeys rule 1. */
export function graphRules(flow: Flow): Finding[] {
  const graph = graphOf(flow)
  return [...reachRules(flow, graph), ...cycleRules(flow, graph)]
}

function reachRules(flow: Flow, { steps, initial, targets }: FlowGraph): Finding[] {
  const reached = reachable(targets, [initial])
  const ends = steps.flatMap(({ type }, i) => (type === 'end' ? [i] : []))
  const ending = reachable(reversed(targets), ends)
  return steps.flatMap((step, i): Finding[] => {
    const at = { pointer: `/steps/${i}`, step: step.id }
    if (!reached[i]) {
      const fix = () => ({ flow: withStep(flow, i, undefined), correction: `Took out step "${step.id}", to which no way led.` })
      const message = `No way leads from the beginning to step "${step.id}": lead an edge to it, or take it out.`
      return [{ ...at, code: 'step_unreachable', message, fix }]
    }
    if (ending[i]) return []
    return [
      { ...at, code: 'end_unreachable', message: `From step "${step.id}" no way leads to an end: lead an edge to an end step.` },
    ]
  })
}

/** A limit that a customer reaches for good: what is counted by time, or over the campaign, does not hold a customer who waits or is alone. */
export const countsForGood = (step: FlowStep): boolean =>
  step.type === 'limit' && step.per === undefined && step.scope !== 'campaign'

/** Whether rule 3 takes the step for one that takes time. */
const takesTime = (step: FlowStep): boolean => step.type === 'delay' || step.type === 'schedule' || waits(step)

/**
 * Rule 3, for all cycles at once. Every cycle passes a limit and has a way out there if and only if none is left when the `allowed` edges of
 * such limits are taken away: a cycle that is left passes them by `limited` edges alone, which so do not leave it; and where the `limited`
 * edges of all limits of a cycle led back onto it, following them would be a cycle that is left.
 */
function cycleRules(flow: Flow, { steps, targets }: FlowGraph): Finding[] {
  const endless = cycleIn(targets, (at, edge) => !(countsForGood(steps[at]!) && steps[at]!.events[edge]!.type === 'allowed'))
  const instant = cycleIn(targets, at => !takesTime(steps[at]!))
  return [
    ...(endless === undefined
      ? []
      : [
          withoutLimit(
            flow,
            endless.map(at => steps[at]!),
          ),
        ]),
    ...(instant === undefined
      ? []
      : [
          withoutWait(
            flow,
            instant.map(at => steps[at]!),
          ),
        ]),
  ]
}

const USUAL_TIMES = 3
const USUAL_DELAY = 'P1D'

const round = (cycle: readonly FlowStep[]): string => [...cycle, cycle[0]!].map(({ id }) => `"${id}"`).join(' → ')

function withoutLimit(flow: Flow, cycle: readonly FlowStep[]): Finding {
  const weak = cycle.find(({ type }) => type === 'limit')
  const why =
    weak === undefined
      ? 'put a limit step into it'
      : `the limit of step "${weak.id}" does not end it: it needs scope customer, no "per", and a limited edge that leaves the round`
  const end = hasRoom(flow, 2) ? toEnd(flow) : undefined
  const fix = (): FlowFix => {
    const id = freeId(end!.flow, 'limit')
    const limit = (next: string): FlowStep => ({
      id,
      type: 'limit',
      occurrences: USUAL_TIMES,
      events: [
        { type: 'allowed', nextStepID: next },
        { type: 'limited', nextStepID: end!.id },
      ],
    })
    const changed = inserted(end!.flow, cycle, id, limit)
    return {
      flow: changed,
      correction: `Put the limit step "${id}" before "${cycle[0]!.id}": at most ${USUAL_TIMES} times round ${round(cycle)}.`,
    }
  }
  return {
    code: 'cycle_without_limit',
    message: `Customers may go round ${round(cycle)} without end: ${why}.`,
    pointer: pointerTo(flow, cycle[0]!),
    step: cycle[0]!.id,
    ...(end === undefined ? {} : { fix }),
  }
}

function withoutWait(flow: Flow, cycle: readonly FlowStep[]): Finding {
  const fix = (): FlowFix => {
    const id = freeId(flow, 'wait')
    const delay = (next: string): FlowStep => ({
      id,
      type: 'delay',
      duration: USUAL_DELAY,
      events: [{ type: 'default', nextStepID: next }],
    })
    const correction = `Put a delay of ${USUAL_DELAY}, step "${id}", before "${cycle[0]!.id}": the round ${round(cycle)} took no time.`
    return { flow: inserted(flow, cycle, id, delay), correction }
  }
  return {
    code: 'cycle_without_wait',
    message: `Customers go round ${round(cycle)} in no time: put a delay into it.`,
    pointer: pointerTo(flow, cycle[0]!),
    step: cycle[0]!.id,
    ...(hasRoom(flow) ? { fix } : {}),
  }
}

/** A flow with a step put where a cycle closes: all edges that lead from its last step to its first lead there over it. */
function inserted(flow: Flow, cycle: readonly FlowStep[], id: string, make: (next: string) => FlowStep): Flow {
  const [first, last] = [cycle[0]!.id, cycle.at(-1)!.id]
  const steps = flow.steps.map(step =>
    step.id === last
      ? ({
          ...step,
          events: step.events.map(edge => (edge.nextStepID === first ? { ...edge, nextStepID: id } : edge)),
        } as FlowStep)
      : step,
  )
  return { ...flow, steps: [...steps, make(first)] }
}

const pointerTo = (flow: Flow, step: FlowStep): string => `/steps/${flow.steps.indexOf(step)}`
