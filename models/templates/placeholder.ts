/** What a text may leave open until it is known to whom it goes (contracts/flow-rules.md, rule 6). */
export const placeholders = [
  'first_name',
  'product',
  'product_2',
  'product_3',
  'price',
  'link',
  'discount',
  'code',
  'shop',
  'expires',
] as const

export type Placeholder = (typeof placeholders)[number]

export const isPlaceholder = (name: string): name is Placeholder => (placeholders as readonly string[]).includes(name)

/**
 * So many UTF-16 code units a value may have, which is what makes the parts of a text foreseeable. Names of people and products are
 * shortened to it, everything else is refused beyond it: half a price is another price. A link is as long as it is.
 */
export const longest: Readonly<Record<Exclude<Placeholder, 'link'>, number>> = {
  first_name: 24,
  product: 40,
  product_2: 40,
  product_3: 40,
  price: 20,
  discount: 24,
  code: 20,
  shop: 30,
  expires: 20,
}
