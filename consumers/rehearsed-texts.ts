import type { Effect } from '../models/flow/run/run.ts'
import { LANGUAGES } from '../models/flow/text-rules.ts'
import { capsReach } from '../models/sms-caps.ts'
import { type SmsParts, smsParts } from '../models/sms-parts.ts'
import { smsText } from '../models/sms-text.ts'
import { fillTemplate, type Values } from '../models/templates/fill-template.ts'
import { longest } from '../models/templates/placeholder.ts'
import { stepValues } from '../models/templates/step-values.ts'
import { placesOf, readTemplate, type Template } from '../models/templates/template.ts'
import type { Language } from '../models/text/language.ts'
import { type Admission, admit, type SmsFacts, type SmsRules } from './sms-admission.ts'

export interface RehearsedTextsPlan {
  readonly rules: SmsRules
  /** What `{{shop}}` stands for. */
  readonly shop: string | undefined
  readonly currency: string
  /** What a text shows in its link's stead, where links are made short. */
  readonly shortLink: string | undefined
  /** History that tells of no phones and no consent, as a file of purchases does: everybody counts as reachable who has not said no. */
  readonly reachable: boolean
}

export type Send = Extract<Effect, { type: 'send' }>

/** What the ledger would find of a customer at an instant. */
export interface Addressed {
  readonly customerId: string
  readonly firstName: string | undefined
  readonly phone: string | undefined
  readonly consent: 'granted' | 'revoked' | undefined
  readonly stopped: boolean
  readonly whereabouts: SmsFacts['whereabouts']
}

/** As a text would go. */
export interface WrittenText extends SmsParts {
  readonly language: Language
  /** Something in it is not known: it is counted as long as it may be. */
  readonly standsIn: boolean
}

export type TextFate =
  | { readonly fate: 'sent'; readonly text: WrittenText }
  | { readonly fate: 'suppressed'; readonly reason: string }
  | { readonly fate: 'waits'; readonly until: number }

/** A number that is valid and in no country: who has it lives by the shop's clock. */
const NOWHERE = '+80012345678'
/** Texts are remembered by what is in them. */
const REMEMBERED = 50_000

/**
 * What would become of texts: the rules are those that the ledger asks right before a text goes (`admit`), at the instant of the virtual clock, with
 * what had gone to the phone by then. Nothing is sent.
 */
export class RehearsedTexts {
  private readonly plan: RehearsedTextsPlan
  private readonly reach: number
  /** When marketing texts went, by phone, or by customer where there is none. */
  private readonly went = new Map<string, number[]>()
  private readonly remembered = new Map<string, WrittenText | string>()

  constructor(plan: RehearsedTextsPlan) {
    this.plan = plan
    this.reach = capsReach(plan.rules.caps)
  }

  /** Asks for a text at an instant (epoch ms). One that is sent counts from then on. */
  ask(send: Send, to: Addressed, now: number): TextFate {
    const written = this.written(send, to.firstName)
    // The dispatcher has one word for all that cannot be filled, and it comes before every other rule.
    if (typeof written === 'string') return { fate: 'suppressed', reason: 'value_missing' }
    const admission = this.admission(send, to, now)
    if (admission.verdict === 'wait') return { fate: 'waits', until: admission.until }
    if (admission.verdict === 'suppress') return { fate: 'suppressed', reason: admission.reason }
    this.count(to, now)
    return { fate: 'sent', text: written }
  }

  /** A text that went otherwise, in the history itself. */
  count({ customerId, phone }: Pick<Addressed, 'customerId' | 'phone'>, at: number): void {
    if (this.reach === 0) return
    const key = phone ?? customerId
    const times = (this.went.get(key) ?? []).filter(before => before > at - this.reach)
    this.went.set(key, [...times, at])
  }

  private admission(send: Send, to: Addressed, now: number): Admission {
    const { rules, reachable } = this.plan
    const { customerId, phone, consent, stopped, whereabouts } = to
    return admit(rules, {
      class: 'marketing',
      seal: 'open',
      phone: reachable ? (phone ?? NOWHERE) : phone,
      customerId,
      campaignId: send.campaignId,
      consent: reachable ? (consent ?? 'granted') : consent,
      stopped,
      whereabouts,
      went: this.went.get(phone ?? customerId) ?? [],
      now,
    })
  }

  /** The text as the customer would get it, or why it cannot be written. */
  private written(send: Send, firstName: string | undefined): WrittenText | string {
    const day = send.discount?.expiresAfter === undefined ? 0 : Math.floor(send.at / 86_400_000)
    const key = [send.campaignId, send.version, send.step, day, firstName ?? '\0'].join('\u001f')
    const known = this.remembered.get(key)
    if (known !== undefined) return known
    if (this.remembered.size >= REMEMBERED) this.remembered.clear()
    const text = this.write(send, firstName)
    this.remembered.set(key, text)
    return text
  }

  private write(send: Send, firstName: string | undefined): WrittenText | string {
    const read = readTemplate(send.content, { discount: send.discount })
    if ('problems' in read) return read.problems[0]!.message
    const { template } = read
    const language = send.language === undefined ? template.language : LANGUAGES[send.language]
    const { shop, currency, shortLink, rules } = this.plan
    const facts = { discount: send.discount, shop, currency, now: send.at, zone: rules.zone, link: '{{link}}' }
    const own: Values = { ...stepValues(facts, language), first_name: firstName }
    const offered = offeredIn(send, template)
    const filled = fillTemplate({ ...template, language }, { ...own, ...offered.values })
    if (!('text' in filled)) return filled.message
    const text = [filled.text, ...offered.lines].join('\n')
    return { language, ...smsParts(smsText(text, send.link, shortLink)), standsIn: offered.standsIn }
  }
}

/** Products of a text. Which ones somebody would have been recommended then nobody knows: letters as many as may be stand for each. */
function offeredIn({ choices, count }: Send, template: Template): { values: Values; lines: string[]; standsIn: boolean } {
  const places = placesOf(template).filter(place => place.startsWith('product') || place === 'price')
  const labels = Array.isArray(choices) ? choices.map(({ label }) => label) : []
  const named = (i: number) => labels[i] ?? 'x'.repeat(longest.product)
  const lists = choices !== undefined && !places.some(place => place.startsWith('product'))
  const many = lists ? Math.min(count ?? (choices === 'recommended' ? 3 : 10), choices === 'recommended' ? 10 : labels.length) : 0
  const lines = Array.from({ length: many }, (_, i) => `${i + 1}. ${named(i)}`)
  const values: Values = { product: named(0), product_2: named(1), product_3: named(2), price: '9'.repeat(longest.price) }
  const unknown = [...places, ...lines].some((_, i) => labels[i] === undefined) || places.includes('price')
  return { values, lines, standsIn: unknown }
}
