import { createHmac } from 'node:crypto'

/** Signs what webhooks are told. */
export interface WebhookSigner {
  /** @param at epoch seconds: receivers refuse what is old */
  sign(id: string, at: number, body: string): string
}

/**
 * A key of the deployment's own, so that what a receiver knows opens nothing else: HMAC-SHA256 of a fixed text under the secret. Receivers get it
 * in base64 (docs/flows.md says how to print it).
 */
export const webhookKey = (secret: string): Buffer => createHmac('sha256', secret).update('tarang webhook v1').digest()

/** Symmetric signatures of Standard Webhooks (standardwebhooks.com, "Signature scheme"): `v1,` and HMAC-SHA256 of `id.timestamp.body` in base64. */
export function webhookSigner(key: Buffer): WebhookSigner {
  return { sign: (id, at, body) => `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}` }
}
