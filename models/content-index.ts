import { ProductSums } from './product-sums.ts'
import { normalText, tokensOf } from './text/normal-text.ts'

/** How many words stand for a customer's liking, the strongest first. */
const WORDS = 16
/** A word that more products have than this tells too little for what going through them costs. */
const COMMON = 2000

/** A product, and how much somebody is drawn to it. */
export interface Liked {
  readonly product: number
  readonly interest: number
}

/**
 * What products say of themselves, for finding others that say the same: TF-IDF and cosine (Salton & Buckley 1988), each word of a product
 * counting once. Weights come from the counts of this moment, so nothing has to be learnt when the catalogue changes.
 */
export class ContentIndex {
  private readonly numbers = new Map<string, number>()
  /** By word: the products that have it. */
  private readonly having: Set<number>[] = []
  /** By product: its words. */
  private readonly words: (readonly number[] | undefined)[] = []
  private readonly texts: (string | undefined)[] = []
  private count = 0
  private readonly dots = new ProductSums()

  /** Takes a product's text; an empty one takes it out. */
  set(product: number, text: string): void {
    if (this.texts[product] === text) return
    this.texts[product] = text
    const before = this.words[product] ?? []
    for (const word of before) this.having[word]!.delete(product)
    const now = [...new Set(tokensOf(normalText(text)).filter(token => /[\p{L}\p{N}]/u.test(token)))].map(token =>
      this.number(token),
    )
    for (const word of now) this.having[word]!.add(product)
    this.words[product] = now
    this.count += Math.sign(now.length) - Math.sign(before.length)
  }

  /** Visits products whose words are those of the liked ones, each with the cosine of the two (0–1), in no promised order. The liked ones too. */
  forEachAlike(liked: readonly Liked[], visit: (product: number, cosine: number) => void): void {
    const profile = this.profileOf(liked)
    const length = Math.sqrt([...profile.values()].reduce((sum, weight) => sum + weight * weight, 0))
    if (length === 0) return
    const { dots } = this
    const telling = [...profile].map(([word, weight]) => ({ word, weight: weight * this.rarity(word) }))
    telling.sort((a, b) => b.weight - a.weight)
    for (const { word, weight } of telling.slice(0, WORDS)) {
      if (this.having[word]!.size > COMMON) continue
      for (const product of this.having[word]!) dots.add(product, weight)
    }
    for (const product of dots.touched) visit(product, Math.min(1, dots.of(product) / length / this.lengthOf(product)))
    dots.clear()
  }

  private profileOf(liked: readonly Liked[]): Map<number, number> {
    const profile = new Map<number, number>()
    for (const { product, interest } of liked) {
      const length = this.lengthOf(product)
      if (length === 0) continue
      for (const word of this.words[product]!)
        profile.set(word, (profile.get(word) ?? 0) + (interest * this.rarity(word)) / length)
    }
    return profile
  }

  /** Inverse document frequency; 0 for a word that every product has. */
  private rarity(word: number): number {
    return Math.log(this.count / this.having[word]!.size)
  }

  private lengthOf(product: number): number {
    let squares = 0
    for (const word of this.words[product] ?? []) squares += this.rarity(word) ** 2
    return Math.sqrt(squares)
  }

  private number(token: string): number {
    const known = this.numbers.get(token)
    if (known !== undefined) return known
    const word = this.having.length
    this.numbers.set(token, word)
    this.having.push(new Set())
    return word
  }
}
