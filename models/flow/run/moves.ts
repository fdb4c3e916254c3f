import type { CustomerEvent, Personal } from '../../../schemas/events.ts'
import type { Flow, FlowEdge, FlowStep } from '../../../schemas/flow.ts'
import { smsKeyword } from '../../sms-keyword.ts'
import { waitMs } from '../flow-duration.ts'
import { purchaseIn } from './facts.ts'
import { choiceOf, meaningsOf, type Reply, replyEdge } from './reply-meaning.ts'
import type { Run } from './run.ts'
import { edgeOf } from './walk.ts'

/** What an event is to those who wait: a purchase, a visit of a link in a text, or a reply. Undefined: nothing. */
export type Act =
  | { readonly type: 'purchase' }
  | { readonly type: 'click'; readonly text: string | undefined; readonly campaignId: string | undefined }
  | { readonly type: 'reply'; readonly reply: Reply; readonly campaignId: string | undefined }

export function actOf(event: CustomerEvent, intent: string | undefined, personal: Personal | undefined): Act | undefined {
  if (event.type === 'purchase') return purchaseIn(event, 0) === undefined ? undefined : { type: 'purchase' }
  if (event.type === 'click') {
    if (event.kind !== 'link' || event.automatic === true) return undefined
    return { type: 'click', text: event.requestId, campaignId: event.campaignId }
  }
  if (event.type !== 'message' || event.direction !== 'in') return undefined
  const text = personal?.text
  const reply = { ...(text !== undefined && { text }), ...(intent !== undefined && { intent }) }
  return { type: 'reply', reply, campaignId: event.campaignId }
}

/** Whether an event takes back what lets us write: STOP, or a revoked consent. */
export function isOptOut(event: CustomerEvent, personal: Personal | undefined): boolean {
  if (event.type === 'consent') return event.channel.toLowerCase() === 'sms' && event.state === 'revoked'
  return event.type === 'message' && event.direction === 'in' && smsKeyword(personal?.text ?? '') === 'stop'
}

/** Whether an act is what a flow is for, done in time. */
export const isGoal = ({ goal }: Flow, { type }: Act, sinceEntry: number): boolean =>
  goal !== undefined && goal.event === type && (goal.within === undefined || sinceEntry <= waitMs(goal.within))

/** The way that an act takes a run which waits at a step for its customer; undefined: it goes on waiting. */
export function moved(step: FlowStep, run: Run, act: Act): FlowEdge | undefined {
  if (act.type === 'purchase')
    return step.type === 'purchase' || step.type === 'purchase_offer' ? edgeOf(step, 'purchased') : undefined
  if (act.type === 'click') {
    if (act.text === undefined || act.text !== run.text?.id) return undefined
    return step.type === 'message' ? edgeOf(step, 'clicked') : step.type === 'product_choice' ? edgeOf(step, 'chosen') : undefined
  }
  return answered(step, act.reply)
}

function answered(step: FlowStep, reply: Reply): FlowEdge | undefined {
  switch (step.type) {
    case 'message':
    case 'reply':
      return replyEdge(step.events, reply)
    case 'no_reply':
      return edgeOf(step, 'reply')
    case 'product_choice':
      return chooses(step, reply) ? edgeOf(step, 'chosen') : undefined
    case 'purchase':
    case 'purchase_offer':
      return meaningsOf(reply)[0] === 'no' ? edgeOf(step, 'declined') : undefined
    default:
      return undefined
  }
}

/** By number or label; of a single product, or where no number is said, by yes. */
function chooses({ choices, count = 3 }: Extract<FlowStep, { type: 'product_choice' }>, reply: Reply): boolean {
  const labels = choices === 'recommended' ? [] : choices.map(({ label, productId }) => label ?? productId)
  const offered = choices === 'recommended' ? count : choices.length
  return choiceOf(reply, labels, offered) !== undefined || meaningsOf(reply).includes('yes')
}

/** The way on when a step has waited long enough. */
export function timedOut(step: FlowStep): FlowEdge | undefined {
  switch (step.type) {
    case 'delay':
    case 'schedule':
      return edgeOf(step, 'default')
    case 'webhook':
      return edgeOf(step, 'failed')
    default:
      return edgeOf(step, 'no_reply') ?? edgeOf(step, 'declined')
  }
}
