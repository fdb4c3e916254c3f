import type { Flow, FlowStep } from '../../schemas/flow.ts'
import { countsForGood, waits } from './edge-forms.ts'
import { passagesOf } from './explore/passage.ts'
import { momentsOf } from './explore/tell-journey.ts'
import type { Finding, FlowFix } from './finding.ts'
import { cycleIn, graphOf, shortestWay } from './flow-graph.ts'
import type { FlowMoment } from './flow-report.ts'
import { freeId, hasRoom, toEnd } from './to-end.ts'

/** Whether rule 3 takes the step for one that takes time. */
const takesTime = (step: FlowStep): boolean => step.type === 'delay' || step.type === 'schedule' || waits(step)

/**
 * Rule 3, for all cycles at once. Every cycle passes a limit and has a way out there if and only if none is left when the `allowed` edges of
 * such limits are taken away: a cycle that is left passes them by `limited` edges alone, which so do not leave it; and where the `limited`
 * edges of all limits of a cycle led back onto it, following them would be a cycle that is left.
 */
export function cycleRules(flow: Flow): Finding[] {
  const { steps, targets } = graphOf(flow)
  const endless = cycleIn(targets, (at, edge) => !(countsForGood(steps[at]!) && steps[at]!.events[edge]!.type === 'allowed'))
  const instant = cycleIn(targets, at => !takesTime(steps[at]!))
  return [
    ...(endless === undefined ? [] : [withoutLimit(flow, endless)]),
    ...(instant === undefined ? [] : [withoutWait(flow, instant)]),
  ]
}

const USUAL_TIMES = 3
const USUAL_DELAY = 'P1D'

const round = (cycle: readonly FlowStep[]): string => [...cycle, cycle[0]!].map(({ id }) => `"${id}"`).join(' → ')

function withoutLimit(flow: Flow, places: readonly number[]): Finding {
  const cycle = places.map(at => flow.steps[at]!)
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
    timeline: onceRound(flow, places),
    ...(end === undefined ? {} : { fix }),
  }
}

function withoutWait(flow: Flow, places: readonly number[]): Finding {
  const cycle = places.map(at => flow.steps[at]!)
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
    timeline: onceRound(flow, places),
    ...(hasRoom(flow) ? { fix } : {}),
  }
}

/** From entry by the fewest steps to a cycle and once round it, each step as quick as it can be; empty where no way leads there. */
function onceRound(flow: Flow, cycle: readonly number[]): readonly FlowMoment[] {
  const graph = graphOf(flow)
  const way = shortestWay(graph, graph.initial, cycle[0]!)
  if (way === undefined) return []
  const places = [...way, ...cycle.slice(1), cycle[0]!]
  const passages = passagesOf(flow)
  const hops = places.slice(1).map((to, i) => ({ step: places[i]!, edge: graph.targets[places[i]!]!.indexOf(to), wait: 0 }))
  const at = [0]
  for (const { step, edge } of hops) at.push(at.at(-1)! + passages[step]![edge]!.least)
  return momentsOf(flow, { entered: 0, hops, to: cycle[0]! }, { at, end: at.at(-1)!, texts: [] })
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
