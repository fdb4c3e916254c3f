import type { Flow, FlowTrigger } from '../../../schemas/flow.ts'
import type { CustomerChange } from '../../../schemas/records.ts'
import { holds } from '../condition.ts'
import type { CustomerView } from '../customer-view.ts'
import { waitMs } from '../flow-duration.ts'
import { type Facts, purchaseIn, trait } from './facts.ts'
import { nextBirthday, nextMoment, nextTime } from './moments.ts'

/** A cart is left when nothing was bought for so long, in ms, where the flow does not say. */
const CART_MS = 3_600_000
/** By the customer's clock, where the flow does not say: when nobody is woken. */
const CIVIL = '10:00'

/** Somebody has to launch a flow that has no trigger. */
const manual: FlowTrigger = { type: 'manual' }
export const triggerOf = ({ trigger = manual }: Flow): FlowTrigger => trigger

/** Whether a change brings its customer in. `before` is what was known of them before it. */
export function brings(trigger: FlowTrigger, before: Facts, change: CustomerChange, at: number): boolean {
  const { event, segment, rfm, seq } = change
  if (trigger.at !== undefined && at < Date.parse(trigger.at)) return false
  if (trigger.type === 'segment_entered') return segment?.to === trigger.segment && segment.from !== segment.to
  switch (event?.type) {
    case 'purchase':
      if (purchaseIn(event, at) === undefined || before.rfm.orders === rfm.orders) return false
      return trigger.type === 'purchase' || (trigger.type === 'first_purchase' && rfm.orders === 1)
    case 'click':
      return trigger.type === 'click' && event.automatic !== true
    case 'message':
      return trigger.type === 'message' && event.direction === 'in'
    case 'profile':
      return trigger.type === 'signup' && !before.known && (before.since === 1 || seq === 1)
    case 'news':
      return trigger.type === event.what
    default:
      return false
  }
}

/** The product that an entry is about: the one whose news brings its customer in. */
export const productOf = ({ event }: CustomerChange): string | undefined => (event?.type === 'news' ? event.productId : undefined)

/** What a cart's event does to an entry that waits for the cart to be left: when it is due now, or that there is none. Undefined: nothing. */
export function cartDue(trigger: FlowTrigger, { event }: CustomerChange, facts: Facts, at: number): { due?: number } | undefined {
  if (trigger.type !== 'cart_abandoned') return undefined
  if (event?.type === 'purchase') return purchaseIn(event, at) === undefined ? undefined : {}
  if (event?.type !== 'click' || event.automatic === true) return undefined
  if (event.kind === 'cart_add') return { due: at + (trigger.after === undefined ? CART_MS : waitMs(trigger.after)) }
  return event.kind === 'cart_remove' && facts.cart.length === 0 ? {} : undefined
}

/** When somebody whom an event brings in enters: after `after`, then at the next `time` and on the next of `days`. */
export function entryMoment({ type, after, at, time, days }: FlowTrigger, zone: string, happened: number): number {
  const from = type === 'manual' && at !== undefined ? Math.max(happened, Date.parse(at)) : happened
  const base = after === undefined || type === 'cart_abandoned' || type === 'inactivity' ? from : from + waitMs(after)
  if (time !== undefined) return nextTime(time, days, zone, base)
  return days === undefined ? base : nextMoment({ days }, zone, base)
}

/** Of a trigger that no event pulls: the instant that names an entry (`mark`), and when it is due. */
export interface Appointment {
  readonly mark: number
  readonly due: number
}

/**
 * A customer's next appointment from `from` on; undefined where there is none. `kept` is the mark of the one before, which does not come again:
 * of silence the instant since when it is silent, of everything else when it was due.
 */
export function appointment(
  trigger: FlowTrigger,
  facts: Facts,
  zone: string,
  from: number,
  kept: number | undefined,
): Appointment | undefined {
  const next = Math.max(from, kept === undefined ? from : kept + 1)
  switch (trigger.type) {
    case 'inactivity': {
      const since = Math.max(facts.activeAt ?? facts.heardAt, facts.rfm.lastAt ?? facts.heardAt)
      if (kept !== undefined && since <= kept) return undefined
      return { mark: since, due: entryMoment(trigger, zone, Math.max(from, since + waitMs(trigger.after))) }
    }
    case 'date': {
      const due = Date.parse(trigger.at)
      return due < next ? undefined : { mark: due, due }
    }
    case 'schedule': {
      const due = nextTime(
        trigger.time,
        trigger.days,
        zone,
        trigger.at === undefined ? next : Math.max(next, Date.parse(trigger.at)),
      )
      return { mark: due, due }
    }
    case 'birthday': {
      const due = nextBirthday(trait(facts, 'birthday') ?? '', trigger.time ?? CIVIL, zone, next)
      return due === undefined ? undefined : { mark: due, due }
    }
    default:
      return undefined
  }
}

/** Whether a customer is among those a trigger is for, when they enter. */
export const isFor = ({ type, segment, condition }: FlowTrigger, view: CustomerView): boolean =>
  (type === 'segment_entered' || segment === undefined || segment === view.segment) &&
  (condition === undefined || holds(condition, view))
