/** Months since January 1970 of a day since then (UTC), by arithmetic alone: "days to civil" of Howard Hinnant (2013, chrono-compatible low-level date algorithms). */
export function monthOf(day: number): number {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const year = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const march = Math.floor((5 * ofYear + 2) / 153)
  return (era * 400 + year - 1970) * 12 + march + 2
}

/** The first day of a month. */
export const firstDayOf = (month: number): number => Date.UTC(1970, month, 1) / 86_400_000

/** `2011-03`. */
export const monthName = (month: number): string => new Date(Date.UTC(1970, month, 1)).toISOString().slice(0, 7)
