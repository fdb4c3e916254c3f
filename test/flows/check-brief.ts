import type { Condition, Flow, FlowEdge, FlowStep } from '../../schemas/flow.ts'

/** Something that a flow must have to be what a brief asks for. Durations are compared by their length, names of fields as they stand. */
export type Check =
  | {
      readonly check: 'trigger'
      readonly type: string
      readonly after?: string
      readonly segment?: string
      readonly days?: readonly string[]
      readonly time?: string
      readonly at?: string
    }
  | { readonly check: 'discount'; readonly type: string; readonly value?: number }
  | { readonly check: 'code'; readonly code: string }
  | { readonly check: 'expiry' | 'wait'; readonly duration: string }
  /** On the way of a customer who does nothing. */
  | { readonly check: 'texts'; readonly count?: readonly number[] }
  | { readonly check: 'language'; readonly languages: readonly string[] }
  | { readonly check: 'goal'; readonly event: string; readonly within?: string }
  | { readonly check: 'entry'; readonly entry: string; readonly window?: string }
  | { readonly check: 'holdout'; readonly percent: number }
  | { readonly check: 'variants'; readonly count: number; readonly weights?: readonly number[]; readonly allocation?: string }
  | { readonly check: 'limit'; readonly occurrences: number; readonly scope: string }
  | { readonly check: 'cap'; readonly messages: number; readonly per: string }
  | ({ readonly check: 'condition'; readonly not?: boolean; readonly anyOf?: readonly Wanted[] } & Partial<Wanted>)
  | { readonly check: 'edge'; readonly type: string; readonly intent?: string; readonly after?: string }
  | { readonly check: 'window'; readonly from: string; readonly to: string }
  | { readonly check: 'days'; readonly days: readonly string[] }
  | { readonly check: 'step'; readonly type: string; readonly [field: string]: unknown }
  | { readonly check: 'says'; readonly text: string }
  | { readonly check: 'corrected' | 'assumed'; readonly about: string }

interface Wanted {
  readonly field: string
  readonly op?: string
  readonly value?: unknown
}

/** A line of briefs.jsonl. */
export interface Brief {
  readonly id: string
  readonly language: string
  readonly brief: string
  readonly checks: readonly Check[]
}

/** What was made of a brief, by whom it may be. */
export interface Answer {
  readonly flow: Flow
  readonly assumptions: readonly string[]
  readonly corrections: readonly string[]
}

/** The checks of a brief that an answer does not fulfil. */
export const unfulfilled = (brief: Brief, answer: Answer): readonly Check[] =>
  brief.checks.filter(check => !fulfils(check, answer))

function fulfils(check: Check, { flow, assumptions, corrections }: Answer): boolean {
  const { steps, trigger, goal } = flow
  const discounts = steps.flatMap(step => ('discount' in step && step.discount !== undefined ? [step.discount] : []))
  const edges = steps.flatMap(step => step.events as readonly FlowEdge[])
  switch (check.check) {
    case 'trigger':
      return (
        trigger?.type === check.type &&
        (check.after === undefined || same(trigger.after, check.after)) &&
        (check.segment === undefined || trigger.segment === check.segment) &&
        (check.days === undefined || sameSet(trigger.days, check.days)) &&
        (check.time === undefined || trigger.time === check.time) &&
        (check.at === undefined || Date.parse(trigger.at ?? '') === Date.parse(check.at))
      )
    case 'discount':
      return discounts.some(({ type, value }) => type === check.type && (check.value === undefined || value === check.value))
    case 'code':
      return discounts.some(({ code }) => code === check.code) || steps.some(step => textOf(step).includes(check.code))
    case 'expiry':
      return discounts.some(({ expiresAfter }) => same(expiresAfter, check.duration))
    case 'wait':
      return steps.some(step => waitsOf(step).some(wait => same(wait, check.duration))) || same(trigger?.after, check.duration)
    case 'texts':
      return check.count === undefined ? steps.some(isText) : check.count.includes(silentTexts(flow))
    case 'language':
      return sameSet(
        [...new Set(steps.flatMap(step => (isText(step) && 'language' in step ? [step.language!] : [])))],
        check.languages,
      )
    case 'goal':
      return goal?.event === check.event && (check.within === undefined || same(goal.within, check.within))
    case 'entry':
      return (flow.entry ?? 'once') === check.entry && (check.window === undefined || same(flow.entryWindow, check.window))
    case 'holdout':
      return flow.holdoutPercent === check.percent
    case 'variants':
      return steps.some(
        step =>
          step.type === 'experiment' &&
          step.variants.length === check.count &&
          (check.weights === undefined || check.weights.every((weight, at) => step.variants[at]?.weight === weight)) &&
          (check.allocation === undefined || step.allocation === check.allocation),
      )
    case 'limit':
      return steps.some(
        step => step.type === 'limit' && step.occurrences === check.occurrences && (step.scope ?? 'customer') === check.scope,
      )
    case 'cap':
      return steps.some(step => step.type === 'rate_limit' && step.messages === check.messages && same(step.per, check.per))
    case 'condition': {
      const wanted = check.anyOf ?? [check as Wanted]
      return conditionsOf(flow).some(
        ({ comparison, not }) => not === (check.not ?? false) && wanted.some(one => compares(comparison, one)),
      )
    }
    case 'edge':
      return edges.some(
        edge =>
          edge.type === check.type &&
          (check.intent === undefined || edge.intent === check.intent) &&
          (check.after === undefined || same(edge.after, check.after)),
      )
    case 'window':
      return steps.some(step => step.type === 'schedule' && step.window?.from === check.from && step.window.to === check.to)
    case 'days':
      return steps.some(step => step.type === 'schedule' && sameSet(step.days, check.days)) || sameSet(trigger?.days, check.days)
    case 'step': {
      const { check: _, ...wanted } = check
      return steps.some(step =>
        Object.entries(wanted).every(([field, value]) => (step as unknown as Record<string, unknown>)[field] === value),
      )
    }
    case 'says':
      return steps.some(step => textOf(step).includes(check.text))
    case 'corrected':
      return corrections.some(sentence => sentence.includes(check.about))
    case 'assumed':
      return assumptions.some(sentence => sentence.includes(check.about))
  }
}

