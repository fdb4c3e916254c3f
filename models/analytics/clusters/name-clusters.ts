/** How far a centre stands from everybody's mean, in deviations: from 0.2, 0.6 and 1.3 on. */
export type Degree = 'slightly' | 'clearly' | 'very'

/** What a cluster is like in one feature, compared with all customers. */
export interface Trait {
  readonly feature: string
  readonly side: 'low' | 'high'
  readonly degree: Degree
  /** The centre's place in deviations from the mean. */
  readonly deviations: number
}

/** What a cluster is called: the traits that tell it from the others, strongest first; `ordinal` where no trait tells it from one before it. */
export interface ClusterName {
  readonly traits: readonly Trait[]
  readonly ordinal: number
  readonly english: string
}

const DEGREES: readonly (readonly [number, Degree])[] = [
  [1.3, 'very'],
  [0.6, 'clearly'],
  [0.2, 'slightly'],
]
/** A name begins with so many traits; slight ones are not among them where others are. */
const TRAITS = 2

/** How features are said: of low values and of high ones. */
const WORDS: Readonly<Record<string, { readonly low: string; readonly high: string }>> = {
  recency: { low: 'recent', high: 'long absent' },
  frequency: { low: 'infrequent', high: 'frequent' },
  monetary: { low: 'low-spending', high: 'high-spending' },
  averageOrder: { low: 'small-basket', high: 'large-basket' },
  tenure: { low: 'newly won', high: 'long-standing' },
}

/**
 * Names for clusters from their centres, no two the same: each cluster's two strongest traits, then as many more as it takes to tell it from
 * others of the same words, then a number.
 *
 * @param centres row-major, in deviations from the mean of all customers, one column per feature
 */
export function nameClusters(features: readonly string[], centres: Float64Array, k: number): ClusterName[] {
  const all = Array.from({ length: k }, (_, c) => traitsOf(features, centres, c))
  const told = all.map(traits => Math.min(TRAITS, traits.filter(plain).length || traits.length))
  const words = () => all.map((traits, c) => english(traits.slice(0, told[c])))
  for (let twins = twinsOf(words()); ; twins = twinsOf(words())) {
    const longer = twins.filter(c => told[c]! < all[c]!.length)
    if (longer.length === 0) break
    for (const c of longer) told[c]!++
  }
  const names = words()
  return names.map((name, c) => {
    const ordinal = names.slice(0, c).filter(other => other === name).length + 1
    return { traits: all[c]!.slice(0, told[c]), ordinal, english: ordinal === 1 ? name : `${name} (${ordinal})` }
  })
}

const plain = ({ degree }: Trait): boolean => degree !== 'slightly'

/** The traits of one centre, strongest first. */
function traitsOf(features: readonly string[], centres: Float64Array, c: number): Trait[] {
  return features
    .flatMap((feature, f): Trait[] => {
      const deviations = centres[c * features.length + f]!
      const degree = DEGREES.find(([from]) => Math.abs(deviations) >= from)?.[1]
      return degree === undefined ? [] : [{ feature, side: deviations < 0 ? 'low' : 'high', degree, deviations }]
    })
    .sort((a, b) => Math.abs(b.deviations) - Math.abs(a.deviations))
}

/** Clusters that share their words with another. */
const twinsOf = (words: readonly string[]): number[] =>
  [...words.keys()].filter(c => words.some((word, other) => other !== c && word === words[c]))

/** «Very recent, frequent customers». */
function english(traits: readonly Trait[]): string {
  const said = traits.map(({ feature, side, degree }) => {
    const word = WORDS[feature]?.[side] ?? `${side} ${feature}`
    return degree === 'clearly' ? word : `${degree} ${word}`
  })
  const text = said.length === 0 ? 'average customers' : `${said.join(', ')} customers`
  return text.charAt(0).toUpperCase() + text.slice(1)
}
