/** Money is kept in 1/10,000 of the major unit, and told in major units to the cent. */
export const major = (money: number): number => Math.round(money / 100) / 100

/** `2011-12-09` of an instant, UTC. */
export const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10)
