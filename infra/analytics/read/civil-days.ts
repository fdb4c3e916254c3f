/** Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil, civil_from_days), with March as the first month of its year. */
const ERA_DAYS = 146_097
const TO_1970 = 719_468

/** Days since 1970-01-01 of a date that exists. */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const ofEra = y - era * 400
  const ofYear = ((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0
  return era * ERA_DAYS + ofEra * 365 + ((ofEra / 4) | 0) - ((ofEra / 100) | 0) + ofYear + day - 1 - TO_1970
}

/** Whether there is such a day. */
export function dateExists(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  if (month === 2) return day <= (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28)
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31)
}

/** A day whose day of the month may be a month, with the two exchanged. */
export function withDayAsMonth(days: number): number {
  const date = new Date(days * 86_400_000)
  return daysOf(date.getUTCFullYear(), date.getUTCDate(), date.getUTCMonth() + 1)
}
