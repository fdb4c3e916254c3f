import { ALIKE, type ContentIndex, MET, WORDS } from './content-index.ts'

/** Below this share of what is alike rounding cannot lift it there. */
const NEARLY = 1 - 1e-9

/** Products that say of themselves what those say that a customer touched: `ContentIndex.likingOf` and `forEachAlike` in flat columns, in the same order of sums, for one catalogue and many customers. */
export class BatchAlike {
  /** What was found last: products, and the cosine of each (0.25–1); the first as many as `find` said. */
  readonly product: Int32Array
  readonly cosine: Float64Array
  private readonly lengths: Float64Array
  private readonly rarities: Float64Array
  /** Words of each product, and products of each word. */
  private readonly words: Int32Array[]
  private readonly having: Int32Array[]
  /** Of the customer at hand: how much each word draws them, and which words, in the order they were met. */
  private readonly weight: Float64Array
  private readonly isMet: Uint8Array
  private readonly met: Int32Array
  private readonly dots: Float64Array
  private readonly found: Int32Array
  private readonly isDense: boolean
  private readonly rarest = new Int32Array(WORDS)
  private readonly telling = new Float64Array(WORDS)

  /** @param isDense where all products are gone through each time, and none noted */
  constructor(content: ContentIndex, products: number, isDense: boolean) {
    const words = content.vocabulary
    this.lengths = Float64Array.from({ length: products }, (_, product) => content.lengthOf(product))
    this.rarities = Float64Array.from({ length: words }, (_, word) => content.rarity(word))
    this.words = Array.from({ length: products }, (_, product) => Int32Array.from(content.wordsOf(product)))
    this.having = Array.from({ length: words }, (_, word) => Int32Array.from(content.havingWord(word)))
    this.weight = new Float64Array(words)
    this.isMet = new Uint8Array(words)
    this.met = new Int32Array(words)
    this.dots = new Float64Array(products)
    this.isDense = isDense
    this.found = isDense ? Int32Array.from({ length: products }, (_, product) => product) : new Int32Array(products)
    this.product = new Int32Array(products)
    this.cosine = new Float64Array(products)
  }

  /** Finds what is alike to what is liked, and is not that itself. @param isOwn 1 of what is liked @returns how many products */
  find(touched: Int32Array, interest: Float64Array, size: number, isOwn: Uint8Array): number {
    const { weight, met, isMet } = this
    const count = this.like(touched, interest, size)
    let squares = 0
    for (let k = 0; k < count; k++) squares += weight[met[k]!]! * weight[met[k]!]!
    const products = this.visit(this.choose(count))
    const found = this.keep(products, Math.sqrt(squares), isOwn)
    for (let k = 0; k < count; k++) {
      weight[met[k]!] = 0
      isMet[met[k]!] = 0
    }
    return found
  }

  /** Adds up what the chosen words say of the products that have them. @returns how many products that is */
  private visit(chosen: number): number {
    const { dots, found, having, rarest, telling, isDense } = this
    let [visited, products] = [0, 0]
    for (let k = 0; k < chosen; k++) {
      const those = having[rarest[k]!]!
      if (visited > 0 && visited + those.length > MET) break
      visited += those.length
      const amount = telling[k]!
      if (!(amount > 0)) continue
      for (let i = 0; i < those.length; i++) {
        const product = those[i]!
        const dot = dots[product]!
        dots[product] = dot + amount
        if (!isDense && dot === 0) found[products++] = product
      }
    }
    return isDense ? dots.length : products
  }

  private keep(products: number, length: number, isOwn: Uint8Array): number {
    const { dots, found, lengths, product: kept, cosine: cosines } = this
    // Most are not alike, and a division each is what would cost.
    const least = ALIKE * length * NEARLY
    let size = 0
    for (let k = 0; k < products; k++) {
      const product = found[k]!
      const dot = dots[product]!
      dots[product] = 0
      if (!(dot > 0) || dot < least * lengths[product]! || isOwn[product] === 1) continue
      const cosine = dot / length / lengths[product]!
      if (cosine < ALIKE) continue
      kept[size] = product
      cosines[size++] = Math.min(1, cosine)
    }
    return size
  }

  /** @returns how many words draw the customer */
  private like(touched: Int32Array, interest: Float64Array, size: number): number {
    const { weight, isMet, met, rarities } = this
    let count = 0
    for (let k = 0; k < size; k++) {
      const product = touched[k]!
      const length = this.lengths[product]!
      if (length === 0) continue
      const words = this.words[product]!
      for (let i = 0; i < words.length; i++) {
        const word = words[i]!
        if (isMet[word] === 0) {
          isMet[word] = 1
          met[count++] = word
        }
        weight[word]! += (interest[k]! * rarities[word]!) / length
      }
    }
    return count
  }

  /** The words that tell most, the rarest first; ties as they were met. @returns how many */
  private choose(count: number): number {
    const { rarest, telling, having } = this
    let size = 0
    for (let k = 0; k < count; k++) {
      const word = this.met[k]!
      const tells = this.weight[word]! * this.rarities[word]!
      if (size === WORDS && !(tells > telling[size - 1]!)) continue
      let place = size === WORDS ? size - 1 : size++
      for (; place > 0 && telling[place - 1]! < tells; place--) this.move(place - 1, place)
      rarest[place] = word
      telling[place] = tells
    }
    for (let k = 1; k < size; k++) {
      const [word, tells] = [rarest[k]!, telling[k]!]
      let place = k
      for (; place > 0 && having[rarest[place - 1]!]!.length > having[word]!.length; place--) this.move(place - 1, place)
      rarest[place] = word
      telling[place] = tells
    }
    return size
  }

  private move(from: number, to: number): void {
    this.rarest[to] = this.rarest[from]!
    this.telling[to] = this.telling[from]!
  }
}
