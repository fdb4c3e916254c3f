import Type, { type Static } from 'typebox'
import { Message } from './events.ts'
import { closed, Id, Instant, Properties } from './primitives.ts'

const bag = { properties: Type.Optional(Properties) }

/** Who speaks for themselves: what they say comes in. */
const customerRoles = ['user', 'customer', 'human', 'client']
/** Who speaks for the shop: what they say goes out. */
const shopRoles = ['assistant', 'agent', 'system', 'bot', 'operator', 'support', 'shop']

/** Which way the words of each role go. */
export const directions: ReadonlyMap<string, Message['direction']> = new Map([
  ...customerRoles.map(role => [role, 'in'] as const),
  ...shopRoles.map(role => [role, 'out'] as const),
])

/** One turn. Without a `timestamp` of its own it stands as many ms after the conversation's as there are turns before it. */
export const Turn = Type.Object(
  {
    role: Type.String({ maxLength: 64, description: [...directions.keys()].join(', ') }),
    text: Message.properties.text,
    timestamp: Type.Optional(Instant),
    ...bag,
  },
  closed,
)
export type Turn = Static<typeof Turn>

const head = { user_id: Id, campaign_id: Type.Optional(Id), timestamp: Instant }
/** A conversation without its turns, which are read one by one. */
export const ConversationHead = Type.Object({ ...head, ...bag }, closed)
export type ConversationHead = Static<typeof ConversationHead>

/** As outsiders write it: no `type`; each of its messages is an event. */
export const Conversation = Type.Object(
  { ...head, messages: Type.Array(Turn, { minItems: 1 }), ...bag },
  { title: 'Conversation' },
)
