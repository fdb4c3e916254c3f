import { acceptEvent } from '../schemas/accept-event.ts'
import type { Inbound } from '../schemas/events.ts'
import { routeEvent } from '../schemas/route-event.ts'
import type { Shop } from '../schemas/shop.ts'
import type { Topic } from '../schemas/topic.ts'
import { clicks, consents, events, itemEvents, messages, products, profiles, purchases } from '../schemas/topics.ts'
import { type Fold, stateless } from '../streams/processor.ts'

/** Which types of event each typed topic carries. */
const typedTopics: readonly (readonly [Topic, readonly Inbound['type'][]])[] = [
  [purchases, ['purchase', 'refund']],
  [clicks, ['click']],
  [messages, ['message']],
  [profiles, ['profile']],
  [consents, ['consent']],
  [products, ['product']],
]

/** Typed topics → `events` (products → `item-events`): shops publish there with any client and any partitioner; here records are checked, sealed and keyed. */
export const intakes = (shop: Omit<Shop, 'now'>) => typedTopics.map(([topic, types]) => intake(topic, types, shop))

const intake = (topic: Topic, types: readonly Inbound['type'][], shop: Omit<Shop, 'now'>): Fold<Inbound, object> => ({
  kind: 'fold',
  name: `intake-${topic.name}`,
  input: topic,
  outputs: [events, itemEvents],
  state: stateless,
  read(raw, at) {
    // The instant it was appended stands for now: a fold has no clock.
    const accepted = acceptEvent(raw, { ...shop, now: at.appendedAt })
    if ('refusal' in accepted)
      return {
        unreadable: { code: accepted.refusal.code, message: `${accepted.refusal.pointer} ${accepted.refusal.message}`.trim() },
      }
    if (types.includes(accepted.event.type)) return accepted
    return {
      unreadable: { code: 'type_unknown', message: `${topic.name} carries ${types.join(' and ')}, not ${accepted.event.type}` },
    }
  },
  fold: (state, event) => ({ state, outputs: [routeEvent(event)] }),
})
