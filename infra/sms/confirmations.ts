import type { PhoneHash } from '../../models/phone-hash.ts'
import type { SmsKeyword, SpokenKeyword } from '../../models/sms-keyword.ts'
import { smsOwner } from '../../models/sms-owner.ts'
import type { KeywordReplies } from '../../models/templates/keyword-replies.ts'
import type { SmsRequest } from '../../schemas/records.ts'
import { smsRequests } from '../../schemas/topics.ts'
import type { Keyring } from '../../streams/keyring.ts'
import type { Outbound } from '../../streams/outbound.ts'
import type { SqlRow, Tx } from '../../streams/sql.ts'

/** A keyword as it came from a phone. */
export interface HeardKeyword extends SpokenKeyword {
  /** E.164 */
  readonly phone: string
  /** Of the text that it was, the same however often that comes. */
  readonly messageId: string
  /** Epoch ms: when it was said, and now. */
  readonly at: number
  readonly now: number
}

/** The same keyword from the same phone is answered once in so long, however many texts say it, unless its opposite was said since: two machines that answer each other fall silent. */
const ONCE_IN_MS = 12 * 3_600_000
/** What was said longer ago is history that somebody brings in, or came through an outage: an answer would surprise. */
const LATE_MS = 3_600_000
export const isLate = (at: number, now: number): boolean => now - at > LATE_MS

const ROW = 'request_id, phone_hash, keyword, sealed, at FROM sms_replies'
const find = `SELECT ${ROW} WHERE request_id = $1`
/** The newest of some keywords. $1 phone hash, $2 keywords, $3 now, $4 ms. Clocks of instances differ, so also what is a little ahead. */
const findRecent = `SELECT ${ROW} WHERE phone_hash = $1 AND keyword = ANY($2::text[]) AND at > $3::bigint - $4::bigint AND at < $3::bigint + $4::bigint
ORDER BY at DESC, said_at DESC, request_id LIMIT 1`
const insert = 'INSERT INTO sms_replies (request_id, phone_hash, keyword, said_at, at, sealed) VALUES ($1, $2, $3, $4, $5, $6)'

/**
 * The one reply to a keyword. It is a text to the bare number like any other, under an id that nobody else can know; that it may go although
 * the phone said STOP stands in `sms_replies`, by its seal (infra/sms/begin-submit.ts).
 */
export interface Confirmations {
  /** Makes the key that the reply to a phone is sealed with; before the transaction. */
  prepare(phone: string): Promise<void>
  /**
   * The request for the reply, to be published once the transaction, which holds the phone's lock, is through; nothing where there is to be none. Of a
   * text that comes again, and of the same keyword soon after, it is the first one, which counts once: who died before it was published has not lost it.
   */
  ask(tx: Tx, heard: HeardKeyword): Promise<Outbound | undefined>
}

/** Those of which the last one said holds. */
const rivals: Readonly<Record<SmsKeyword, readonly SmsKeyword[]>> = {
  stop: ['stop', 'start'],
  start: ['stop', 'start'],
  help: ['help'],
}

export function confirmations(texts: KeywordReplies, keyring: Keyring, phoneHash: PhoneHash): Confirmations {
  const ownerOf = (phone: string) => smsOwner({ recipient: phoneHash(phone) })
  return {
    prepare: phone => keyring.create([ownerOf(phone)]),
    async ask(tx, { phone, keyword, language, messageId, at, now }) {
      const id = `reply-${phoneHash(`reply\0${messageId}`)}`
      const hash = phoneHash(phone)
      if (isLate(at, now)) return undefined
      const [same] = await tx.query(find, [id])
      if (same !== undefined) return requestFor(same)
      const [recent] = await tx.query(findRecent, [hash, rivals[keyword], now, ONCE_IN_MS])
      if (recent?.keyword === keyword) return requestFor(recent)
      const sealed = keyring.seal(ownerOf(phone), id, { text: texts[keyword][language], to: phone })
      await tx.query(insert, [id, hash, keyword, at, now, sealed])
      return requestFor({ request_id: id, phone_hash: hash, sealed, at: now })
    },
  }
}

function requestFor({ request_id: id, phone_hash: recipient, sealed, at }: SqlRow): Outbound {
  const value = { id, recipient, class: 'transactional', requestedAt: at, sealed } as SmsRequest // as the table has it
  return { topic: smsRequests, key: value.recipient!, value }
}
