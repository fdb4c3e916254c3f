/** Tags that say what a product is; beyond so many they say what a shop wants to be found for. */
const MOST_TAGS = 20

/**
 * What of a product is embedded: name, category, brand and tags.
 *
 * Not its description: that is mostly what every product of a shop says (care, delivery, size tables), drowns the few words that tell two
 * apart, runs to 50 KB, and changes more often than anything else, each time calling for a new vector.
 */
export const productText = ({ name, category, brand, tags }: DescribedProduct): string =>
  [name, category, brand, ...(tags ?? []).slice(0, MOST_TAGS)].filter(word => word !== undefined && word !== '').join(' ')

export interface DescribedProduct {
  readonly name?: string | undefined
  readonly category?: string | undefined
  readonly brand?: string | undefined
  readonly tags?: readonly string[] | undefined
}
