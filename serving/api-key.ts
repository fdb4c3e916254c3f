import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** What a key may do: send events and texts, read, or everything. */
export const scopes = ['publish', 'lookup', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** A key as it is kept: of its secret only the hash. */
export interface StoredKey {
  readonly id: string
  readonly hash: Uint8Array
  readonly scopes: readonly Scope[]
}

const FORMAT = /^trg_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/

/**
 * A new key: `trg_<id>_<secret>`, to be shown once, and what is kept of it.
 * One round of SHA-256 is enough: the secret is 256 random bits, so there is nothing to guess that a slow hash would protect.
 */
export function newKey(granted: readonly Scope[]): { key: string; stored: StoredKey } {
  const id = randomBytes(8).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  return { key: `trg_${id}_${secret}`, stored: { id, hash: hashOf(secret), scopes: granted } }
}

/** The id and the hash of what somebody presents as a key, undefined when it does not look like one. */
export function readKey(text: string): { id: string; hash: Uint8Array } | undefined {
  const match = FORMAT.exec(text)
  return match === null ? undefined : { id: match[1]!, hash: hashOf(match[2]!) }
}

/** True when both are hashes of the same secret; takes the same time wherever they differ. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

/** `admin` includes the others. */
export const mayDo = (granted: readonly Scope[], needed: Scope): boolean => granted.includes(needed) || granted.includes('admin')

const hashOf = (secret: string): Uint8Array => hash('sha256', secret, 'buffer')
