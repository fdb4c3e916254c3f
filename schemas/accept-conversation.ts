import { hash } from 'node:crypto'
import { type Accepted, acceptEvent } from './accept-event.ts'
import { ConversationHead, directions, Turn } from './conversation.ts'
import type { Message } from './events.ts'
import { isObject, objectReader } from './field-readers.ts'
import { readBag } from './read-bag.ts'
import { mismatch, Refused } from './refusal.ts'
import type { Shop } from './shop.ts'

/** Anything an outsider sent: an event as it is, a conversation as one `message` for each of its messages, or why not. Never empty, never throws. */
export const acceptAll = (raw: unknown, shop: Shop): readonly Accepted[] =>
  isConversation(raw) ? acceptConversation(raw, shop) : [acceptEvent(raw, shop)]

/** How many events something comes to, before it is looked at. */
export const eventsOf = (raw: unknown): number =>
  isConversation(raw) && Array.isArray(raw.messages) ? Math.max(1, raw.messages.length) : 1

/** Events have a type and name their customer otherwise. */
const isConversation = (raw: unknown): raw is Record<string, unknown> =>
  isObject(raw) && (raw.type ?? undefined) === undefined && (raw.messages !== undefined || raw.user_id !== undefined)

/**
 * Each message stands for itself: one that is wrong is refused with a pointer to it, and its neighbours go through. The same conversation
 * has the same ids wherever it comes from, also once more was said in it: what was there counts once.
 */
function acceptConversation({ messages, ...rest }: Record<string, unknown>, shop: Shop): readonly Accepted[] {
  const head = readHead(rest, shop) as ConversationHead | Refused
  if (head instanceof Refused) return [refused(head)]
  const turns = turnsIn(messages)
  if (turns instanceof Refused) return [refused(turns.under('messages'))]
  const conversationId = `conv_${digest(head.user_id, head.timestamp, head.campaign_id ?? null)}`
  // Fields of a conversation that have no name here are kept once, with its first message.
  let { properties } = head
  return turns.map((raw, at) => {
    const turn = readTurn(raw, shop) as Turn | Refused
    if (turn instanceof Refused) return refused(turn.under(at).under('messages'))
    const event = messageOf(head, turn, at, conversationId)
    const kept = readBag({ ...properties, ...turn.properties })
    if (kept instanceof Refused) return refused(kept.under(at).under('messages'))
    properties = undefined
    return { event: Object.keys(kept.fields).length === 0 ? event : { ...event, properties: kept.fields } }
  })
}

function turnsIn(messages: unknown): readonly unknown[] | Refused {
  if (messages === undefined || messages === null)
    return new Refused('field_missing', '"messages" is required here, and it is missing or null.')
  return Array.isArray(messages) && messages.length > 0 ? messages : mismatch(messages, 'a list of at least 1 message')
}

function messageOf(head: ConversationHead, turn: Turn, at: number, conversationId: string): Message {
  const { user_id: customerId, campaign_id: campaignId } = head
  const direction = directions.get(turn.role)!
  return {
    type: 'message',
    // What is said is part of it: two conversations that began in the same second, or on the same day, are not one.
    id: `${conversationId}:${at}:${digest(direction, turn.text)}`,
    customerId,
    occurredAt: turn.timestamp ?? new Date(Date.parse(head.timestamp) + at).toISOString(),
    direction,
    channel: 'chat',
    ...(campaignId === undefined ? {} : { campaignId }),
    conversationId,
    text: turn.text,
  }
}

const digest = (...parts: readonly (string | null)[]): string => hash('sha256', JSON.stringify(parts), 'hex').slice(0, 24)
const refused = (reason: Refused): Accepted => ({ refusal: reason.toRefusal() })
const readHead = objectReader(ConversationHead)
const readTurn = objectReader(Turn)
