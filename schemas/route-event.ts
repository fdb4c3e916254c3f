import type { CustomerEvent, Inbound, Personal, Product } from './events.ts'
import { personalTraitNames } from './events.ts'
import { events, itemEvents } from './topics.ts'

/** An event on its way to the stream of the one it is about, with what is personal taken off it, to be sealed under its owner's key. */
export type Routed =
  | { readonly topic: typeof itemEvents; readonly key: string; readonly value: Product }
  | { readonly topic: typeof events; readonly key: string; readonly value: CustomerEvent; readonly seal?: Seal }

interface Seal {
  readonly owner: string
  readonly id: string
  readonly personal: Personal & Record<string, unknown>
}

/** Products to `item-events`, everything else to its customer's stream. */
export function routeEvent(event: Inbound): Routed {
  if (event.type === 'product') return { topic: itemEvents, key: event.productId, value: event }
  const { open, personal } = takeOffPersonal(event)
  const routed = { topic: events, key: event.customerId, value: open }
  return personal === undefined ? routed : { ...routed, seal: { owner: event.customerId, id: event.id, personal } }
}

/** Takes off what names, reaches or quotes a person: traits, texts, what was searched for, and whatever came along with them. */
function takeOffPersonal(event: Exclude<Inbound, Product>): { open: CustomerEvent; personal: Seal['personal'] | undefined } {
  switch (event.type) {
    case 'message': {
      const { text, properties, ...rest } = event
      return { open: rest, personal: { text, ...(properties === undefined ? {} : { properties }) } }
    }
    case 'click': {
      const { query, ...rest } = event
      return { open: rest, personal: query === undefined ? undefined : { query } }
    }
    case 'profile': {
      const { traits, properties, ...rest } = event
      const named = Object.entries(traits).filter(([name]) => personalTraitNames.includes(name))
      const open = Object.entries(traits).filter(([name]) => !personalTraitNames.includes(name))
      const personal = {
        ...(named.length === 0 ? {} : { traits: Object.fromEntries(named) }),
        ...(properties === undefined ? {} : { properties }),
      }
      return {
        open: { ...rest, traits: Object.fromEntries(open) },
        personal: Object.keys(personal).length === 0 ? undefined : personal,
      }
    }
    default:
      return { open: event, personal: undefined }
  }
}
