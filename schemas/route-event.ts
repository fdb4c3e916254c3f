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

/**
 * Takes off what names, reaches or quotes a person: traits, texts, what was searched for; and `properties`, for nobody knows what a shop
 * puts there.
 */
function takeOffPersonal(event: Exclude<Inbound, Product>): { open: CustomerEvent; personal: Seal['personal'] | undefined } {
  const { properties, ...rest } = event
  const { open, personal } = takeOffNamed(rest as typeof event)
  const all = { ...personal, ...(properties === undefined ? {} : { properties }) }
  return { open, personal: Object.keys(all).length === 0 ? undefined : all }
}

function takeOffNamed(event: Exclude<Inbound, Product>): { open: CustomerEvent; personal: Personal } {
  switch (event.type) {
    case 'purchase':
    case 'refund': {
      const lines = event.lines.map(({ properties, ...line }) => ({ line, properties: properties ?? null }))
      const told = lines.some(({ properties }) => properties !== null)
      return {
        open: { ...event, lines: lines.map(({ line }) => line) },
        personal: told ? { lineProperties: lines.map(({ properties }) => properties) } : {},
      }
    }
    case 'message': {
      const { text, ...open } = event
      return { open, personal: { text } }
    }
    case 'click': {
      const { query, ...open } = event
      return { open, personal: query === undefined ? {} : { query } }
    }
    case 'profile': {
      const named = Object.entries(event.traits).filter(([name]) => personalTraitNames.includes(name))
      const open = Object.entries(event.traits).filter(([name]) => !personalTraitNames.includes(name))
      return {
        open: { ...event, traits: Object.fromEntries(open) },
        personal: named.length === 0 ? {} : { traits: Object.fromEntries(named) },
      }
    }
    case 'consent':
      return { open: event, personal: {} }
  }
}
