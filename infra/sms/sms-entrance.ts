import { randomUUID } from 'node:crypto'
import type { PhoneHash } from '../../models/phone-hash.ts'
import { smsRequest } from '../../producers/sms-request.ts'
import type { Shop } from '../../schemas/shop.ts'
import type { SmsRequests } from '../../serving/ports/sms-requests.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Journal } from '../../streams/journal.ts'
import type { Keyring } from '../../streams/keyring.ts'
import type { Publish, Written } from '../../streams/outbound.ts'
import { encodePosition } from '../../streams/position-token.ts'
import { traceIdOf } from '../../streams/tracer.ts'
import { isUnavailable } from '../unavailable.ts'
import type { SmsLookup } from './sms-lookup.ts'

/** As long as `?wait=applied` waits. */
const WAIT_MS = 5_000

export interface SmsEntrance {
  readonly shop: Omit<Shop, 'now'>
  readonly clock: Clock
  readonly keyring: Keyring
  readonly phoneHash: PhoneHash
  /** Whether a text may link there; everywhere unless told otherwise. */
  readonly mayLinkTo?: (link: string) => boolean
  readonly publish: Publish
  /** True once what was written is folded. */
  readonly applied: (written: readonly Written[], timeoutMs: number) => Promise<boolean>
  readonly lookup: SmsLookup
  readonly journal: Journal
}

/**
 * The way in for texts over HTTP. The log decides which of several requests under one id comes first, and the ledger tells;
 * so a request is answered once it is folded. While folding is behind it is answered before that: it is durable.
 */
export function smsEntrance(parts: SmsEntrance): SmsRequests {
  const { shop, clock, keyring, phoneHash, mayLinkTo, publish, applied, lookup, journal } = parts
  return {
    get: id => lookup.get(id),
    async submit(body, { requestId, span }) {
      const trace = span?.trace
      const request = { requestId, traceId: traceIdOf(trace), smsId: body.id }
      const read = smsRequest(body, { ...shop, now: clock.now() }, phoneHash, mayLinkTo)
      if ('refusal' in read) {
        const { code, message, pointer } = read.refusal
        journal.info('a text was refused', { ...request, code, pointer })
        return { refused: code, message, pointer }
      }
      const known = await lookup.get(body.id)
      if (known !== undefined) return { outcome: 'known', request: known }
      const { value, seal, ...where } = read.outbound
      try {
        await keyring.create([seal.owner])
        // Under an id of its own, so that no two requests have the same seal and the ledger's tells whose it is.
        const sealed = keyring.seal(seal.owner, `${seal.id}\0${randomUUID()}`, seal.personal)
        journal.info('a text was asked for', { ...request, customerId: value.customerId, to: seal.personal.to })
        const written = await publish([{ ...where, value: { ...value, sealed }, trace }])
        const first = (await applied(written, WAIT_MS)) ? await lookup.other(body.id, sealed) : undefined
        if (first !== undefined) return { outcome: 'known', request: first }
        return { outcome: 'queued', position: encodePosition(written) }
      } catch (error) {
        if (isUnavailable(error)) return { unavailable: 'log_unavailable', retryAfterSeconds: 2 }
        throw error
      }
    },
  }
}
