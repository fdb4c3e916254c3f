const YEAR = 365 * 86_400_000
/** Interest of this much a month is taken to be there all year round: a few purchases make no season. */
const EVEN = 3

/** In which months of the year a product was wanted (UTC, January first), and since when it is known (epoch ms). */
export interface Season {
  readonly since: number
  readonly until: number
  readonly months: readonly number[]
}

export const noSeason: Season = { since: 0, until: 0, months: [] }

/** Adds interest of an instant (epoch ms). Every arrival order gives the same, but for rounding. */
export function addToSeason({ since, until, months }: Season, amount: number, at: number): Season {
  if (!(amount > 0)) return { since, until, months }
  const month = new Date(at).getUTCMonth()
  const next = months.length === 0 ? Array<number>(12).fill(0) : [...months]
  next[month] = Math.round((next[month]! + amount) * 1e4) / 1e4
  return { since: since === 0 ? at : Math.min(since, at), until: Math.max(until, at), months: next }
}

/**
 * Of each month, how many times the average it is: a seasonal index (ratio to the mean), shrunk towards 1. Undefined before a year is
 * known, for until then a month without interest may just not have come yet.
 */
export function seasonalIndex({ since, until, months }: Season): number[] | undefined {
  if (until - since < YEAR) return undefined
  const mean = months.reduce((sum, one) => sum + one, 0) / 12
  return months.map(one => Math.round(((one + EVEN) / (mean + EVEN)) * 100) / 100)
}
