import type { Flow, FlowStep, FlowStepOf } from '../../schemas/flow.ts'
import { type Finding, type FlowFix, withStep } from './finding.ts'

/** What of rule 4 is about names: variants and their edges, intents and theirs, and STOP (rule 8). */
export const branchRules = (flow: Flow): Finding[] =>
  flow.steps.flatMap((step, index) => [
    ...(step.type === 'experiment' ? variantRules(flow, step, index) : []),
    ...(step.type === 'reply' ? intentRules(step, index) : []),
    ...repeatedReplies(step, index),
    ...clickRules(step, index),
    ...stopRules(flow, step, index),
  ])

function variantRules(flow: Flow, step: FlowStepOf<'experiment'>, index: number): Finding[] {
  const pointer = `/steps/${index}/variants`
  const unfit = (message: string): Finding => ({ code: 'variant_unfit', message, pointer, step: step.id })
  const names = step.variants.map(({ name }) => name)
  const labels = step.events.filter(({ type }) => type === 'variant').map(({ label }) => label)
  const found = [
    ...repeated(names).map(name => unfit(`Step "${step.id}" has several variants "${name}": name them differently.`)),
    ...names
      .filter(name => !labels.includes(name))
      .map(name => unfit(`Variant "${name}" of step "${step.id}" has no edge with its name as label.`)),
    ...labels
      .filter(label => label === undefined || !names.includes(label))
      .map(label =>
        unfit(
          `Step "${step.id}" has a variant edge ${label === undefined ? 'without a label' : `"${label}"`}, and no such variant.`,
        ),
      ),
    ...repeated(labels).map(label => unfit(`Step "${step.id}" has several edges for its variant "${label}".`)),
  ]
  const sum = step.variants.reduce((total, { weight }) => total + weight, 0)
  if (Math.abs(sum - 100) <= 1e-6) return found
  const message = `The weights of step "${step.id}" add up to ${Number(sum.toPrecision(10))}, and must to 100.`
  const fixable = Number.isFinite(100 / sum) && Number.isFinite(sum)
  return [
    ...found,
    { code: 'weights_unfit', message, pointer, step: step.id, ...(fixable ? { fix: () => scaled(flow, step, index, sum) } : {}) },
  ]
}

/** Weights in the same proportion, in whole hundredths but for the last, which is what is left. */
function scaled(flow: Flow, step: FlowStepOf<'experiment'>, index: number, sum: number): FlowFix {
  const weights = step.variants.map(({ weight }) => Math.max(0.01, Math.round((weight * 10_000) / sum) / 100))
  const largest = weights.indexOf(Math.max(...weights))
  const others = weights.reduce((total, weight, i) => total + (i === largest ? 0 : weight), 0)
  const variants = step.variants.map((variant, i) => ({
    ...variant,
    weight: i === largest ? Number((100 - others).toFixed(2)) : weights[i]!,
  }))
  const correction = `The weights of step "${step.id}" now add up to 100: ${variants.map(({ name, weight }) => `${name} ${weight}`).join(', ')}.`
  return { flow: withStep(flow, index, { ...step, variants }), correction }
}

function intentRules(step: FlowStepOf<'reply'>, index: number): Finding[] {
  const unfit = (message: string): Finding => ({
    code: 'intents_unfit',
    message,
    pointer: `/steps/${index}/intents`,
    step: step.id,
  })
  const edges = step.events.filter(({ type }) => type === 'reply').map(({ intent }) => intent)
  return [
    ...repeated(step.intents).map(intent => unfit(`Step "${step.id}" has the intent "${intent}" several times.`)),
    ...step.intents
      .filter(intent => !edges.includes(intent))
      .map(intent => unfit(`Step "${step.id}" has no reply edge for its intent "${intent}".`)),
    ...edges
      .filter(intent => intent === undefined || !step.intents.includes(intent))
      .map(intent =>
        unfit(
          `Step "${step.id}" has a reply edge ${intent === undefined ? 'without an intent' : `for "${intent}"`}, which is none of its intents.`,
        ),
      ),
  ]
}

/** Of two edges for one intent nobody could say which is taken. */
function repeatedReplies(step: FlowStep, index: number): Finding[] {
  if (step.type !== 'message' && step.type !== 'reply') return []
  const intents = step.events.filter(({ type }) => type === 'reply').map(({ intent }) => intent)
  return repeated(intents).map(intent => ({
    code: 'edge_duplicate',
    message: `Step "${step.id}" has several reply edges ${intent === undefined ? 'without an intent' : `for "${intent}"`}.`,
    pointer: `/steps/${index}/events`,
    step: step.id,
  }))
}

function clickRules(step: FlowStep, index: number): Finding[] {
  const clicked = step.events.findIndex(({ type }) => type === 'clicked')
  if (step.type !== 'message' || clicked === -1 || step.link !== undefined) return []
  const message = `Step "${step.id}" waits for a click, and its text has no link: give the step a "link".`
  return [{ code: 'clicked_without_link', message, pointer: `/steps/${index}/events/${clicked}`, step: step.id }]
}

/** What means STOP, by the classifier's name and by words. */
const STOP = /^(stop|unsubscribe|opt[ _-]?out|band karo?|بند)$/i

function stopRules(flow: Flow, step: FlowStep, index: number): Finding[] {
  const stops = (intent: string | undefined) => intent !== undefined && STOP.test(intent.trim())
  const edge = step.events.findIndex(({ type, intent }) => type === 'reply' && stops(intent))
  if (edge === -1) return []
  const events = step.events.toSpliced(edge, 1)
  const rest = step.type === 'reply' ? { intents: step.intents.filter(intent => !stops(intent)) } : {}
  const hears = events.some(({ type }) => type === 'reply' || type === 'clicked') && rest.intents?.length !== 0
  const fix = (): FlowFix => ({
    flow: withStep(flow, index, { ...step, ...rest, events } as FlowStep),
    correction: `Took the edge for "${step.events[edge]!.intent}" out of step "${step.id}": STOP is answered wherever a customer is.`,
  })
  const message = `Step "${step.id}" has an edge for "${step.events[edge]!.intent}": STOP is answered at any point, and no text goes after it.`
  return [{ code: 'stop_handled', message, pointer: `/steps/${index}/events/${edge}`, step: step.id, ...(hears ? { fix } : {}) }]
}

const repeated = <T>(values: readonly T[]): T[] => [...new Set(values.filter((value, i) => values.indexOf(value) !== i))]
