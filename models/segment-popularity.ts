/** What is known of somebody who never bought: their traits, as profiles hold them, and their segment. */
export interface Known {
  readonly segment: string | null
  readonly traits: Readonly<Record<string, unknown>>
}

/** Traits whose values make groups as they are. */
const NAMED = ['city', 'gender', 'language'] as const
/** Where one group of ages ends and the next begins, as surveys cut them. */
const AGES = [18, 25, 35, 45, 55, 65] as const
/** Groups below so many purchases tell nothing. */
const LEAST = 50
/** Purchases by everybody that a group's are mixed with (the m of an m-estimate). */
const PRIOR = 100

/** What nobody knows anything of. */
export const nobody: Known = { segment: null, traits: {} }

/** How often each group's members bought each product. Sums of whole numbers: any order of adding gives the same. */
export interface SegmentPopularity {
  /** Purchases of everybody, by product. */
  readonly all: Float64Array
  /** Of each group with purchases enough, the products its members bought and how often. */
  readonly groups: Readonly<Record<string, { readonly items: Int32Array; readonly counts: Float64Array; readonly total: number }>>
}

/** The groups somebody is in: `city:lahore`, `age:25`, `segment:Champions` … Values are compared without case; what is no text or number makes none. */
export function groupsOf({ segment, traits }: Known): string[] {
  const groups = segment === null ? [] : [`segment:${segment}`]
  for (const name of NAMED) {
    const value = traits[name]
    if (typeof value === 'string' && value.trim() !== '') groups.push(`${name}:${value.trim().toLowerCase()}`)
  }
  if (typeof traits.age === 'number' && traits.age >= 0)
    groups.push(`age:${AGES.findLast(from => from <= (traits.age as number)) ?? 0}`)
  return groups
}

/** Counts purchases by the groups of who made them. */
export class SegmentCounts {
  private readonly all: Float64Array
  private readonly groups = new Map<string, Map<number, number>>()

  constructor(n: number) {
    this.all = new Float64Array(n)
  }

  /** @param items by number, one for each purchase */
  add(groups: readonly string[], items: Iterable<number>): void {
    for (const item of items) {
      this.all[item]!++
      for (const name of groups) {
        const counts = this.groups.get(name) ?? new Map<number, number>()
        this.groups.set(name, counts.set(item, (counts.get(item) ?? 0) + 1))
      }
    }
  }

  get learnt(): SegmentPopularity {
    const groups: Record<string, SegmentPopularity['groups'][string]> = {}
    for (const [name, counts] of [...this.groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const items = Int32Array.from(counts.keys()).sort()
      const values = Float64Array.from(items, item => counts.get(item)!)
      const total = values.reduce((sum, count) => sum + count, 0)
      if (total >= LEAST) groups[name] = { items, counts: values, total }
    }
    return { all: this.all, groups }
  }
}

/**
 * How much more likely those of these groups buy each product than everybody does, as the logarithm of how many times: for each group
 * ln(((count + m·p) / (total + m)) / p), p the product's share of all purchases (m-estimate, Cestnik 1990), added up over groups as
 * naive Bayes does. 0 for all where no group is known. Costs the products for each group.
 */
export function segmentLean({ all, groups }: SegmentPopularity, names: readonly string[]): Float64Array {
  const lean = new Float64Array(all.length)
  const everything = all.reduce((sum, count) => sum + count, 0)
  for (const name of names) {
    const group = Object.hasOwn(groups, name) ? groups[name]! : undefined
    if (group === undefined) continue
    const { items, counts, total } = group
    const none = Math.log(PRIOR / (total + PRIOR))
    for (let item = 0; item < lean.length; item++) if (all[item]! > 0) lean[item]! += none
    for (let k = 0; k < items.length; k++) {
      const share = PRIOR * (all[items[k]!]! / everything)
      lean[items[k]!]! += Math.log((counts[k]! + share) / share)
    }
  }
  return lean
}
