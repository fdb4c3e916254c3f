import type { EdgeType, Flow, FlowEdge, FlowStep } from '../../schemas/flow.ts'
import { edgeForm } from './edge-forms.ts'
import { type Finding, withStep } from './finding.ts'
import { toEnd } from './to-end.ts'

/** How long a wait is that is put in where none was said. */
const USUAL_WAIT = 'P3D'

/** Rule 4: edges fit their step. What variants and intents have to do with edges is in branch-rules.ts. */
export const edgeRules = (flow: Flow): Finding[] => flow.steps.flatMap((step, index) => stepRules(flow, step, index))

function stepRules(flow: Flow, step: FlowStep, index: number): Finding[] {
  const form = edgeForm(step)
  const found = step.events.flatMap((edge, i) => (form[edge.type] === undefined ? [unfit(flow, step, index, i)] : []))
  for (const [type, [least, most]] of Object.entries(form) as [EdgeType, readonly [number, number]][]) {
    const there = step.events.filter(edge => edge.type === type)
    if (there.length < least) found.push(missing(flow, step, index, type))
    if (there.length > most) found.push(tooMany(flow, step, index, type))
  }
  const hears = step.events.some(({ type }) => type === 'reply' || type === 'clicked')
  if (step.type === 'message' && form.default === undefined && !hears)
    found.push({
      ...at(step, index),
      code: 'edge_missing',
      message: `${named(step)} waits, and for nothing: give it reply edges or a clicked edge.`,
    })
  return [...found, ...waitRules(flow, step, index)]
}

function unfit(flow: Flow, step: FlowStep, index: number, edge: number): Finding {
  const { type } = step.events[edge]!
  const fits = Object.keys(edgeForm(step)).join(', ')
  const fix = () => ({
    flow: withStep(flow, index, without(step, edge)),
    correction: `Took the edge ${type} out of step "${step.id}", which cannot have one.`,
  })
  return {
    code: 'edge_unfit',
    message: `${named(step)} cannot have an edge ${type}, but ${fits}.`,
    pointer: `/steps/${index}/events/${edge}`,
    step: step.id,
    ...(step.events.length > 1 ? { fix } : {}),
  }
}

/** Edges by which one leaves: where they lead when nobody said is an end. */
const EXITS: readonly EdgeType[] = ['else', 'limited', 'no_reply', 'declined']

function missing(flow: Flow, step: FlowStep, index: number, type: EdgeType): Finding {
  const wanted = step.type === 'purchase' || step.type === 'purchase_offer' ? 'declined or no_reply' : type
  const message = `${named(step)} needs an edge ${type === 'purchased' ? type : wanted}.`
  const end = toEnd(flow)
  const after = type === 'no_reply' && (step.type === 'message' || step.type === 'reply') ? { after: USUAL_WAIT } : {}
  const edge: FlowEdge = { type, ...after, nextStepID: end?.id ?? '' }
  const waits = 'after' in after ? ` after a wait of ${USUAL_WAIT}` : ''
  const fix = () => ({
    flow: withStep(end!.flow, index, { ...step, events: [...step.events, edge] } as FlowStep),
    correction: `Gave step "${step.id}" an edge ${type}, which leads to the end${waits}.`,
  })
  return { ...at(step, index), code: 'edge_missing', message, ...(EXITS.includes(type) && end !== undefined ? { fix } : {}) }
}

function tooMany(flow: Flow, step: FlowStep, index: number, type: EdgeType): Finding {
  const [first, ...more] = step.events.flatMap((edge, i) => (edge.type === type ? [i] : []))
  const same = more.find(i => sameEdge(step.events[i]!, step.events[first!]!))
  const fix = () => ({
    flow: withStep(flow, index, without(step, same!)),
    correction: `Took an edge ${type} out of step "${step.id}", which had it twice.`,
  })
  return {
    code: 'edge_duplicate',
    message: `${named(step)} has ${more.length + 1} edges ${type}, and can have one.`,
    pointer: `/steps/${index}/events/${more[0]}`,
    step: step.id,
    ...(same === undefined ? {} : { fix }),
  }
}

/** A message and a reply step wait as long as their no_reply edge says; others by their own `after`. */
function waitRules(flow: Flow, step: FlowStep, index: number): Finding[] {
  const byEdge = step.type === 'message' || step.type === 'reply'
  return step.events.flatMap((edge, i): Finding[] => {
    const needs = byEdge && edge.type === 'no_reply'
    if (needs === (edge.after !== undefined)) return []
    if (edgeForm(step)[edge.type] === undefined) return []
    const { after, ...rest } = edge
    const changed = needs ? { ...edge, after: USUAL_WAIT } : rest
    const said = needs ? `now waits ${USUAL_WAIT}` : `no longer says "after": "${after}", which nothing reads there`
    const fix = () => ({
      flow: withStep(flow, index, { ...step, events: step.events.with(i, changed) } as FlowStep),
      correction: `The edge ${edge.type} of step "${step.id}" ${said}.`,
    })
    const message = needs
      ? `The edge no_reply of step "${step.id}" needs "after": how long to wait.`
      : `"after" of the edge ${edge.type} of step "${step.id}" is read by nothing: take it out.`
    const pointer = `/steps/${index}/events/${i}`
    return [{ code: needs ? 'edge_wait_missing' : 'edge_field_unused', message, pointer, step: step.id, fix }]
  })
}

const sameEdge = (a: FlowEdge, b: FlowEdge): boolean =>
  a.nextStepID === b.nextStepID && a.intent === b.intent && a.label === b.label && a.after === b.after

const without = (step: FlowStep, edge: number): FlowStep => ({ ...step, events: step.events.toSpliced(edge, 1) }) as FlowStep

const at = (step: FlowStep, index: number) => ({ pointer: `/steps/${index}/events`, step: step.id })

const named = ({ id, type }: FlowStep): string => `Step "${id}" (${type})`
