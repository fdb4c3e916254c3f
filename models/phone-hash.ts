import { createHmac } from 'node:crypto'

/** How a phone is known where its number must not be: an HMAC, the same for the same secret. */
export type PhoneHash = (e164: string) => string

/**
 * HMAC-SHA256 of the number under a key of its own derived from the secret, in base64url (43 characters). Numbers are few enough
 * to try them all, so only the secret keeps the hash from being turned back; with another secret every opt-out is lost.
 */
export function phoneHasher(secret: string | Uint8Array): PhoneHash {
  const key = createHmac('sha256', secret).update('tarang phone hash v1').digest()
  return e164 => createHmac('sha256', key).update(e164).digest('base64url')
}
