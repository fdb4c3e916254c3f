import type { Interval } from '../uplift/interval.ts'
import type { Proportion } from '../uplift/proportions.ts'
import { ALPHA, differenceSequence } from './confidence-sequence.ts'

/** A variant of an experiment: of its customers whose time is over, how many did what they were to do. */
export interface Tested extends Proportion {
  readonly name: string
}

/** By how much `variant` is above `over`. */
export interface Difference extends Interval {
  readonly variant: string
  readonly over: string
}

/** What to do with an experiment now. `says` is for whoever runs it. */
export type Advice = { readonly says: string } & (
  | { readonly kind: 'too_early' }
  | { readonly kind: 'keep_going'; readonly morePerVariant: number }
  | { readonly kind: 'stop_winner'; readonly winner: string }
  | { readonly kind: 'stop_no_difference' }
)

export interface Judgement {
  /** Of every two variants, the better one first; all of them hold together. */
  readonly differences: readonly Difference[]
  /** The smallest difference that matters, 0–1. */
  readonly smallest: number
  readonly advice: Advice
}

/** Below so many customers of a variant nothing is advised, whatever the intervals say: they are of a day or two, and days differ. */
const FEW_CUSTOMERS = 50
const FEW_HITS = 10
/** Nobody waits for more. */
const EVER = 1e9

/**
 * What may be concluded of an experiment that is looked at whenever one likes.
 *
 * Differences are anytime-valid (confidence-sequence.ts), each at 95 % over the number of pairs, so that with 95 % all of them hold at all times (Bonferroni).
 * Whoever is surely below another is out: while all hold, the best is among the rest. One left is the winner; several that surely differ by less
 * than matters are as good as each other.
 *
 * @param relative the smallest effect that matters, as a share of how many of all customers do it: 0.1 of 3 % is 0.3 points
 */
export function judge(variants: readonly Tested[], relative: number): Judgement {
  const alpha = alphaOfPairs(variants.length)
  const differences = pairs(variants).map(pair => differenceOf(pair, alpha))
  const [of, hits] = [sum(variants, one => one.of), sum(variants, one => one.hits)]
  const smallest = of === 0 ? 0 : (relative * hits) / of
  const beaten = new Set(differences.filter(({ low }) => low > 0).map(({ over }) => over))
  const left = variants.filter(({ name }) => !beaten.has(name))
  const among = differences.filter(({ variant, over }) => !beaten.has(variant) && !beaten.has(over))
  const told = { left, among, smallest, alpha, rate: hits / of, relative }
  return { differences, smallest, advice: early(variants, hits) ?? ended(told, differences) ?? goOn(told) }
}

/** Of each pair, so that with 95 % all of them hold. */
export const alphaOfPairs = (variants: number): number => ALPHA / Math.max(1, (variants * (variants - 1)) / 2)

interface Told {
  readonly left: readonly Tested[]
  readonly among: readonly Difference[]
  readonly smallest: number
  readonly alpha: number
  readonly rate: number
  readonly relative: number
}

function early(variants: readonly Tested[], hits: number): Advice | undefined {
  const [least] = [...variants].sort((a, b) => a.of - b.of)
  if (variants.length < 2 || least === undefined)
    return { kind: 'too_early', says: 'Too early to tell: only one variant had customers whose time is over.' }
  if (least.of < FEW_CUSTOMERS) {
    const says = `Too early to tell: ${least.name} had ${count(least.of)} customers whose time is over, and below ${FEW_CUSTOMERS} chance decides.`
    return { kind: 'too_early', says }
  }
  if (hits >= FEW_HITS) return undefined
  return {
    kind: 'too_early',
    says: `Too early to tell: only ${count(hits)} customers of all variants did what the campaign is for.`,
  }
}

function ended({ left, among, smallest }: Told, differences: readonly Difference[]): Advice | undefined {
  const [winner] = left
  if (winner !== undefined && left.length === 1) {
    const above = differences.filter(({ variant, low }) => variant === winner.name && low > 0)
    const by = Math.min(...above.map(({ low }) => low))
    return { kind: 'stop_winner', winner: winner.name, says: `Stop: ${winner.name} is best, by at least ${points(by)}.` }
  }
  if (!among.every(({ low, high }) => low > -smallest && high < smallest)) return undefined
  const names = listed(left.map(({ name }) => name))
  return { kind: 'stop_no_difference', says: `Stop: ${names} differ by less than ${points(smallest)}. Take whichever you like.` }
}

function goOn({ left, among, smallest, alpha, rate, relative }: Told): Advice {
  const has = Math.min(...left.map(one => one.of))
  const forSmallest = needed(rate, smallest, alpha)
  // So many were had, and it is still open: then the intervals must become as narrow as what was found asks for.
  const found = Math.max(...among.map(({ difference }) => Math.abs(difference)))
  const total = forSmallest > has ? forSmallest : needed(rate, Math.max(found, smallest - found), alpha)
  const morePerVariant = roughly(Math.max(1, total - has))
  const effect = `${points(smallest)} (${percent(relative)} of the ${percent(rate)} who do it)`
  const says = `Keep going: about ${count(morePerVariant)} more customers per variant tell whether they differ by ${effect}.`
  return { kind: 'keep_going', morePerVariant, says }
}

/** How many customers each of two variants needs until their interval reaches no further than `reach`, both at `rate`. */
function needed(rate: number, reach: number, alpha: number): number {
  const far = (of: number) => differenceSequence({ of, hits: rate * of }, { of, hits: rate * of }, alpha).high
  let [low, high] = [1, 2]
  while (high < EVER && far(high) > reach) [low, high] = [high, high * 2]
  while (high - low > 1 && high / low > 1.001) {
    const middle = Math.round((low + high) / 2)
    if (far(middle) > reach) low = middle
    else high = middle
  }
  return high
}

const pairs = (variants: readonly Tested[]): (readonly [Tested, Tested])[] =>
  variants.flatMap((one, i) => variants.slice(i + 1).map(other => [one, other] as const))

function differenceOf([one, other]: readonly [Tested, Tested], alpha: number): Difference {
  const [a, b] = one.hits * other.of >= other.hits * one.of ? [one, other] : [other, one]
  return { variant: a.name, over: b.name, ...differenceSequence(a, b, alpha) }
}

const sum = (all: readonly Tested[], of: (one: Tested) => number): number => all.reduce((total, one) => total + of(one), 0)

/** To two digits: it is a guess. */
const roughly = (value: number): number => Number(value.toPrecision(2))

const count = (value: number): string => value.toLocaleString('en-US')
const points = (value: number): string => `${digits(value * 100)} percentage points`
const percent = (value: number): string => `${digits(value * 100)} %`
const digits = (value: number): string => String(Number(value.toPrecision(2)))
const listed = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
