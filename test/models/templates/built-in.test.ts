import { describe, expect, test } from 'vitest'
import { gsmText } from '../../../models/gsm-text.ts'
import { smsParts } from '../../../models/sms-parts.ts'
import { builtIn, builtIns } from '../../../models/templates/built-in.ts'
import { fillTemplate } from '../../../models/templates/fill-template.ts'
import { purposes } from '../../../models/templates/purpose.ts'
import { stepValues } from '../../../models/templates/step-values.ts'
import { placesOf } from '../../../models/templates/template.ts'
import { worstParts } from '../../../models/templates/worst-parts.ts'
import { languages } from '../../../models/text/language.ts'

const step = {
  discount: { type: 'percent', value: 20, code: 'WAPSI20', expiresAfter: 'P7D' },
  link: 'https://s.example.pk/r/0123456789A',
  shop: 'Bazaar',
  currency: 'PKR',
  now: Date.parse('2026-03-20T20:00:00Z'),
  zone: 'Asia/Karachi',
} as const
const customer = { first_name: 'Ayesha', product: 'Ceramic Tea Set', price: 'Rs 2,500' }

describe.each(languages.flatMap(language => purposes.map(purpose => [purpose, language] as const)))(
  '%s in %s',
  (purpose, language) => {
    const all = builtIns(purpose, language)

    test('its words are of that language, and it has a text for a customer of whom nothing is known', () => {
      expect(all.map(template => template.language)).toEqual(all.map(() => language))
      expect(placesOf(all.at(-1)!)).toEqual(['first_name'])
    })

    test('it takes one part in Latin letters and two in Urdu, and with any name and product never more than three', () => {
      for (const template of all) {
        const filled = fillTemplate(template, { ...customer, ...stepValues(step, language) })
        if ('refused' in filled) throw new Error(filled.message)
        const { encoding, parts } = smsParts(gsmText(filled.text))
        expect(encoding).toBe(language === 'urdu' ? 'UCS-2' : 'GSM-7')
        expect(parts).toBeLessThanOrEqual(language === 'urdu' ? 2 : 1)
        expect(worstParts(template, stepValues(step, language)).parts).toBeLessThanOrEqual(3)
        expect(worstParts(template).parts).toBeLessThanOrEqual(4)
      }
    })

    test('it reads well without a name', () => {
      for (const template of all) {
        const filled = fillTemplate(template, { product: 'Tea', price: 'Rs 5', ...stepValues(step, language) })
        if ('refused' in filled) throw new Error(filled.message)
        expect(filled.text).not.toMatch(/ {2}|^\s|\s$|^[,.!:،۔]| [,.!:،]|[,،]{2}|valued|sarif|صارف/)
      }
    })
  },
)

test('a text uses what is there and nothing that is not', () => {
  const used = (there: Parameters<typeof builtIn>[2]) => placesOf(builtIn('win_back', 'english', there))
  expect(used([])).toEqual(['first_name'])
  expect(used(['shop', 'link'])).toEqual(['first_name', 'shop', 'link'])
  expect(used(['shop', 'link', 'discount', 'code'])).toEqual(['first_name', 'shop', 'discount', 'code', 'link'])
  expect(used(['discount', 'product'])).toEqual(['first_name'])
})

test.each([
  [{ type: 'percent', value: 20 }, '20% off', '20% discount', '20% رعایت'],
  [{ type: 'amount', value: 1500 }, 'Rs 1,500 off', 'Rs 1,500 discount', '1,500 روپے رعایت'],
  [{ type: 'amount', value: 2.5, currency: 'GBP' }, 'GBP 2.50 off', 'GBP 2.50 discount', 'GBP 2.50 رعایت'],
  [{ type: 'free_shipping' }, 'free delivery', 'muft delivery', 'مفت ڈیلیوری'],
] as const)('a discount %j is told in each language', (discount, ...told) => {
  expect(languages.map(language => stepValues({ ...step, discount }, language).discount)).toEqual(told)
})

test('a discount is over on a day of the clock where the shop is', () => {
  expect(languages.map(language => stepValues(step, language).expires)).toEqual(['28 Mar', '28 Mar', '28 مارچ'])
})
