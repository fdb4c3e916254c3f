import type { FlowDiscount } from '../../../schemas/flow.ts'
import { linkHosts } from '../../link-hosts.ts'
import { overHttps } from '../address-rules.ts'
import type { FlowShop } from '../flow-shop.ts'
import { overlaps } from '../sending-hours.ts'
import type { MomentPart, OfferingPart, Outline, Part, Remarks, TextPart } from './outline.ts'
import { pace } from './pace.ts'

/** An outline within what the shop allows: discounts, links, webhooks, hours, how many texts. What is changed is told. */
export function suitable(outline: Outline, shop: FlowShop, remarks: Remarks): Outline {
  const parts = suitAll(outline.parts, shop, remarks)
  const moment = outline.moment === undefined ? undefined : open(outline.moment, shop, remarks)
  const { moment: _, ...rest } = outline
  const suited = { ...rest, parts, ...(moment === undefined ? {} : { moment }) }
  return { ...suited, parts: pace(parts, shop, remarks) }
}

function suitAll(parts: readonly Part[], shop: FlowShop, remarks: Remarks): Part[] {
  return parts.flatMap(part => suit(part, shop, remarks))
}

function suit(part: Part, shop: FlowShop, remarks: Remarks): Part[] {
  const all = (some: readonly Part[]) => suitAll(some, shop, remarks)
  switch (part.kind) {
    case 'text':
      return part.link !== undefined && isCall(part.link, shop)
        ? [...(part.bareLink === true ? [] : [suitText(withoutLink(part), shop, remarks)]), { kind: 'webhook', url: part.link }]
        : [suitText(part, shop, remarks)]
    case 'repeat':
      return [{ ...part, text: suitText(part.text, shop, remarks) }]
    case 'split':
      return [{ ...part, match: all(part.match), otherwise: all(part.otherwise) }]
    case 'experiment':
      return [{ ...part, variants: part.variants.map(variant => ({ ...variant, parts: all(variant.parts) })) }]
    case 'purchase':
      return [{ ...part, bought: all(part.bought), silent: all(part.silent) }]
    case 'product_choice':
    case 'purchase_offer':
      return [suitOffering({ ...part, taken: all(part.taken), silent: all(part.silent) }, shop, remarks)]
    case 'webhook':
      return suitCall(part, shop, remarks)
    default:
      return [part]
  }
}

/** `complaint -> https://hooks.shop.example/care`: what only webhooks may lead to is a webhook's. */
const isCall = (url: string, shop: FlowShop): boolean =>
  isPlain(url) && linkHosts(shop.webhookHosts)(url) && shop.linkHosts.length > 0 && !linkHosts(shop.linkHosts)(url)

function withoutLink({ link: _, bareLink: __, ...text }: TextPart): TextPart {
  return text
}

function suitText(text: TextPart, shop: FlowShop, remarks: Remarks): TextPart {
  const { discount: said, link: written, ...rest } = text
  const all = (parts: readonly Part[]) => suitAll(parts, shop, remarks)
  const discount = said === undefined ? undefined : boundDiscount(said, shop, remarks)
  const link = linkOf(written, text.clicked !== undefined, shop, remarks)
  return {
    ...rest,
    ...(discount === undefined ? {} : { discount }),
    ...(link === undefined ? {} : { link }),
    replies: text.replies.map(({ intent, parts }) => ({ intent, parts: all(parts) })),
    ...(text.clicked === undefined ? {} : { clicked: all(text.clicked) }),
    ...(text.silent === undefined ? {} : { silent: { ...text.silent, parts: all(text.silent.parts) } }),
  }
}

function suitOffering({ discount: said, ...part }: OfferingPart, shop: FlowShop, remarks: Remarks): OfferingPart {
  const discount = said === undefined ? undefined : boundDiscount(said, shop, remarks)
  return discount === undefined ? part : { ...part, discount }
}

/** No more than the shop gives, in its currency; undefined where nothing can be given. */
function boundDiscount(discount: FlowDiscount, shop: FlowShop, { corrections }: Remarks): FlowDiscount | undefined {
  if (discount.type === 'free_shipping') return discount
  const { currency, ...rest } = discount
  if (discount.type === 'amount' && currency !== undefined && currency !== shop.currency)
    corrections.push(`The shop counts in ${shop.currency}: ${discount.value} off is in that, not in ${currency}.`)
  const most = discount.type === 'percent' ? shop.maxDiscountPercent : shop.maxDiscountAmount
  const says = (value: number) => (discount.type === 'percent' ? `${value} %` : `${shop.currency} ${value}`)
  if (!(discount.value > 0)) {
    corrections.push(`${says(discount.value)} off is no offer: it was left out.`)
    return undefined
  }
  const known = (discount.type === 'amount' ? { ...rest, currency: shop.currency } : rest) as FlowDiscount
  if (discount.value <= most) return known
  corrections.push(
    most > 0
      ? `${says(discount.value)} off cannot be: ${says(most)}, the most that the shop gives, was taken.`
      : `${says(discount.value)} off cannot be: the shop gives none.`,
  )
  return most > 0 ? ({ ...known, value: most } as FlowDiscount) : undefined
}

/** Where a text leads: what was said, if the shop's links may lead there; what a click needs, if nothing was. */
function linkOf(
  link: string | undefined,
  needed: boolean,
  shop: FlowShop,
  { assumptions, corrections }: Remarks,
): string | undefined {
  const may = linkHosts(shop.linkHosts.length > 0 ? shop.linkHosts : undefined)
  if (link !== undefined) {
    if (isPlain(link) && may(link)) return link
    corrections.push(`The link ${link.slice(0, 100)} leads to a host that is not the shop's: it was left out.`)
  }
  if (!needed) return undefined
  const host = shop.linkHosts.find(name => !name.startsWith('*.')) ?? shop.linkHosts[0]?.replace(/^\*/, 'www') ?? 'shop.example'
  const stand = `https://${host}/`
  assumptions.push(`A click is waited for and no link was said: ${stand} stands for it.`)
  return stand
}

function isPlain(url: string): boolean {
  if (url.length > 2000 || !/^https?:\/\/[^\s/]+(\/[^\s]*)?$/.test(url) || !URL.canParse(url)) return false
  const { hostname, username, password } = new URL(url)
  return (
    username === '' && password === '' && hostname.includes('.') && !/^[\d.]+$|^\[|\.local$|\.internal$|localhost/.test(hostname)
  )
}

function suitCall(part: Extract<Part, { kind: 'webhook' }>, shop: FlowShop, { corrections }: Remarks): Part[] {
  const { url } = part
  if (!isPlain(url) || !linkHosts(shop.webhookHosts)(url)) {
    corrections.push(`${url.slice(0, 100)} is on no host that the shop lets webhooks call: the call was left out.`)
    return []
  }
  if (!/^http:/.test(url) || shop.webhooksMayBePrivate === true) return [part]
  corrections.push(`${url.slice(0, 100)} is called by https.`)
  return [{ ...part, url: overHttps(url) }]
}

/** A window in which texts may go: one that lies within quiet hours gives way to the hours that do not. */
function open(moment: MomentPart, { quiet }: FlowShop, { corrections }: Remarks): MomentPart {
  const { window } = moment
  if (window === undefined || quiet === undefined || overlaps(window, quiet)) return moment
  const clock = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  const hours = { from: clock(quiet.to), to: clock(quiet.from) }
  corrections.push(`${window.from} to ${window.to} is within the shop's quiet hours: texts go from ${hours.from} to ${hours.to}.`)
  return { ...moment, window: hours }
}