const isText = ({ type }: FlowStep): boolean => type === 'message' || type === 'product_choice' || type === 'purchase_offer'
const textOf = (step: FlowStep): string => ('content' in step ? (step.content ?? '') : '')
const sameSet = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  a !== undefined && a.length === b.length && b.every(one => a.includes(one))

function waitsOf(step: FlowStep): readonly string[] {
  if (step.type === 'delay') return [step.duration]
  const own = 'after' in step && typeof step.after === 'string' ? [step.after] : []
  return [...own, ...(step.events as readonly FlowEdge[]).flatMap(({ after }) => (after === undefined ? [] : [after]))]
}

const same = (a: string | undefined, b: string): boolean => a !== undefined && seconds(a) === seconds(b)
function seconds(duration: string): number {
  const [, weeks, days, hours, minutes, secs] =
    /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration) ?? []
  return [weeks, days, hours, minutes, secs].reduce(
    (sum, part, at) => sum + Number(part ?? 0) * [604_800, 86_400, 3600, 60, 1][at]!,
    0,
  )
}

function compares(comparison: Comparison, { field, op, value }: Wanted): boolean {
  if (comparison.field !== field) return false
  const values = Array.isArray(comparison.value) ? comparison.value : [comparison.value]
  if (value !== undefined && !values.some(one => String(one).toLowerCase() === String(value).toLowerCase())) return false
  return (
    op === undefined ||
    comparison.op === op ||
    (op === 'eq' && comparison.op === 'in') ||
    (op === 'contains' && comparison.op === 'eq')
  )
}

interface Comparison {
  readonly field: string
  readonly op: string
  readonly value?: unknown
}

/** Every comparison of a flow, and whether it is an odd number of nots away from being asked. `ne` is `eq` under a not. */
function conditionsOf(flow: Flow): { comparison: Comparison; not: boolean }[] {
  const walk = (condition: Condition, not: boolean): { comparison: Comparison; not: boolean }[] => {
    if ('all' in condition) return condition.all.flatMap(part => walk(part, not))
    if ('any' in condition) return condition.any.flatMap(part => walk(part, not))
    if ('not' in condition) return walk(condition.not, !not)
    const opposite = condition.op === 'ne' || condition.op === 'nin'
    return [
      { comparison: { ...condition, ...(opposite ? { op: condition.op === 'ne' ? 'eq' : 'in' } : {}) }, not: not !== opposite },
    ]
  }
  const segment = flow.trigger?.segment
  return [
    ...(segment === undefined ? [] : [{ comparison: { field: 'segment', op: 'eq', value: segment }, not: false }]),
    ...(flow.trigger?.condition === undefined ? [] : walk(flow.trigger.condition, false)),
    ...flow.steps.flatMap(step => ('condition' in step ? walk(step.condition, false) : [])),
  ]
}

/** What a silent customer goes by. */
const SILENT: readonly string[] = ['default', 'no_reply', 'else', 'allowed', 'variant', 'declined', 'within', 'after', 'before']

/** How many texts a customer gets who matches nothing, answers nothing and buys nothing. */
function silentTexts({ steps, initialStepID }: Flow): number {
  const visits = new Map<string, number>()
  let [at, texts] = [initialStepID, 0]
  for (let moves = 0; moves < 1000; moves++) {
    const step = steps.find(({ id }) => id === at)
    if (step === undefined || step.type === 'end') return texts
    const visit = (visits.get(at) ?? 0) + 1
    visits.set(at, visit)
    if (isText(step)) texts++
    const limited = step.type === 'limit' && visit > step.occurrences
    const edges = step.events as readonly FlowEdge[]
    const next = limited
      ? edges.find(({ type }) => type === 'limited')
      : SILENT.map(type => edges.find(edge => edge.type === type)).find(edge => edge !== undefined)
    if (next === undefined) return texts
    at = next.nextStepID
  }
  return texts
}
