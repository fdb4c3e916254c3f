import type { RepeatPurchases } from './repeat-purchases.ts'

/** Customers with the same repeats, last and age are one group: nothing in BG/NBD tells them apart. */
export interface AlikeBuyers {
  readonly repeats: Int32Array
  readonly last: Int32Array
  readonly age: Int32Array
  readonly size: Int32Array
  readonly customers: number
  /** Of each customer, their group. */
  readonly groupOf: Int32Array
}

/** In the order in which groups are first met. Most customers of most shops bought once, so groups are far fewer than customers. */
export function alikeBuyers({ repeats, last, age }: Pick<RepeatPurchases, 'repeats' | 'last' | 'age'>): AlikeBuyers {
  const customers = repeats.length
  const oldest = age.reduce((most, one) => Math.max(most, one), 0) + 1
  const groups = new Map<number, number>()
  const [groupOf, firsts, sizes] = [new Int32Array(customers), new Int32Array(customers), new Int32Array(customers)]
  for (let i = 0; i < customers; i++) {
    // Whole below 2^53 as long as nobody is older than 200,000 days.
    const key = (repeats[i]! * oldest + last[i]!) * oldest + age[i]!
    let group = groups.get(key)
    if (group === undefined) {
      group = groups.size
      groups.set(key, group)
      firsts[group] = i
    }
    groupOf[i] = group
    sizes[group]!++
  }
  const size = sizes.slice(0, groups.size)
  const first = firsts.subarray(0, groups.size)
  const of = (column: Int32Array) => first.map(i => column[i]!)
  return { repeats: of(repeats), last: of(last), age: of(age), size, customers, groupOf }
}
