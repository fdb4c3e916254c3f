import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Sql } from './sql.ts'

type Personal = Readonly<Record<string, unknown>>

/**
 * Seals personal fields under a key per owner (a customer, or a phone's HMAC), kept in `customer_keys`.
 * Throwing a key away makes everything sealed under it unreadable: that is how erasing reaches the log.
 */
export interface Keyring {
  /** Makes the owners' keys known, creating missing ones. They are committed before anything sealed with them can be published (engine rule 13). */
  create(owners: Iterable<string>): Promise<void>
  /** Makes known what keys there are; a missing one stays missing. */
  fetch(owners: Iterable<string>): Promise<void>
  /** Seals under a created key. The same id and fields give the same bytes, so that a refold repeats itself. */
  seal(owner: string, id: string, personal: Personal): string
  /** Undefined when the key is gone. Throws when the seal is broken. */
  open(owner: string, sealed: string): Personal | undefined
}

const NONCE = 12
const TAG = 16

/** AES-256-GCM; the nonce is an HMAC, under the key, of id and plaintext (NIST SP 800-38D 8.2.1: unique per plaintext, so never reused on another). */
export function sealWith(key: Uint8Array, id: string, personal: Personal): string {
  const plain = Buffer.from(JSON.stringify(personal), 'utf8')
  const nonce = createHmac('sha256', key).update(id).update('\0').update(plain).digest().subarray(0, NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** The fields a seal holds. Throws when it was not sealed with this key or was changed. */
export function openWith(key: Uint8Array, sealed: string): Personal {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < NONCE + TAG) throw new Error(`a seal has at least ${NONCE + TAG} bytes, got ${bytes.length}`)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE))
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG))
  const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()])
  return JSON.parse(plain.toString('utf8')) as Personal
}

/** How many keys stay in memory: far more than a batch holds, so what was just made known is there when it is used. */
const REMEMBERED = 50_000

/** The keyring on `customer_keys`. Keys are cached here for at most `REMEMBERED` owners; the table is the truth. */
export function sqlKeyring(sql: Sql, clock: Clock): Keyring {
  const keys = new Map<string, Uint8Array>()

  async function fetch(owners: Iterable<string>): Promise<string[]> {
    const wanted = [...new Set(owners)].filter(owner => !remembered(owner))
    if (wanted.length === 0) return []
    const rows = await sql.query('SELECT owner, key FROM customer_keys WHERE owner = ANY($1::text[])', [wanted])
    // Memory of its own: as it comes, each key would keep the 8 KiB alive that it was cut from.
    for (const { owner, key } of rows) keys.set(owner as string, new Uint8Array(key as Uint8Array))
    forgetOldest(Math.max(REMEMBERED, 2 * wanted.length))
    return wanted.filter(owner => !keys.has(owner))
  }

  /** Moves a known key to where it is forgotten last: it is about to be used. */
  function remembered(owner: string): boolean {
    const key = keys.get(owner)
    if (key === undefined) return false
    keys.delete(owner)
    keys.set(owner, key)
    return true
  }

  function forgetOldest(limit: number): void {
    for (const owner of keys.keys()) {
      if (keys.size <= limit) return
      keys.delete(owner)
    }
  }

  return {
    async fetch(owners) {
      await fetch(owners)
    },
    async create(owners) {
      const all = [...owners]
      const missing = await fetch(all)
      if (missing.length > 0) {
        await sql.query(
          'INSERT INTO customer_keys (owner, key, created_at) SELECT u.owner, u.key, $3::bigint FROM unnest($1::text[], $2::bytea[]) AS u(owner, key) ORDER BY u.owner ON CONFLICT (owner) DO NOTHING',
          [missing, missing.map(() => randomBytes(32)), clock.now()],
        )
      }
      await fetch(all)
    },
    seal(owner, id, personal) {
      const key = keys.get(owner)
      if (key === undefined) throw new Error(`no key of ${owner} at hand: create it before sealing`)
      return sealWith(key, id, personal)
    },
    open(owner, sealed) {
      const key = keys.get(owner)
      return key === undefined ? undefined : openWith(key, sealed)
    },
  }
}
