/** Something that may be shown: its score (0–1), and by how much a rule leans to it (ln of what its odds are multiplied by). */
export interface Arrangeable {
  readonly id: string
  readonly score: number
  readonly lean: number
}

/**
 * Puts candidates into the order they are shown in: rules multiply odds, and each place goes to the one that is best after what it has in
 * common with those already shown was taken off (maximal marginal relevance, Carbonell & Goldstein 1998, on log-odds). Scores come out
 * falling.
 * @param alike how much two have in common, 0–1
 * @param variety how many nats of log-odds it costs to be the same as one already shown
 */
export function arrange<T extends Arrangeable>(
  all: readonly T[],
  most: number,
  alike: (a: T, b: T) => number,
  variety: number,
): { one: T; score: number }[] {
  const left = all.map(one => ({ one, logit: logit(one.score) + one.lean, common: 0 }))
  const shown: { one: T; score: number }[] = []
  while (shown.length < most && left.length > 0) {
    const worth = ({ logit: value, common }: (typeof left)[number]) => value - variety * common
    const best = left.reduce((a, b) => (worth(b) > worth(a) || (worth(b) === worth(a) && b.one.id < a.one.id) ? b : a))
    left.splice(left.indexOf(best), 1)
    shown.push({ one: best.one, score: 1 / (1 + Math.exp(-worth(best))) })
    if (variety > 0) for (const other of left) other.common = Math.max(other.common, alike(other.one, best.one))
  }
  return shown
}

/** Scores of 0 and 1 stay within doubles. */
const logit = (score: number): number => Math.log(Math.max(score, 1e-9)) - Math.log(Math.max(1 - score, 1e-9))
