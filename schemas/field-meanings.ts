import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { canonicalInstant, isRealDate } from './canonical-instant.ts'
import { canonicalMoney } from './canonical-money.ts'
import { directions } from './conversation.ts'
import { refusedCharacters } from './read-bag.ts'
import { mismatch, Refused, shown } from './refusal.ts'
import type { Shop } from './shop.ts'

/** Turns a value from outside (never null or undefined) into the form we keep, or says by a `Refused` why it cannot. */
export type Reader = (value: unknown, shop: Shop) => unknown

/** What a field means beyond its schema, by its name: one name means one thing wherever it stands. */
export const meanings: Readonly<Record<string, Reader>> = {
  id: readId,
  customerId: readId,
  orderId: readId,
  refundOf: readId,
  productId: readId,
  campaignId: readId,
  conversationId: readId,
  occurredAt: readInstant,
  // Of a conversation, which has names of its own.
  user_id: readId,
  campaign_id: readId,
  timestamp: readInstant,
  role: readRole,
  currency: readCurrency,
  unitPrice: canonicalMoney,
  price: canonicalMoney,
  quantity: readQuantity,
  phone: readPhone,
  email: readEmail,
  timeZone: readTimeZone,
  birthday: readBirthday,
}

/** An id's reader; its limit is that of `Id` in primitives.ts. */
function readId(value: unknown): string | Refused {
  if (typeof value === 'number') return mismatch(value, `an id as a string: write it in quotes, "${value}"`)
  if (typeof value !== 'string') return mismatch(value, 'an id as a string')
  if (value === '') return mismatch(value, 'an id of 1 to 128 characters')
  if (value.length > 128 && [...value].length > 128)
    return new Refused('field_too_long', `Expected an id of 1 to 128 characters, got ${shown(value)}.`)
  if (/[\p{Cc}\p{Surrogate}]/u.test(value))
    return (
      refusedCharacters(value) ??
      new Refused('character_invalid', `Expected an id without control characters, got ${shown(value)}.`)
    )
  return value
}

function readInstant(value: unknown, { now }: Shop): string | Refused {
  return typeof value === 'string'
    ? canonicalInstant(value, now)
    : mismatch(value, 'an ISO 8601 instant such as "2024-05-01T12:30:00Z"')
}

function readRole(value: unknown): string | Refused {
  const role = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return directions.has(role) ? role : mismatch(value, `one of ${[...directions.keys()].join(', ')}`)
}

function readCurrency(value: unknown): string | Refused {
  if (typeof value !== 'string' || !/^[A-Za-z]{3}$/.test(value)) return mismatch(value, 'an ISO 4217 currency such as "PKR"')
  return value.toUpperCase()
}

function readQuantity(value: unknown): number | Refused {
  if (typeof value !== 'number') return mismatch(value, 'a quantity as a number')
  if (Math.abs(value) <= 1e9 && (Number.isInteger(value) || Math.round(value * 1e4) / 1e4 === value)) return value
  return new Refused('number_out_of_range', `Expected a quantity up to 1,000,000,000 with at most 4 decimals, got ${value}.`)
}

/** E.164, by the plan of numbers of its country (https://github.com/catamphetamine/libphonenumber-js). */
function readPhone(value: unknown, { region }: Shop): string | Refused {
  if (typeof value !== 'string') return mismatch(value, 'a phone number as a string')
  const phone = value.length > 64 ? undefined : parsePhoneNumberFromString(value, region)
  if (phone?.isValid()) return phone.number
  return new Refused(
    'phone_invalid',
    `Expected a phone number such as +923001234567 (or one of region ${region}), got ${shown(value)}.`,
  )
}

/** Lightly: whether a mailbox is there only a message to it can tell. */
function readEmail(value: unknown): string | Refused {
  const email = typeof value === 'string' ? value.trim() : ''
  if (email.length > 320) return new Refused('field_too_long', 'Expected an e-mail address of at most 320 characters.')
  return /^[^\s@]+@[^\s@]+$/.test(email)
    ? (refusedCharacters(email) ?? email)
    : mismatch(value, 'an e-mail address such as "ada@example.org"')
}

function readTimeZone(value: unknown): string | Refused {
  if (typeof value === 'string' && (usualZones.has(value) || isZone(value))) return value
  return mismatch(value, 'a time zone of the IANA list such as "Asia/Karachi"')
}

const usualZones = new Set(Intl.supportedValuesOf('timeZone'))

/** Aliases such as Asia/Kolkata are not in Intl's list but Intl knows them; offsets such as +05:00 it may know are no zones. */
function isZone(name: string): boolean {
  if (name.length > 64 || !/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

function readBirthday(value: unknown, { now }: Shop): string | Refused {
  const match = typeof value === 'string' ? /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) : null
  if (match === null) return mismatch(value, 'a date such as "1995-02-03"')
  if (!isRealDate(Number(match[1]), Number(match[2]), Number(match[3])))
    return new Refused('time_invalid', `Expected a date that exists, got ${shown(value)}.`)
  if (match[0] > new Date(now).toISOString().slice(0, 10))
    return new Refused('time_out_of_range', `Expected a birthday in the past, got ${shown(value)}.`)
  return match[0]
}
