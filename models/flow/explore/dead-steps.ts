import type { Flow, FlowStep } from '../../../schemas/flow.ts'
import type { Finding } from '../finding.ts'
import { graphOf, reachable } from '../flow-graph.ts'
import type { Situations } from './situations.ts'

/** Which steps and edges customers get to, by the situations in which they may be. */
interface Met {
  readonly steps: ReadonlySet<number>
  /** `step edge`, by their places. */
  readonly edges: ReadonlySet<string>
}

const met = ({ step, ways }: Situations): Met => ({
  steps: new Set(step),
  edges: new Set(ways.flatMap((on, at) => on.map(({ edge }) => `${step[at]} ${edge}`))),
})

/**
 * Steps that no customer gets to, and branches that nobody takes.
 *
 * @param known situations by what is known of customers, every limit being one that may hold anybody back
 * @param counted situations by limits too; undefined where there were too many
 */
export function deadSteps(flow: Flow, known: Situations, counted: Situations | undefined): Finding[] {
  const [byFacts, byLimits] = [met(known), counted === undefined ? undefined : met(counted)]
  const dead = flow.steps.flatMap((step, i) => (byFacts.steps.has(i) ? [] : [deadStep(flow, step, i, byFacts)]))
  const branches = flow.steps.flatMap((step, i) => {
    if (!byFacts.steps.has(i) || (step.type !== 'split' && step.type !== 'segment' && step.type !== 'goal')) return []
    return step.events.flatMap(({ type, nextStepID }, edge): Finding[] => {
      const to = flow.steps.findIndex(({ id }) => id === nextStepID)
      if (byFacts.edges.has(`${i} ${edge}`) || !byFacts.steps.has(to)) return []
      const message = `Nobody takes the edge ${type} of step "${step.id}": what it asks for is settled by what was asked before.`
      return [{ code: 'branch_never_taken', message, pointer: `/steps/${i}/events/${edge}`, step: step.id }]
    })
  })
  return [
    ...dead,
    ...branches,
    ...(byLimits === undefined ? [] : idleLimits(flow, byFacts, byLimits)),
    ...behindGoal(flow, byFacts),
  ]
}

function deadStep(flow: Flow, step: FlowStep, index: number, { steps, edges }: Met): Finding {
  const shut = flow.steps.flatMap((from, i) =>
    steps.has(i)
      ? from.events.flatMap(({ type, nextStepID }, edge) =>
          nextStepID === step.id && !edges.has(`${i} ${edge}`) ? [`the edge ${type} of "${from.id}"`] : [],
        )
      : [],
  )
  const why =
    shut.length === 0
      ? 'all ways to it begin at such steps'
      : `${shut.join(', ')} asks for what cannot be, after what was asked before`
  const message = `No customer gets to step "${step.id}": ${why}.`
  return { code: 'step_dead', message, pointer: `/steps/${index}`, step: step.id }
}

/** Limits that let everybody through each time, with what only they would lead to. */
function idleLimits(flow: Flow, byFacts: Met, byLimits: Met): Finding[] {
  return flow.steps.flatMap((step, i): Finding[] => {
    const edge = step.events.findIndex(({ type }) => type === 'limited')
    if (step.type !== 'limit' || !byLimits.steps.has(i) || byLimits.edges.has(`${i} ${edge}`)) return []
    const only = flow.steps.filter((_, n) => byFacts.steps.has(n) && !byLimits.steps.has(n)).map(({ id }) => `"${id}"`)
    const lost = only.length === 0 ? '' : ` So nobody gets to ${only.join(', ')}.`
    const message = `The limit of step "${step.id}" lets everybody through: no customer comes to it more than ${step.occurrences} time${step.occurrences === 1 ? '' : 's'}.${lost}`
    return [{ code: 'limit_never_limits', message, pointer: `/steps/${i}`, step: step.id }]
  })
}

const GOAL_EDGES = { purchase: 'purchased', click: 'clicked', reply: 'reply' } as const

/** Steps behind what the flow's goal is: a customer who does that leaves at once, wherever they are, unless the goal holds for some time only. */
function behindGoal(flow: Flow, { steps }: Met): Finding[] {
  const { goal } = flow
  if (goal === undefined || goal.within !== undefined) return []
  const { targets, initial } = graphOf(flow)
  const staying = targets.map((nexts, i) =>
    nexts.filter((_, edge) => flow.steps[i]!.events[edge]!.type !== GOAL_EDGES[goal.event]),
  )
  const reached = reachable(staying, [initial])
  return flow.steps.flatMap((step, i): Finding[] => {
    if (reached[i] || !steps.has(i)) return []
    const message = `Customers get to step "${step.id}" only by a ${goal.event}, which is the goal of the flow: they have left it by then.`
    return [{ code: 'step_behind_goal', message, pointer: `/steps/${i}`, step: step.id }]
  })
}
