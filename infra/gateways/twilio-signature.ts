import { createHmac, hash, timingSafeEqual } from 'node:crypto'

/**
 * X-Twilio-Signature of a form that Twilio posts (https://www.twilio.com/docs/usage/security#validating-requests): HMAC-SHA1 under the account's
 * auth token, in base64, over the address followed by each field's name and value, sorted by name; what a name has several values of goes in
 * sorted, each once.
 */
export function twilioSignature(authToken: string, url: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].toSorted()
  const fields = names.flatMap(name => [...new Set(form.getAll(name))].toSorted().map(value => name + value))
  return createHmac('sha1', authToken)
    .update(url + fields.join(''))
    .digest('base64')
}

/**
 * Whether Twilio signed it. The address is what was given to Twilio; of one without a port it may have signed the standard one with it, and of one
 * with a port none, as its own libraries allow for. Takes the same time wherever two signatures differ.
 */
export function signedByTwilio(authToken: string, url: string, form: URLSearchParams, signature: string): boolean {
  const signed = [withPort(url), withoutPort(url), url].map(one => same(twilioSignature(authToken, one, form), signature))
  return signed.includes(true)
}

const ORIGIN = /^(https?):\/\/([^/?#]+?)(:\d+)?(?=[/?#]|$)/

const withPort = (url: string): string =>
  url.replace(ORIGIN, (_, scheme, host, port = scheme === 'https' ? ':443' : ':80') => `${scheme}://${host}${port}`)
const withoutPort = (url: string): string => url.replace(ORIGIN, '$1://$2')

/** Hashed first: only texts of one length can be compared in constant time. */
const same = (a: string, b: string): boolean => timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
