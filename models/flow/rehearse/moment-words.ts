import type { CustomerChange } from '../../../schemas/records.ts'
import { formatMoney } from '../../money.ts'
import { purchaseIn } from '../run/facts.ts'
import type { Effect, Ending } from '../run/run.ts'
import type { Told } from './timelines.ts'

type Words = Omit<Told, 'at'>

const ENDINGS: Readonly<Record<Ending, string>> = {
  completed: 'They are through.',
  goal: 'They reached the goal, and leave.',
  stopped: 'The campaign is over for them.',
  opted_out: 'They want no texts any more, and leave.',
  too_many_steps: 'They walked on and on: they are taken out.',
  no_way_on: 'Their step has no way on for this: they are taken out.',
}

/** What a campaign does with a customer. Of a text its fate is told, and of an ask its answer. */
export function effectInWords(effect: Effect): Words | undefined {
  switch (effect.type) {
    case 'entered':
      return { what: 'entered', says: effect.entry === 1 ? 'They enter.' : `They enter for the ${ordinal(effect.entry)} time.` }
    case 'ended':
      return { what: effect.reason, says: `${ENDINGS[effect.reason]} (step ${effect.step})` }
    case 'assigned':
      return { what: 'variant', says: `They get variant ${effect.variant} of step ${effect.step}.` }
    case 'property':
      return { what: 'property', says: `Step ${effect.step} sets ${effect.name}.` }
    case 'webhook':
      return { what: 'webhook', says: `Step ${effect.step} calls ${effect.url}, and it counts as answered well.` }
    default:
      return undefined
  }
}

/** What a customer did; nothing that they wrote, nor anything else that is personal. */
export function changeInWords({ event, segment, intent, at }: CustomerChange): Words | undefined {
  const moved = segment !== undefined && segment.from !== segment.to ? ` They are ${segment.to ?? 'in no segment'} now.` : ''
  switch (event?.type) {
    case 'purchase': {
      const bought = purchaseIn(event, at)
      const says = (amount: number) => `They buy for ${formatMoney(amount)} ${event.currency}.${moved}`
      return bought && { what: 'purchase', says: says(bought.amount), order: { id: event.orderId, amount: bought.amount, says } }
    }
    case 'refund':
      return { what: 'refund', says: `They give something back.${moved}` }
    case 'click':
      return event.automatic === true ? undefined : { what: 'click', says: `They click (${event.kind}).${moved}` }
    case 'message':
      if (event.direction !== 'in') return undefined
      return { what: 'message', says: `They write${intent === undefined ? '' : `, heard as ${intent}`}.${moved}` }
    case 'consent':
      return { what: 'consent', says: `Consent to ${event.channel}: ${event.state}.` }
    case 'profile':
      return { what: 'profile', says: `Their profile changes.${moved}` }
    default:
      return moved === '' ? undefined : { what: 'segment', says: moved.trim() }
  }
}

function ordinal(n: number): string {
  const tens = n % 100
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')
  return `${n}${suffix}`
}
