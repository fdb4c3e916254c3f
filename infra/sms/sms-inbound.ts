import { randomUUID } from 'node:crypto'
import type { PhoneHash } from '../../models/phone-hash.ts'
import { type SpokenKeyword, spokenKeyword } from '../../models/sms-keyword.ts'
import { acceptEvent } from '../../schemas/accept-event.ts'
import { routeEvent } from '../../schemas/route-event.ts'
import type { Shop } from '../../schemas/shop.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Journal } from '../../streams/journal.ts'
import type { Outbound, Publish } from '../../streams/outbound.ts'
import type { Sql, Tx } from '../../streams/sql.ts'
import { againAfterDeadlock } from './again-after-deadlock.ts'
import type { Confirmations } from './confirmations.ts'
import { campaignsOf } from './last-campaigns.ts'
import { addOptOuts, lockOptOuts } from './ledger-statements.ts'
import { keepPhoneWords } from './phone-words.ts'

/** A text that somebody sent to us. */
export interface InboundText {
  /** E.164 */
  readonly phone: string
  readonly text: string
  /** Epoch ms when the network had it. */
  readonly at: number
  /** What the gateway knows it to be, whatever its words: a shop may have told it keywords that are not ours. */
  readonly word?: 'stop' | 'start'
  /** The gateway has answered it by itself. */
  readonly answered?: boolean
}

export interface InboundPorts {
  readonly sql: Sql
  readonly shop: Omit<Shop, 'now'>
  readonly clock: Clock
  readonly phoneHash: PhoneHash
  readonly publish: Publish
  readonly journal: Journal
  /** Without them keywords are answered by nobody, or by the gateway. */
  readonly confirmations: Confirmations | undefined
  /** For so many days after a campaign's text what comes from its phone is a reply to it. */
  readonly campaignDays: number
}

/** Networks deliver a text again when their answer was lost, under another id: the same words from the same phone so soon are the same text. */
const AGAIN_MS = 60_000

/** A text that came, and who sent it, as far as is known. */
interface Heard extends InboundText {
  readonly spoken: SpokenKeyword | undefined
  readonly customerId: string | undefined
}

/** One text that came, however often it did. */
interface Kept {
  readonly id: string
  readonly at: number
  readonly campaignId: string | undefined
  readonly isAgain: boolean
}

/**
 * Takes in a text: STOP and START hold from before it returns, whoever the number belongs to; a keyword is confirmed by one reply; then it goes to
 * the stream of the customer with that number as a message. A repetition is published again under the id of the first, which the engine counts
 * once: whoever died between the two commits has not lost it.
 */
export function smsInbound(ports: InboundPorts) {
  const { sql, shop, clock, publish, journal, confirmations } = ports
  return async (inbound: InboundText, requestId: string): Promise<void> => {
    const spoken = spokenIn(inbound)
    if (spoken !== undefined) await confirmations?.prepare(inbound.phone)
    const customerId = await customerOf(sql, inbound.phone)
    const heard = { ...inbound, spoken, customerId }
    const { kept, reply } = await againAfterDeadlock(() => sql.transaction(tx => arrive(tx, heard, ports)))
    const { campaignId } = kept
    journal.info('a text came in', { requestId, customerId, campaignId, keyword: spoken?.keyword, replyId: reply?.value.id })
    const records = reply === undefined ? [] : [reply]
    if (customerId !== undefined) {
      const message = {
        type: 'message',
        id: kept.id,
        customerId,
        occurredAt: new Date(kept.at).toISOString(),
        direction: 'in',
        channel: 'sms',
        text: inbound.text,
        ...(campaignId === undefined ? {} : { campaignId }),
      }
      const accepted = acceptEvent(message, { ...shop, now: clock.now() })
      if ('event' in accepted) records.push(routeEvent(accepted.event))
      else journal.info('a text that came in is no message', { requestId, customerId, code: accepted.refusal.code })
    }
    if (records.length > 0) await publish(records)
  }
}

/** What the gateway knows it to be goes before what it looks like. */
function spokenIn({ text, word }: InboundText): SpokenKeyword | undefined {
  const spoken = spokenKeyword(text)
  return word === undefined ? spoken : { language: spoken?.language ?? 'english', keyword: word }
}

/** Under the lock of the phone, which every sending of a text to it takes too: so STOP holds for all that is not on the socket yet. */
async function arrive(tx: Tx, heard: Heard, ports: InboundPorts): Promise<{ kept: Kept; reply: Outbound | undefined }> {
  const { clock, phoneHash, confirmations } = ports
  const { phone, spoken, at, answered = false } = heard
  await tx.query(addOptOuts, [[phoneHash(phone)]])
  await tx.query(lockOptOuts, [[phoneHash(phone)]])
  const kept = await keep(tx, heard, ports)
  const keyword = spoken?.keyword
  // In doubt it is STOP: one that may be a repetition stops too, a START that may be one starts nothing.
  if (keyword === 'stop' || (keyword === 'start' && !kept.isAgain))
    await keepPhoneWords(tx, phoneHash, [{ phone, keyword, at, source: 'sms' }])
  if (spoken === undefined || answered || confirmations === undefined) return { kept, reply: undefined }
  const reply = await confirmations.ask(tx, { ...spoken, phone, messageId: kept.id, at: kept.at, now: clock.now() })
  return { kept, reply }
}

/** Keeps what tells a repetition. One of those is the text that was, under its id, and a reply to what that was one to. */
async function keep(
  tx: Tx,
  { phone, text, at, spoken, customerId }: Heard,
  { phoneHash, campaignDays }: InboundPorts,
): Promise<Kept> {
  const digest = phoneHash(`${phone}\0${text}`)
  const [first] = await tx.query(
    'SELECT event_id, at, campaign_id FROM sms_inbound WHERE digest = $1 AND at BETWEEN $2::bigint - $3::bigint AND $2::bigint + $3::bigint ORDER BY at, event_id LIMIT 1',
    [digest, at, AGAIN_MS],
  )
  if (first !== undefined)
    return {
      id: first.event_id as string,
      at: first.at as number,
      campaignId: (first.campaign_id as string | null) ?? undefined,
      isAgain: true,
    }
  const replies = spoken === undefined && customerId !== undefined ? [{ customerId, phone, at }] : []
  const [campaignId] = await campaignsOf(tx, phoneHash, replies, campaignDays)
  const id = `sms-in-${randomUUID()}`
  await tx.query('INSERT INTO sms_inbound (event_id, phone_hash, digest, at, campaign_id) VALUES ($1, $2, $3, $4, $5)', [
    id,
    phoneHash(phone),
    digest,
    at,
    campaignId ?? null,
  ])
  return { id, at, campaignId, isAgain: false }
}

/** Of several with one number, the one who was texted last. */
async function customerOf(sql: Sql, phone: string): Promise<string | undefined> {
  const [row] = await sql.query(
    `SELECT p.customer_id FROM profiles p WHERE p.phone = $1
     ORDER BY (SELECT max(l.requested_at) FROM sms_ledger l WHERE l.customer_id = p.customer_id) DESC NULLS LAST, p.customer_id LIMIT 1`,
    [phone],
  )
  return row?.customer_id as string | undefined
}
