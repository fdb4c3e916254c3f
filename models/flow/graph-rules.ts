import type { Flow, FlowStep } from '../../schemas/flow.ts'
import { type Finding, type FlowFix, withStep } from './finding.ts'
import { graphOf, reachable, reversed } from './flow-graph.ts'

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

/** Rule 2, of a flow that obeys rule 1. */
export function reachRules(flow: Flow): Finding[] {
  const { steps, initial, targets } = graphOf(flow)
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
