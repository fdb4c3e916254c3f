import { type Feeling, feelings, likeliest } from './sentiment.ts'

/** How many of a customer's messages are remembered: the newest. */
const REMEMBERED = 20
/** From this many on they can be split into earlier and later ones. */
const ENOUGH = 4
/** By how much the later ones have to differ from the earlier ones to be called a trend, of 2 from wholly negative to wholly positive. */
const TREND = 0.2

/** A message as it was felt, the chances in thousandths so that its row is short. */
export interface Felt extends Feeling {
  readonly at: number
}

/** What a customer's newest messages said, in order of time: every arrival order gives the same. */
export type Mood = readonly Felt[]

export interface MoodView {
  readonly label: keyof Feeling
  /** From −1, all of them surely negative, to 1. */
  readonly average: number
  readonly trend: 'rising' | 'steady' | 'falling'
}

/** Adds a message of instant `at` (epoch ms). */
export function feel(mood: Mood, { positive, neutral, negative }: Feeling, at: number): Mood {
  const felt = { at, positive: inThousandths(positive), neutral: inThousandths(neutral), negative: inThousandths(negative) }
  return [...mood, felt].sort(byTime).slice(-REMEMBERED)
}

/** Ties are told apart by what was felt, so that they too are kept whichever came first. */
const byTime = (a: Felt, b: Felt): number => a.at - b.at || a.positive - b.positive || a.negative - b.negative

/** The rolling average over the remembered messages, and where it is heading; null while there is none. */
export function moodOf(mood: Mood): MoodView | null {
  if (mood.length === 0) return null
  const [positive, neutral, negative] = feelings.map(feeling => mean(mood.map(felt => felt[feeling])))
  const half = Math.floor(mood.length / 2)
  const moved = mood.length < ENOUGH ? 0 : mean(mood.slice(half).map(valence)) - mean(mood.slice(0, half).map(valence))
  return {
    label: likeliest({ positive: positive!, neutral: neutral!, negative: negative! }),
    average: inThousandths(mean(mood.map(valence))),
    trend: moved > TREND ? 'rising' : moved < -TREND ? 'falling' : 'steady',
  }
}

/** How good a feeling it is: from −1, surely negative, to 1. */
export const valence = ({ positive, negative }: Feeling): number => positive - negative

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const inThousandths = (value: number): number => Math.round(value * 1000) / 1000

/** As a column holds it. */
type Row = readonly [at: number, positive: number, neutral: number, negative: number]

export const moodToColumn = (mood: Mood): string =>
  JSON.stringify(mood.map(({ at, positive, neutral, negative }): Row => [at, positive, neutral, negative]))

export const moodFromColumn = (column: unknown): Mood =>
  (column as Row[]).map(([at, positive, neutral, negative]) => ({ at, positive, neutral, negative }))
