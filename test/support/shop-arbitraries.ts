import fc from 'fast-check'
import { type PlainLine, type PlainProduct, shopOf } from './random-shop.ts'

const DAY = 86_400_000
const BEGIN = Date.UTC(2024, 0, 1)
const words = ['green', 'black', 'tea', 'cup', 'pot', 'blue']

const product: fc.Arbitrary<PlainProduct> = fc
  .record({
    name: fc.subarray(words, { maxLength: 3 }).map(all => all.join(' ')),
    category: fc.constantFrom('', 'drinks', 'cups', 'toys'),
    price: fc.option(fc.constantFrom(0, 1, 2.5, 9.99, 120), { nil: undefined, freq: 8 }),
    known: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  })
  .map(({ price, ...rest }) => (price === undefined ? rest : { ...rest, price }))

/** Small shops of up to a year and a half, some lines of the same minute, given away, or come back. */
export const smallShops = (mostProducts = 12, mostLines = 80) =>
  fc.integer({ min: 1, max: 8 }).chain(customers =>
    fc.array(product, { minLength: 1, maxLength: mostProducts }).chain(products =>
      fc
        .array(
          fc.record({
            customer: fc.nat(customers - 1),
            product: fc.nat(products.length - 1),
            at: fc
              .tuple(fc.integer({ min: 0, max: 550 }), fc.constantFrom(0, 1, 40))
              .map(([day, minutes]) => BEGIN + day * DAY + minutes * 60_000),
            quantity: fc.oneof(
              { weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) },
              { weight: 1, arbitrary: fc.constantFrom(-1, 0) },
            ),
            price: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(1, 2.5, 9.99) }, { weight: 1, arbitrary: fc.constant(0) }),
          }),
          { maxLength: mostLines },
        )
        .map((lines: PlainLine[]) => ({ customers, products, lines, shop: shopOf(customers, products, lines) })),
    ),
  )
