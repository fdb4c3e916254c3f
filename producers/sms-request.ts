import { needsLink } from '../models/link-in-text.ts'
import type { PhoneHash } from '../models/phone-hash.ts'
import { smsOwner } from '../models/sms-owner.ts'
import { meanings } from '../schemas/field-meanings.ts'
import { type Completion, objectReader } from '../schemas/field-readers.ts'
import { mismatch, type Refusal, Refused } from '../schemas/refusal.ts'
import type { Shop } from '../schemas/shop.ts'
import { SmsBody } from '../schemas/sms-body.ts'
import { smsRequests } from '../schemas/topics.ts'
import type { Outbound } from '../streams/outbound.ts'

export type SmsIntake = { readonly outbound: Outbound & Required<Pick<Outbound, 'seal'>> } | { readonly refusal: Refusal }

/** A bare number is read like every phone; a request is for a customer or for a number, not both. */
const complete: Completion = (fields, shop) => {
  if (fields.to !== undefined && fields.customerId !== undefined)
    return new Refused('field_invalid', 'Expected either "customerId" or "to", got both.', '/to')
  if (fields.to === undefined) {
    if (fields.customerId !== undefined) return undefined
    return new Refused('field_missing', 'Expected "customerId" or "to", and both are missing or null.', '/customerId')
  }
  const phone = meanings.phone!(fields.to, shop)
  if (phone instanceof Refused) return phone.under('to')
  fields.to = phone
  return undefined
}

const reader = objectReader(SmsBody, complete)

/**
 * What somebody posted as a request for a text, as the record that asks for it: keyed by customer or, where only a number is given, by
 * its hash; text and number sealed. Never throws; fields it has no name for are left out. `shop.now` becomes the time of the
 * request; a link that `mayLinkTo` turns down is refused.
 */
export function smsRequest(
  raw: unknown,
  shop: Shop,
  phoneHash: PhoneHash,
  mayLinkTo: (link: string) => boolean = () => true,
): SmsIntake {
  const read = reader(raw, shop)
  if (read instanceof Refused) return { refusal: read.toRefusal() }
  const { id, customerId, to, text, link, campaignId, variant, recommendationId, class: kind } = read as SmsBody
  const refused = link === undefined ? lacksLink(text) : refusedLink(link, mayLinkTo)
  if (refused !== undefined) return { refusal: refused.under('link').toRefusal() }
  const whose = customerId === undefined ? { recipient: phoneHash(to!) } : { customerId }
  return {
    outbound: {
      topic: smsRequests,
      key: whose.customerId ?? whose.recipient!,
      value: {
        id,
        ...whose,
        ...(campaignId && { campaignId }),
        ...(link && { link }),
        ...(variant && { variant }),
        ...(recommendationId && { recommendationId }),
        class: kind,
        requestedAt: shop.now,
      },
      seal: { owner: smsOwner(whose), id, personal: to === undefined ? { text } : { text, to } },
    },
  }
}

const lacksLink = (text: string): Refused | undefined =>
  needsLink(text) ? new Refused('field_missing', 'The text has a place for a link, {{link}}, and there is no "link".') : undefined

function refusedLink(link: string, mayLinkTo: (link: string) => boolean): Refused | undefined {
  if (!isWebLink(link)) return mismatch(link, 'a link that begins with https:// or http://')
  if (mayLinkTo(link)) return undefined
  return new Refused(
    'link_host_refused',
    `Expected a link to a host that TARANG_LINK_HOSTS names, got ${new URL(link).hostname}.`,
  )
}

const isWebLink = (link: string): boolean => /^https?:\/\/\S+$/.test(link) && URL.canParse(link)
