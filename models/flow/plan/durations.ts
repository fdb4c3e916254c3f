const SECONDS = {
  SECOND: 1,
  MINUTE: 60,
  HOUR: 3600,
  DAY: 86_400,
  WEEK: 604_800,
  HAFTA: 604_800,
  MONTH: 2_592_000,
  YEAR: 31_536_000,
} as const
export type Unit = keyof typeof SECONDS

export const isUnit = (name: string): name is Unit => name in SECONDS

/** Nobody waits longer than ten years. */
const LONGEST = 3650 * SECONDS.DAY

/** So many of a unit as a flow writes it: in the unit that was said where it can be, else in days and time. Undefined for nothing or less. */
export function durationOf(number: number, unit: Unit): string | undefined {
  const seconds = Math.min(LONGEST, Math.round(number * SECONDS[unit]))
  if (!(seconds > 0)) return undefined
  const whole = Number.isInteger(number) && seconds < LONGEST
  if (whole && (unit === 'WEEK' || unit === 'HAFTA')) return `P${number}W`
  if (whole && unit === 'HOUR') return `PT${number}H`
  if (whole && unit === 'MINUTE') return `PT${number}M`
  return ofSeconds(seconds)
}

export function ofSeconds(total: number): string {
  const [days, hours] = [Math.floor(total / SECONDS.DAY), Math.floor((total % SECONDS.DAY) / 3600)]
  const [minutes, seconds] = [Math.floor((total % 3600) / 60), total % 60]
  const time = [hours && `${hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`].filter(Boolean).join('')
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}

/** Of a duration of a flow. */
export function secondsOf(duration: string): number {
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration) ?? []
  return (
    Number(weeks) * SECONDS.WEEK +
    Number(days) * SECONDS.DAY +
    Number(hours) * SECONDS.HOUR +
    Number(minutes) * 60 +
    Number(seconds)
  )
}
