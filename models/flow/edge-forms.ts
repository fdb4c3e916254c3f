import type { EdgeType, FlowStep } from '../../schemas/flow.ts'

/** How many edges of a type a step may have: at least, at most. */
export type EdgeForm = Readonly<Partial<Record<EdgeType, readonly [least: number, most: number]>>>

const one = [1, 1] as const
const some = [0, 1] as const
const any = [0, Number.POSITIVE_INFINITY] as const

const answered = { reply: any, clicked: some, no_reply: one }
const branched = { match: one, else: one }
const counted = { allowed: one, limited: one }

/** Rule 4 but for what edges say: which edges a step has. Where it may have one of two sets, the one that it has begun. */
export function edgeForm(step: FlowStep): EdgeForm {
  const has = (...types: EdgeType[]) => step.events.some(({ type }) => types.includes(type))
  switch (step.type) {
    case 'message':
      return has('reply', 'clicked', 'no_reply') ? answered : { default: one }
    case 'schedule':
      return has('before', 'within', 'after') ? { before: one, within: one, after: one } : { default: one }
    case 'segment':
    case 'split':
    case 'goal':
      return branched
    case 'delay':
    case 'property':
      return { default: one }
    case 'webhook':
      return { default: one, failed: some }
    case 'experiment':
      return { variant: any }
    case 'rate_limit':
    case 'limit':
      return counted
    case 'reply':
      return { reply: any, no_reply: one }
    case 'no_reply':
      return { no_reply: one, reply: one }
    case 'product_choice':
      return { chosen: one, no_reply: one }
    case 'purchase_offer':
    case 'purchase':
      return { purchased: one, ...(has('declined') ? { declined: one } : { no_reply: one }) }
    case 'end':
      return {}
  }
}

/** Whether a step waits for the customer: an edge of it is taken when they do something, or when they have not for so long. */
export const waits = (step: FlowStep): boolean =>
  step.type === 'message'
    ? step.events.some(({ type }) => type !== 'default')
    : ['reply', 'no_reply', 'product_choice', 'purchase_offer', 'purchase'].includes(step.type)

/** How long a waiting step waits at most, as it is written: its own `after`, or that of its no_reply edge. */
export function waitOf(step: FlowStep): string | undefined {
  if (!waits(step)) return undefined
  if ('after' in step) return step.after
  return step.events.find(({ type }) => type === 'no_reply')?.after
}

/** Whether a step sends the customer a text. */
export const sends = (step: FlowStep): boolean => textOf(step) !== undefined

/** The text that a step sends. */
export const textOf = (step: FlowStep): string | undefined => ('content' in step ? step.content : undefined)

/** A limit that a customer reaches for good: what is counted by time, or over the campaign, does not hold a customer who waits or is alone. */
export const countsForGood = (step: FlowStep): boolean =>
  step.type === 'limit' && step.per === undefined && step.scope !== 'campaign'
