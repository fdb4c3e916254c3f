import { cityZone } from './city-zones.ts'
import { isZone } from './local-time.ts'

/** What may tell where somebody's clock hangs. */
export interface Whereabouts {
  /** As the shop gave it: an IANA name, if it is right. */
  readonly timeZone?: string | undefined
  readonly city?: string | undefined
  /** ISO 3166-1, two letters. */
  readonly country?: string | undefined
}

/** Countries whose people all, or all but a few, live by one clock (IANA's zone.tab). One that has several is not here: it tells nothing. */
const COUNTRIES: Readonly<Record<string, string>> = {
  PK: 'Asia/Karachi',
  AE: 'Asia/Dubai',
  OM: 'Asia/Dubai',
  SA: 'Asia/Riyadh',
  KW: 'Asia/Riyadh',
  YE: 'Asia/Riyadh',
  QA: 'Asia/Qatar',
  BH: 'Asia/Qatar',
  IQ: 'Asia/Baghdad',
  IR: 'Asia/Tehran',
  JO: 'Asia/Amman',
  LB: 'Asia/Beirut',
  EG: 'Africa/Cairo',
  TR: 'Europe/Istanbul',
  IN: 'Asia/Kolkata',
  BD: 'Asia/Dhaka',
  LK: 'Asia/Colombo',
  NP: 'Asia/Kathmandu',
  AF: 'Asia/Kabul',
  CN: 'Asia/Shanghai',
  HK: 'Asia/Hong_Kong',
  SG: 'Asia/Singapore',
  MY: 'Asia/Kuala_Lumpur',
  TH: 'Asia/Bangkok',
  PH: 'Asia/Manila',
  JP: 'Asia/Tokyo',
  KR: 'Asia/Seoul',
  GB: 'Europe/London',
  IE: 'Europe/Dublin',
  FR: 'Europe/Paris',
  DE: 'Europe/Berlin',
  AT: 'Europe/Vienna',
  CH: 'Europe/Zurich',
  IT: 'Europe/Rome',
  NL: 'Europe/Amsterdam',
  BE: 'Europe/Brussels',
  NO: 'Europe/Oslo',
  SE: 'Europe/Stockholm',
  DK: 'Europe/Copenhagen',
  FI: 'Europe/Helsinki',
  PL: 'Europe/Warsaw',
  GR: 'Europe/Athens',
  KE: 'Africa/Nairobi',
  NG: 'Africa/Lagos',
  ZA: 'Africa/Johannesburg',
  MA: 'Africa/Casablanca',
}

/** The zone that a country goes by; undefined where it has several, or is not in the table. */
export const countryZone = (country: string): string | undefined => COUNTRIES[country.toUpperCase()]

/** The zone that somebody's clock most likely shows: their own word, then their city, then their country, then the shop's. What says nothing is passed over. */
export function customerZone({ timeZone, city, country }: Whereabouts, shop: string): string {
  if (timeZone !== undefined && isZone(timeZone)) return timeZone
  return (city && cityZone(city)) || (country && countryZone(country)) || shop
}
