import { createHmac } from 'node:crypto'

const DAY = 86_400_000

/** An address as it may be kept: the same for one day, by UTC, and never to be joined with that of another day. */
export type AddressHash = (address: string, at: number) => string

/** HMAC-SHA256 of day and address under a key of its own derived from the secret; 96 bits of it, in base64url. */
export function addressHasher(secret: string): AddressHash {
  const key = createHmac('sha256', secret).update('tarang link address v1').digest()
  return (address, at) =>
    createHmac('sha256', key)
      .update(`${Math.floor(at / DAY)} ${address}`)
      .digest('base64url')
      .slice(0, 16)
}
