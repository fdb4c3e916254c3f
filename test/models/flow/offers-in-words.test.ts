import { expect, test } from 'vitest'
import { amountsOffered, percentsOffered } from '../../../models/flow/offers-in-words.ts'

test.each<[string, number[]]>([
  ['20% off', [20]],
  ['Get 20 percent discount', [20]],
  ['20% ki riayat', [20]],
  ['save up to 35%', [35]],
  ['۲۰ فیصد رعایت', [20]],
  ['٪۲۰', []],
  ['flat 12.5% today', [12.5]],
  ['half price', [50]],
  ['آدھی قیمت', [50]],
  ['100% cotton', []],
  ['our 20th birthday', []],
  ['90% of customers liked it', []],
  ['Rs 500 off', []],
])('"%s" offers %j percent', (text, percents) => {
  expect(percentsOffered(text)).toEqual(percents)
})

test.each<[string, number[]]>([
  ['Rs 500 off', [500]],
  ['Rs. 1,500 discount', [1500]],
  ['save $20 today', [20]],
  ['500 rupaye ki chhoot', [500]],
  ['۵۰۰ روپے کی رعایت', [500]],
  ['only Rs 500', []],
  ['20% off', []],
  ['order 2 off the list', []],
])('"%s" offers %j', (text, amounts) => {
  expect(amountsOffered(text)).toEqual(amounts)
})
