import type { RfmCuts, RfmFacts } from '../../schemas/records.ts'
import { INTEREST_HALF_LIFE } from '../affinity.ts'
import { worth } from '../fading.ts'
import { scoreRfm } from '../rfm.ts'
import type { Taste } from '../taste.ts'

/** What the bandit knows of a customer, by name, in the order of the numbers; each about 0–1 (mood −1 to 1), the first always 1. */
export const CONTEXT = ['one', 'recency', 'frequency', 'monetary', 'days away', 'engagement', 'breadth', 'mood'] as const

const DAY = 86_400_000
/** From here on differences count little: a year away, twenty acts' worth of interest, a hundred products. */
const [YEAR, ACTIVE, BROAD] = [365, 20, 100]

/** The context in which a list is made: RFM quintiles (0 before a first order), how long they were away before, how active, how broad, how they feel. */
export function contextOf(taste: Taste, rfm: RfmFacts, cuts: RfmCuts): number[] {
  const score = scoreRfm(rfm, cuts, taste.at)
  const interest = taste.recent.reduce((sum, touched) => sum + worth(touched, taste.at, INTEREST_HALF_LIFE), 0)
  return [
    1,
    (score?.r ?? 0) / 5,
    (score?.f ?? 0) / 5,
    (score?.m ?? 0) / 5,
    score === null ? 1 : logShare((taste.at - (rfm.lastAt ?? taste.at)) / DAY, YEAR),
    logShare(interest, ACTIVE),
    logShare(taste.bought.size, BROAD),
    taste.mood,
  ].map(value => Math.round(value * 1e4) / 1e4)
}

const logShare = (value: number, full: number): number => Math.min(1, Math.log1p(Math.max(0, value)) / Math.log1p(full))
