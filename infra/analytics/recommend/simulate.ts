import type { RfmTable } from '../../../models/analytics/rfm/rfm-table.ts'
import { betaDraw } from '../../../models/bandit/beta-draw.ts'
import { powerOfShares, sampleSizeOfShares, USUAL } from '../../../models/experiment/power.ts'
import { Random } from '../../../models/random.ts'
import type { Cell, tableColumns } from '../table.ts'
import { CONTROL, type Variant } from './variants.ts'

export { readVariants, type Variant } from './variants.ts'

/** A row of the table `simulation`. */
export type Simulated = Record<(typeof tableColumns)['simulation'][number]['name'], Cell>

/** What a shop's data say of whom a variant is for, without it. */
interface Base {
  readonly segment: string
  readonly customers: number
  /** Who bought within the window. */
  readonly buyers: number
  /** Mean of an order, in the major unit. */
  readonly order: number
}

const DAY = 86_400_000
const MAJOR = 10_000
/** Conversion is buying within so many days. */
const WINDOW = 30
const DRAWS = 10_000
const ALL = 'all'
/** What was believed before anything was seen of a share: Jeffreys' prior. */
const PRIOR = 0.5

/**
 * Plays a test through: a half of the customers gets the variant, the other half nothing, and they buy as often as is assumed, the control as often as it did in the
 * last 30 days. `lift` is how much more often (0.1 is a tenth), from 10,000 draws of what would be believed of both shares then; power and how many customers it
 * needs, both halves together, tell whether such a test would show it. Revenue is of the variant for all of them within 30 days, messages paid.
 *
 * Rows come a segment at a time, its control first. The same seed gives the same rows, whatever other variants there are.
 */
export function simulate(
  variants: readonly Variant[],
  { rfm, asOf }: { readonly rfm: RfmTable; readonly asOf: number },
  seed: number,
): readonly Simulated[] {
  const segments = [...new Set(variants.map(({ segment }) => segment))]
  return segments.flatMap(segment => {
    const base = baseOf(segment, rfm, asOf)
    const own = variants.filter(variant => variant.segment === segment)
    return [control(base, seed), ...own.map(variant => rowOf(variant, base, seed))]
  })
}

/** Customers with a purchase, in the segment where one is told. */
function baseOf(segment: string | undefined, { facts, names, segment: of }: RfmTable, asOf: number): Base {
  let [customers, buyers, orders, gross] = [0, 0, 0, 0]
  for (let c = 0; c < of.length; c++) {
    if (facts.orders[c] === 0 || (segment !== undefined && names[of[c]!] !== segment)) continue
    customers++
    if (facts.lastAt[c]! > asOf - WINDOW * DAY) buyers++
    orders += facts.orders[c]!
    gross += facts.gross[c]!
  }
  return { segment: segment ?? ALL, customers, buyers, order: orders === 0 ? 0 : gross / orders / MAJOR }
}

function control(base: Base, seed: number): Simulated {
  const { segment, customers, buyers, order } = base
  const conversion = customers === 0 ? null : buyers / customers
  return {
    ...{ variant: CONTROL, segment, customers, conversion },
    ...{ lift: null, lift_low: null, lift_high: null, power: null, customers_needed: null },
    ...revenueOf(
      sharesOf(conversion ?? 0, customers, new Random('simulate', seed, CONTROL, segment)),
      conversion ?? 0,
      customers,
      order,
      0,
    ),
  }
}

function rowOf(variant: Variant, base: Base, seed: number): Simulated {
  const { segment, customers, buyers, order } = base
  const { name, discount = 0, cost = 0 } = variant
  const share = customers === 0 ? 0 : buyers / customers
  const conversion = Math.min(1, variant.conversion ?? share * (1 + (variant.lift ?? 0)))
  const random = new Random('simulate', seed, name, segment)
  const half = Math.floor(customers / 2)
  const [with_, without] = [sharesOf(conversion, half, random), sharesOf(share, half, random)]
  const lifts = with_.map((one, k) => one / without[k]! - 1).sort()
  const measured = share > 0 && half > 0
  const needed = measured ? sampleSizeOfShares(share, conversion) : null
  return {
    ...{ variant: name, segment, customers, conversion: customers === 0 && variant.conversion === undefined ? null : conversion },
    lift: measured ? conversion / share - 1 : null,
    lift_low: measured ? Math.min(conversion / share - 1, quantile(lifts, 0.025)) : null,
    lift_high: measured ? Math.max(conversion / share - 1, quantile(lifts, 0.975)) : null,
    power: half > 0 && (share > 0 || conversion > 0) ? powerOfShares(half, share, conversion, USUAL.alpha) : null,
    customers_needed: needed === null ? null : 2 * needed,
    ...revenueOf(sharesOf(conversion, customers, random), conversion, customers, order * (1 - discount), cost),
  }
}

/** What may be believed of a share that so many customers showed. */
function sharesOf(share: number, customers: number, random: Random): Float64Array {
  const [hits, misses] = [PRIOR + share * customers, PRIOR + (1 - share) * customers]
  return Float64Array.from({ length: DRAWS }, () => betaDraw(hits, misses, random))
}

function revenueOf(shares: Float64Array, share: number, customers: number, order: number, cost: number) {
  const worth = (one: number) => Math.round(customers * (one * order - cost) * 100) / 100
  const sorted = shares.slice().sort()
  const revenue = worth(share)
  return {
    revenue,
    revenue_low: Math.min(revenue, worth(quantile(sorted, 0.025))),
    revenue_high: Math.max(revenue, worth(quantile(sorted, 0.975))),
  }
}

const quantile = (sorted: Float64Array, share: number): number => sorted[Math.round(share * (sorted.length - 1))]!
