import { SmsCost } from '../models/sms-cost.ts'
import { type SmsParts, smsParts } from '../models/sms-parts.ts'
import { smsText } from '../models/sms-text.ts'
import { fillTemplate, type Values } from '../models/templates/fill-template.ts'
import { placesOf, type Template } from '../models/templates/template.ts'
import type { Language } from '../models/text/language.ts'
import { admit, type SmsFacts, type SmsRules } from './sms-admission.ts'

/** One of an audience. */
export interface Addressee {
  /** Of a marketing text, as the ledger would read them now. */
  readonly facts: SmsFacts
  /** What the customer reads, where that is known. */
  readonly language: Language | undefined
  /** What is known of the customer, as a language says it: the name, products, a price. */
  readonly values: (language: Language) => Values
  /** The phone, where other customers have it too: with caps, texts to one of them count for all. */
  readonly sharedPhone?: string | undefined
}

/** What is to be sent. */
export interface PlannedTexts {
  readonly templates: Readonly<Partial<Record<Language, Template>>>
  /** For customers whose language is not known, or has no template. It has one. */
  readonly otherwise: Language
  /** What the step gives, as each language says it. */
  readonly stepValues: (language: Language) => Values
  readonly link: string | undefined
  /** What a text shows in its stead, where links are made short. */
  readonly shortLink: string | undefined
}

/** What would become of an audience now. Those that wait for quiet hours to end are queued: they go. */
export interface SmsPlanned {
  readonly audience: number
  readonly queued: number
  /** Of these, those that wait. */
  readonly waiting: number
  readonly suppressed: Readonly<Record<string, number>>
  readonly cost: SmsCost
}

/** So many texts are remembered by what is in them: many customers have the same name, and so the same parts. */
const REMEMBERED = 100_000

/**
 * What a campaign would come to: every customer goes through the rules that the ledger asks right before a text is sent (`admit`), and each
 * text that would go is written out and counted. So `audience = queued + suppressed`, always; what changes until then (a STOP, a cap that
 * another campaign reaches) is not foreseen.
 */
export class SmsPlan {
  private readonly rules: SmsRules
  private readonly texts: PlannedTexts
  private readonly cost = new SmsCost()
  private readonly suppressed = new Map<string, number>()
  private readonly remembered = new Map<string, SmsParts | string>()
  /** How many texts of this plan go to a phone that several customers have. */
  private readonly planned = new Map<string, number>()
  private audience = 0
  private waiting = 0

  constructor(rules: SmsRules, texts: PlannedTexts) {
    this.rules = rules
    this.texts = texts
  }

  add(addressee: Addressee): void {
    this.audience++
    const facts = this.withPlanned(addressee)
    const now = admit(this.rules, facts)
    // What waits is asked again when it goes: a day later another day's cap holds.
    const admission = now.verdict === 'wait' ? admit(this.rules, { ...facts, now: now.until }) : now
    if (admission.verdict === 'suppress') {
      this.suppress(admission.reason)
      return
    }
    const { templates, otherwise } = this.texts
    const language = addressee.language !== undefined && templates[addressee.language] ? addressee.language : otherwise
    const parts = this.partsOf(language, addressee.values(language))
    if (typeof parts === 'string') {
      this.suppress(parts)
      return
    }
    if (now.verdict === 'wait') this.waiting++
    this.cost.add(language, parts)
    const { sharedPhone } = addressee
    if (sharedPhone !== undefined) this.planned.set(sharedPhone, (this.planned.get(sharedPhone) ?? 0) + 1)
  }

  result(): SmsPlanned {
    const { audience, waiting, cost } = this
    const suppressed = Object.fromEntries([...this.suppressed].sort(([, a], [, b]) => b - a))
    return { audience, queued: cost.texts, waiting, suppressed, cost }
  }

  private suppress(reason: string): void {
    this.suppressed.set(reason, (this.suppressed.get(reason) ?? 0) + 1)
  }

  /** Texts of this plan to the same phone count as if they had gone right now. */
  private withPlanned({ facts, sharedPhone }: Addressee): SmsFacts {
    const before = sharedPhone === undefined ? 0 : (this.planned.get(sharedPhone) ?? 0)
    return before === 0 ? facts : { ...facts, went: [...facts.went, ...Array<number>(before).fill(facts.now)] }
  }

  /** The parts of a text, or the code by which it is refused. */
  private partsOf(language: Language, own: Values): SmsParts | string {
    const template = this.texts.templates[language]!
    const key = placesOf(template).reduce<string>((text, place) => `${text}\u001f${own[place] ?? ''}`, language)
    const known = this.remembered.get(key)
    if (known !== undefined) return known
    if (this.remembered.size >= REMEMBERED) this.remembered.clear()
    const parts = this.written(template, { ...own, ...this.texts.stepValues(language) })
    this.remembered.set(key, parts)
    return parts
  }

  private written(template: Template, values: Values): SmsParts | string {
    const { link, shortLink } = this.texts
    const filled = fillTemplate(template, link === undefined ? values : { ...values, link: '{{link}}' })
    return 'refused' in filled ? filled.refused : smsParts(smsText(filled.text, link, shortLink))
  }
}
