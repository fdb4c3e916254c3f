import type { CountryCode } from 'libphonenumber-js/min'

/** What an event is read against: the shop's accounting currency, the region of phone numbers without one, and now in epoch ms. */
export interface Shop {
  readonly currency: string
  readonly region: CountryCode
  readonly now: number
}
