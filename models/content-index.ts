import { ProductSums } from './product-sums.ts'
import { normalText, tokensOf } from './text/normal-text.ts'

/** How many words stand for a customer's liking, the strongest first. */
export const WORDS = 16
/** Of those, the rarest are gone through until they have brought this many products together: what more of them have tells less, and costs more. */
export const MET = 2000
/** Products that have less in common than this are not alike. */
export const ALIKE = 0.25

/** A product, and how much somebody is drawn to it. */
export interface Liked {
  readonly product: number
  readonly interest: number
}

/** How much each word draws somebody, by its number, and the length of all of them together. */
export interface Liking {
  readonly weights: ReadonlyMap<number, number>
  readonly length: number
}

/**
 * What products say of themselves, for finding others that say the same: TF-IDF and cosine (Salton & Buckley 1988), each word of a product
 * counting once. Weights come from the counts of this moment, so nothing has to be learnt when the catalogue changes.
 */
export class ContentIndex {
  private readonly numbers = new Map<string, number>()
  /** By word: the products that have it. */
  private readonly having: number[][] = []
  /** By product: its words. */
  private readonly words: (readonly number[] | undefined)[] = []
  private readonly texts: (string | undefined)[] = []
  private count = 0
  /** Counts changes: what was worked out before the last one has to be worked out anew. */
  private version = 0
  private readonly lengths: { version: number; length: number }[] = []
  private readonly dots = new ProductSums()
  /** Logarithms of counts: a scoring asks for thousands of them. */
  private readonly logs: number[] = [0]

  /** Takes a product's text; an empty one takes it out. */
  set(product: number, text: string): void {
    if (this.texts[product] === text) return
    this.texts[product] = text
    this.version++
    const before = this.words[product] ?? []
    for (const word of before) remove(this.having[word]!, product)
    const now = [...new Set(tokensOf(normalText(text)).filter(token => /[\p{L}\p{N}]/u.test(token)))].map(token =>
      this.number(token),
    )
    for (const word of now) this.having[word]!.push(product)
    this.words[product] = now
    this.count += Math.sign(now.length) - Math.sign(before.length)
  }

  /** What somebody is drawn to, in words: the sum of the vectors of what they like. */
  likingOf(liked: readonly Liked[]): Liking {
    const weights = new Map<number, number>()
    for (const { product, interest } of liked) {
      const length = this.lengthOf(product)
      if (length === 0) continue
      for (const word of this.words[product]!)
        weights.set(word, (weights.get(word) ?? 0) + (interest * this.rarity(word)) / length)
    }
    let squares = 0
    for (const weight of weights.values()) squares += weight * weight
    return { weights, length: Math.sqrt(squares) }
  }

  /** Cosine of a liking and a product (0.25–1), 0 where it is less. */
  cosine({ weights, length }: Liking, product: number): number {
    let dot = 0
    for (const word of this.words[product] ?? []) dot += (weights.get(word) ?? 0) * this.rarity(word)
    return dot === 0 ? 0 : enough(dot / length / this.lengthOf(product))
  }

  /** Visits products whose words are those of a liking, each with the cosine of the two, in no promised order. What is liked too. */
  forEachAlike({ weights, length }: Liking, visit: (product: number, cosine: number) => void): void {
    const { dots } = this
    const telling = [...weights].map(([word, weight]) => ({ word, weight: weight * this.rarity(word) }))
    telling.sort((a, b) => b.weight - a.weight)
    const rarest = telling.slice(0, WORDS).sort((a, b) => this.having[a.word]!.length - this.having[b.word]!.length)
    let met = 0
    for (const { word, weight } of rarest) {
      const having = this.having[word]!
      if (met > 0 && met + having.length > MET) break
      met += having.length
      for (let i = 0; i < having.length; i++) dots.add(having[i]!, weight)
    }
    for (const product of dots.touched) {
      const cosine = enough(dots.of(product) / length / this.lengthOf(product))
      if (cosine > 0) visit(product, cosine)
    }
    dots.clear()
  }

  /** Cosine of two products, 0–1; 0 where either says nothing. */
  alike(a: number, b: number): number {
    const [one, other] = [this.words[a] ?? [], this.words[b] ?? []]
    let dot = 0
    for (let i = 0; i < one.length; i++)
      for (let j = 0; j < other.length; j++) if (one[i] === other[j]) dot += this.rarity(one[i]!) ** 2
    return dot === 0 ? 0 : Math.min(1, dot / this.lengthOf(a) / this.lengthOf(b))
  }

  /** The words of a product, by their numbers. */
  wordsOf(product: number): readonly number[] {
    return this.words[product] ?? []
  }

  /** The products that have a word, in no promised order. */
  havingWord(word: number): readonly number[] {
    return this.having[word]!
  }

  /** How many words there are. */
  get vocabulary(): number {
    return this.having.length
  }

  /** Inverse document frequency; 0 for a word that every product has. */
  rarity(word: number): number {
    return this.log(this.count) - this.log(this.having[word]!.length)
  }

  /** Of a product's vector; 0 where it has no word that tells. */
  lengthOf(product: number): number {
    const known = this.lengths[product]
    if (known?.version === this.version) return known.length
    let squares = 0
    for (const word of this.words[product] ?? []) squares += this.rarity(word) ** 2
    const length = Math.sqrt(squares)
    this.lengths[product] = { version: this.version, length }
    return length
  }

  private log(count: number): number {
    for (let n = this.logs.length; n <= count; n++) this.logs.push(Math.log(n))
    return this.logs[count]!
  }

  private number(token: string): number {
    const known = this.numbers.get(token)
    if (known !== undefined) return known
    const word = this.having.length
    this.numbers.set(token, word)
    this.having.push([])
    return word
  }
}

const enough = (cosine: number): number => (cosine < ALIKE ? 0 : Math.min(1, cosine))

function remove(products: number[], product: number): void {
  products[products.indexOf(product)] = products.at(-1)!
  products.pop()
}
