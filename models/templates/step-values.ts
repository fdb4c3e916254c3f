import { DateTime, Duration } from 'luxon'
import type { Language } from '../text/language.ts'
import type { Values } from './fill-template.ts'

/** As in contracts/flow.schema.json. `expiresAfter` is an ISO 8601 duration. */
export interface Discount {
  readonly type: 'percent' | 'amount' | 'free_shipping'
  readonly value?: number | undefined
  readonly currency?: string | undefined
  readonly code?: string | undefined
  readonly expiresAfter?: string | undefined
}

/** A message step and its shop: what is the same for all who get it in one language. */
export interface StepFacts {
  readonly discount?: Discount | undefined
  readonly link?: string | undefined
  readonly shop?: string | undefined
  /** ISO 4217, where the discount names none. */
  readonly currency: string
  /** Epoch ms, and the IANA name of the zone by which days are told. */
  readonly now: number
  readonly zone: string
}

/** What stands in a text for what a step gives, in the words of a language. What the step does not give is absent. */
export function stepValues({ discount, link, shop, currency, now, zone }: StepFacts, language: Language): Values {
  return {
    shop,
    link,
    discount: discount && discountText(discount, currency, language),
    code: discount?.code,
    expires: discount?.expiresAfter === undefined ? undefined : dayText(now, discount.expiresAfter, zone, language),
  }
}

/** `Rs 2,500`, `2,500 روپے`, `GBP 2.55`: an amount of major units as texts write it. */
export function priceText(amount: number, currency: string, language: Language): string {
  const digits = amount.toLocaleString('en-US', {
    minimumFractionDigits: Number.isInteger(amount) ? 0 : 2,
    maximumFractionDigits: 2,
  })
  if (currency !== 'PKR') return `${currency} ${digits}`
  return language === 'urdu' ? `${digits} روپے` : `Rs ${digits}`
}

const OFF: Readonly<Record<Language, string>> = { english: 'off', 'roman-urdu': 'discount', urdu: 'رعایت' }
const FREE_SHIPPING: Readonly<Record<Language, string>> = {
  english: 'free delivery',
  'roman-urdu': 'muft delivery',
  urdu: 'مفت ڈیلیوری',
}

/** `20% off`, `Rs 500 off`, `free delivery`: what one gets, as a noun. */
function discountText({ type, value = 0, currency }: Discount, ours: string, language: Language): string {
  if (type === 'free_shipping') return FREE_SHIPPING[language]
  return `${type === 'percent' ? `${value}%` : priceText(value, currency ?? ours, language)} ${OFF[language]}`
}

const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  english: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
  'roman-urdu': 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
  urdu: 'جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر'.split(' '),
}

/** The day on which it is over, by the clock of the zone: `31 Dec`. */
function dayText(now: number, after: string, zone: string, language: Language): string {
  const end = DateTime.fromMillis(now, { zone }).plus(Duration.fromISO(after))
  return `${end.day} ${MONTHS[language][end.month - 1]}`
}
