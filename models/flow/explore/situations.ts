import type { Flow, FlowStep } from '../../../schemas/flow.ts'
import { countsForGood, waits } from '../edge-forms.ts'
import { DAY, durationMs } from '../flow-duration.ts'
import { graphOf } from '../flow-graph.ts'
import { assume, type Facts, forget, isSure, nothing } from './facts.ts'

/** How exactly customers are followed. What is not counted or not known may be either way, so that less exact is never unsound. */
export interface Exactness {
  /** Whether what conditions said is remembered until time passes. */
  readonly facts: boolean
  /** Passes of a limit are counted where it lets through at most so many. */
  readonly counted: number
  /** Whether a customer may come with limits that are used up, by an earlier stay in the flow. */
  readonly usedUp: boolean
}

/** A way on from a situation. */
export interface Way {
  readonly to: number
  /** Which of the step's edges it is. */
  readonly edge: number
}

/** Every way in which a customer may be at a step: with limits used so often, and so much known of them. A graph. */
export interface Situations {
  /** Of each situation its step, by its place. The first is where customers enter. */
  readonly step: readonly number[]
  readonly ways: readonly (readonly Way[])[]
}

/** Follows all customers from their entry on; undefined where there are more situations than `most`. */
export function situationsOf(flow: Flow, exactness: Exactness, most: number): Situations | undefined {
  const followed = follow(flow, { ...exactness, sure: false }, most + 1)
  return followed.step.length > most ? undefined : followed
}

/** Follows only customers whom there surely are, by what conditions said, and as far as there are `most` situations: fewer ways than there may be. */
export const sureSituations = (flow: Flow, usedUp: boolean, most: number): Situations =>
  follow(flow, { facts: true, counted: Number.POSITIVE_INFINITY, usedUp, sure: true }, most)

function follow(flow: Flow, exactness: Exactness & { readonly sure: boolean }, most: number): Situations {
  const { steps, targets, initial } = graphOf(flow)
  const limits = limitsOf(steps, exactness)
  const known = new Map<string, number>()
  const [step, ways, states]: [number[], Way[][], State[]] = [[], [], []]
  const numberOf = (state: State): number | undefined => {
    const key = `${state.step} ${state.passes.join()} ${state.facts.key}`
    const there = known.get(key)
    if (there !== undefined || states.length >= most) return there
    known.set(key, states.length)
    step.push(state.step)
    return states.push(state) - 1
  }
  numberOf({ step: initial, passes: limits.map(() => 0), facts: exactness.facts ? entryFacts(flow) : nothing })
  for (let at = 0; at < states.length; at++) {
    const from = states[at]!
    ways.push(
      steps[from.step]!.events.flatMap((_, edge) => {
        const after = passed(steps[from.step]!, edge, from, limits, exactness)
        const to = after === undefined ? undefined : numberOf({ ...after, step: targets[from.step]![edge]! })
        return to === undefined ? [] : [{ to, edge }]
      }),
    )
  }
  return { step, ways }
}

interface State {
  readonly step: number
  /** By the limits that are counted. */
  readonly passes: readonly number[]
  readonly facts: Facts
}

interface Limit {
  readonly step: FlowStep
  readonly most: number
  /** Whether it opens again by itself. */
  readonly opens: boolean
}

/** Limits that are counted. One per time lets through whoever waits long enough, and stops nobody who has not passed it so often. */
const limitsOf = (steps: readonly FlowStep[], { counted }: Exactness): Limit[] =>
  steps.flatMap(step =>
    step.type === 'limit' && step.scope !== 'campaign' && step.occurrences <= counted
      ? [{ step, most: step.occurrences, opens: !countsForGood(step) }]
      : [],
  )

/** How it is with a customer who went over an edge; undefined where nobody can. */
function passed(
  step: FlowStep,
  edge: number,
  state: State,
  limits: readonly Limit[],
  exactness: Exactness & { readonly sure: boolean },
): State | undefined {
  const { type } = step.events[edge]!
  const facts = exactness.facts ? factsAfter(step, type, state.facts) : nothing
  if (facts === undefined || (exactness.sure && !isSure(facts))) return undefined
  const place = limits.findIndex(limit => limit.step === step)
  if (place === -1) return { ...state, facts }
  const { most, opens } = limits[place]!
  const used = state.passes[place]!
  if (type === 'limited') return used >= most || exactness.usedUp ? { ...state, facts } : undefined
  if (used >= most && !opens) return undefined
  return { ...state, facts, passes: state.passes.with(place, Math.min(most, used + 1)) }
}

function factsAfter(step: FlowStep, edge: string, facts: Facts): Facts | undefined {
  if (step.type === 'segment' || step.type === 'split' || step.type === 'goal')
    return assume(facts, step.condition, edge === 'match')
  // Whatever takes time lets a customer change, and a call of somebody else does.
  if (waits(step) || step.type === 'delay' || step.type === 'webhook' || (step.type === 'schedule' && edge === 'default'))
    return nothing
  if (step.type === 'property') {
    const rest = forget(facts, field => field === `property.${step.name}`)
    const { value } = step
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return rest
    return assume(rest, { field: `property.${step.name}`, op: 'eq', value }, true) ?? rest
  }
  return 'content' in step ? forget(facts, field => field.startsWith('message.')) : facts
}

/** What the trigger tells of those who enter. */
function entryFacts({ trigger, steps, initialStepID }: Flow): Facts {
  if (trigger === undefined || steps.find(({ id }) => id === initialStepID) === undefined) return nothing
  // What waits before entry lets a customer change.
  if (trigger.after !== undefined && trigger.type !== 'inactivity') return nothing
  let facts: Facts = nothing
  if (trigger.condition !== undefined) facts = assume(facts, trigger.condition, true) ?? facts
  if (trigger.type === 'segment_entered')
    facts = assume(facts, { field: 'segment', op: 'eq', value: trigger.segment }, true) ?? facts
  if (trigger.type !== 'inactivity') return facts
  const days = Math.floor(durationMs(trigger.after) / DAY)
  return assume(facts, { not: { field: 'rfm.recency', op: 'lt', value: days } }, true) ?? facts
}
