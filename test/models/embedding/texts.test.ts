import { describe, expect, test } from 'vitest'
import { productText } from '../../../models/embedding/product-text.ts'
import { readsAsEnglish } from '../../../models/embedding/reads-as-english.ts'

describe('what of a product is embedded', () => {
  test('its name, category, brand and tags, as far as they are known', () => {
    expect(productText({ name: 'Mug', category: 'Kitchen', brand: 'Nishat', tags: ['blue', 'gift'] })).toBe(
      'Mug Kitchen Nishat blue gift',
    )
    expect(productText({ brand: 'Nishat' })).toBe('Nishat')
    expect(productText({})).toBe('')
  })

  test('of a thousand tags the first twenty', () => {
    const tags = Array.from({ length: 1000 }, (_, i) => `t${i}`)
    expect(productText({ tags }).split(' ')).toEqual(tags.slice(0, 20))
  })
})

describe('which texts a model taught in English is asked', () => {
  test.each([
    ['message', 'I want my money back, this is not what I ordered', true],
    ['message', 'mera order abhi tak nahi aya, bohat bura hai', false],
    ['message', 'میرا آرڈر ابھی تک نہیں آیا', false],
    ['message', 'zabardast', false],
    ['message', '我的订单还没有到', false],
    ['message', '', false],
    ['product', 'Blue ceramic mug Kitchen', true],
    ['product', 'khanay ki mez', false],
    ['product', 'نیلا کپ Blue', false],
    ['product', '12345', false],
  ] as const)('%s “%s”: %s', (kind, text, asked) => {
    expect(readsAsEnglish(kind, text)).toBe(asked)
  })
})
