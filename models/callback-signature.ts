import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/** What an address of ours carries, so that only those who were given it can use it. */
export interface CallbackSignature {
  /** For the receipts of one text: whoever learns it can tell of no other. */
  sign(id: string): string
  signed(id: string, signature: string): boolean
  /** True for the key itself, which stands where an address is written once for all texts. */
  isKey(text: string): boolean
}

/** HMAC-SHA256 of the id under the key, in base64url (43 characters). Checks take the same time wherever two texts differ. */
export function callbackSignature(key: string): CallbackSignature {
  const sign = (id: string) => createHmac('sha256', key).update(`tarang sms receipt v1\0${id}`).digest('base64url')
  return { sign, signed: (id, signature) => same(sign(id), signature), isKey: text => same(key, text) }
}

/** Hashed first: only texts of one length can be compared in constant time. */
const same = (a: string, b: string): boolean => timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
