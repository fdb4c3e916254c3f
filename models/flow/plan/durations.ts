import { durationOf } from '../flow-duration.ts'

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
export function saidDuration(number: number, unit: Unit): string | undefined {
  const seconds = Math.min(LONGEST, Math.round(number * SECONDS[unit]))
  if (!(seconds > 0)) return undefined
  const whole = Number.isInteger(number) && seconds < LONGEST
  if (whole && (unit === 'WEEK' || unit === 'HAFTA')) return `P${number}W`
  if (whole && unit === 'HOUR') return `PT${number}H`
  if (whole && unit === 'MINUTE') return `PT${number}M`
  return durationOf(seconds * 1000)
}
