import Type from 'typebox'

/** An outsider's id: 1 to 128 characters, no control characters (state's keys are joined by one). */
export const Id = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })

/** An instant, ISO 8601 in UTC with milliseconds: `2010-12-01T08:26:00.000Z`. */
export const Instant = Type.String({
  minLength: 20,
  maxLength: 30,
  pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?Z$',
})

/** Money as outsiders write it: a decimal string in major units, as many decimals as the source has. */
export const Money = Type.String({ minLength: 1, maxLength: 32, pattern: '^-?\\d{1,15}(\\.\\d{1,10})?$' })

/** ISO 4217, upper case. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$' })

/** Epoch milliseconds, as far as dates go (ECMA-262, time range). */
export const Millis = Type.Integer({ minimum: -8.64e15, maximum: 8.64e15 })

/** How many, or the how-manieth: exact in JSON and in Postgres. */
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** Money in state: an integer of 1/10,000 of the major unit. */
export const MinorMoney = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })

/** Fields of outsiders that this version has no name for. */
export const Properties = Type.Record(Type.String(), Type.Unknown())

/** An object that takes no unknown field: what Schema Registry compatibility and our own checks both need. */
export const closed = { additionalProperties: false } as const

/** A personal sub-object, encrypted under the customer's own key (streams/keyring.ts): `keyId.nonce+ciphertext+tag` in base64url. */
export const Sealed = Type.String({ maxLength: 4_000_000 })

/** Which trace a record belongs to (W3C Trace Context). Alone it is a record's header of this name. */
export const Traceparent = Type.String({ pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' })
