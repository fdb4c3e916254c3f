import { expect, test } from 'vitest'
import { countryZone, customerZone } from '../../models/customer-zone.ts'
import { isZone } from '../../models/local-time.ts'

test.each([
  [{ timeZone: 'Europe/Oslo', city: 'Lahore', country: 'GB' }, 'Europe/Oslo'],
  [{ timeZone: 'Mars/Olympus', city: 'Lahore', country: 'GB' }, 'Asia/Karachi'],
  [{ timeZone: '', city: ' LONDON ', country: 'PK' }, 'Europe/London'],
  [{ city: 'Lahore, Pakistan' }, 'Asia/Karachi'],
  [{ city: 'Rahim-Yar-Khan' }, 'Asia/Karachi'],
  [{ city: 'اسلام آباد' }, 'Asia/Karachi'],
  [{ city: 'كراچي' }, 'Asia/Karachi'], // from an Arabic keyboard
  [{ city: 'Atlantis', country: 'ae' }, 'Asia/Dubai'],
  [{ city: 'Atlantis', country: 'US' }, 'Asia/Tokyo'],
  [{ city: 'Hyderabad' }, 'Asia/Tokyo'], // there are two
  [{}, 'Asia/Tokyo'],
])('%j lives by the clock of %s', (where, zone) => {
  expect(customerZone(where, 'Asia/Tokyo')).toBe(zone)
})

test('every zone of the tables is one', () => {
  for (let a = 65; a <= 90; a++)
    for (let b = 65; b <= 90; b++) {
      const zone = countryZone(String.fromCharCode(a, b))
      if (zone !== undefined) expect([zone, isZone(zone)]).toEqual([zone, true])
    }
  for (const city of [
    'dubai',
    'riyadh',
    'doha',
    'mumbai',
    'dhaka',
    'kabul',
    'penang',
    'singapore',
    'ankara',
    'bergen',
    'lyon',
    'munich',
  ])
    expect(isZone(customerZone({ city }, 'none'))).toBe(true)
  for (const city of [
    'miami',
    'dallas',
    'denver',
    'mesa',
    'seattle',
    'ottawa',
    'calgary',
    'burnaby',
    'sydney',
    'melbourne',
    'perth',
  ])
    expect(isZone(customerZone({ city }, 'none'))).toBe(true)
})
