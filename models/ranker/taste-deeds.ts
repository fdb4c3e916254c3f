import type { Taste } from '../taste.ts'
import { DEED, type Deed } from './histories.ts'
import { type Past, pastOf } from './past.ts'

/** Tells what a taste remembers of what its customer did. */
export function forEachDeed(
  { bought, looked, disliked, at }: Pick<Taste, 'at' | 'bought' | 'looked' | 'disliked'>,
  tell: (productId: string, at: number, deed: Deed) => void,
): void {
  for (const [productId, { sittings }] of bought) for (const sitting of sittings) tell(productId, sitting, 'bought')
  for (const [productId, when] of looked) tell(productId, when, 'looked')
  for (const productId of disliked) tell(productId, at, 'disliked')
}

/** The past of one customer, by the numbers of a ranker: what the same deeds would give among all histories. */
export function pastOfTaste(taste: Taste, numberOf: (productId: string) => number | undefined): Past {
  const numbers: number[] = []
  const local = new Map<string, number>()
  const deeds: { product: number; at: number; deed: number }[] = []
  forEachDeed(taste, (productId, at, deed) => {
    let product = local.get(productId)
    if (product === undefined) {
      product = numbers.length
      local.set(productId, product)
      numbers.push(numberOf(productId) ?? -1)
    }
    deeds.push({ product, at, deed: DEED[deed] })
  })
  deeds.sort((a, b) => a.at - b.at)
  return pastOf(
    {
      customers: [''],
      products: [...local.keys()],
      starts: Int32Array.of(0, deeds.length),
      product: Int32Array.from(deeds, deed => deed.product),
      at: Float64Array.from(deeds, deed => deed.at),
      deed: Uint8Array.from(deeds, deed => deed.deed),
    },
    0,
    deeds.length,
    Int32Array.from(numbers),
  )
}
