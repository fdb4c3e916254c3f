import { expect, test } from 'vitest'
import { linkHosts } from '../../models/link-hosts.ts'

const mayLinkTo = linkHosts(['shop.pk', '*.shop.example', 'xn--mgb2d4a.pk'])

test.each([
  'https://shop.pk',
  'http://SHOP.pk:8080/sale?id=1#top',
  'https://shop.pk./sale',
  'https://a.shop.example/x',
  'https://a.b.shop.example',
  'https://xn--mgb2d4a.pk/',
])('%s is one of the hosts', link => {
  expect(mayLinkTo(link)).toBe(true)
})

test.each([
  'https://evil.pk',
  'https://shop.pk@evil.pk/',
  'https://shop.pk.evil.pk/',
  'https://evilshop.pk/',
  'https://evil.pk/shop.pk',
  'https://evil.pk/?u=https://shop.pk',
  'https://evil.pk\\@shop.pk',
  'https://shop.example/',
  'https://evilshop.example/',
  'https://a.shop.pk/',
])('%s only looks like one: it would let a text lead elsewhere', link => {
  expect(mayLinkTo(link)).toBe(false)
})

test('any host is one where none is named', () => {
  expect(linkHosts(undefined)('https://evil.pk')).toBe(true)
})
