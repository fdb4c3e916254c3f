/** Something that may be shown: its score (0–1), and by how much a rule leans to it (ln of what its odds are multiplied by). */
export interface Arrangeable {
  readonly id: string
  readonly score: number
  readonly lean: number
  readonly category?: string | undefined
}

/** What costs a product its place: being like one already shown, or of a category that has its share already. */
export interface Variety<T> {
  /** What either costs at most, in nats of log-odds; 0 for the order of the scores. */
  readonly nats: number
  /** How much two have in common, 0–1. */
  alike(a: T, b: T): number
  /** How much of the customer's interest a category has, 0–1. */
  share(category: string): number
}

/** After so many of a category that is none of the customer's, the next costs half of what it can. */
const HALFWAY = 2

/**
 * Puts candidates into the order they are shown in: rules multiply odds, and each place goes to the one that is best after two things were
 * taken off: what it has in common with those already shown (maximal marginal relevance, Carbonell & Goldstein 1998, on log-odds), and how
 * far its category is in excess of what the customer's own interests give it, (1 − share) · n / (n + 2) for n shown (calibration, after
 * Steck 2018). Scores come out falling.
 */
export function arrange<T extends Arrangeable>(
  all: readonly T[],
  limit: number,
  { nats, alike, share }: Variety<T>,
): { one: T; score: number }[] {
  const left = all.map(one => ({ one, logit: logit(one.score) + one.lean, common: 0, crowded: 0 }))
  const counts = new Map<string, number>()
  const shown: { one: T; score: number }[] = []
  while (shown.length < limit && left.length > 0) {
    let [place, most] = [0, Number.NEGATIVE_INFINITY]
    for (let k = 0; k < left.length; k++) {
      const { one, logit: value, common, crowded } = left[k]!
      const worth = value - nats * (common + crowded)
      if (worth > most || (worth === most && one.id < left[place]!.one.id)) [place, most] = [k, worth]
    }
    const best = left[place]!
    left.splice(place, 1)
    shown.push({ one: best.one, score: 1 / (1 + Math.exp(-most)) })
    if (nats === 0) continue
    const { category } = best.one
    const there = category === undefined ? 0 : (counts.get(category) ?? 0) + 1
    if (category !== undefined) counts.set(category, there)
    const crowded = category === undefined ? 0 : ((1 - share(category)) * there) / (there + HALFWAY)
    for (const other of left) {
      other.common = Math.max(other.common, alike(other.one, best.one))
      if (category !== undefined && other.one.category === category) other.crowded = crowded
    }
  }
  return shown
}

/** Scores of 0 and 1 stay within doubles. */
const logit = (score: number): number => Math.log(Math.max(score, 1e-9)) - Math.log(Math.max(1 - score, 1e-9))
