import Type from 'typebox'

/** An outsider's id: 1 to 128 characters, no control characters and no half of a surrogate pair (checked on the way in). */
export const Id = Type.String({ minLength: 1, maxLength: 128 })

/** An instant, ISO 8601 in UTC with milliseconds: `2010-12-01T08:26:00.000Z`. */
export const Instant = Type.String({
  minLength: 20,
  maxLength: 30,
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$',
})

/** Money as outsiders write it: a decimal string in major units, as many decimals as the source has. */
export const Money = Type.String({ minLength: 1, maxLength: 32, pattern: '^-?\\d{1,15}(\\.\\d{1,10})?$' })

/** ISO 4217, upper case. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$' })

/** Epoch milliseconds. */
export const Millis = Type.Integer()

/** Money in state: an integer of 1/10,000 of the major unit. */
export const MinorMoney = Type.Integer()

/** Fields of outsiders that this version has no name for. */
export const Properties = Type.Record(Type.String(), Type.Unknown())

/** An object that takes no unknown field: what Schema Registry compatibility and our own checks both need. */
export const closed = { additionalProperties: false } as const

/** A personal sub-object, encrypted under the customer's own key (streams/keyring.ts): `keyId.nonce+ciphertext+tag` in base64url. */
export const Sealed = Type.String({ maxLength: 4_000_000 })
