import type { QuietHours } from '../../quiet-hours.ts'

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
const DAY = 24 * 60

/** Whether a text may go in some minute of a window. */
export function overlapsOpen({ from, to }: { readonly from: string; readonly to: string }, quiet: QuietHours): boolean {
  const length = (minuteOf(to) - minuteOf(from) + DAY) % DAY
  const isQuiet = (minute: number) =>
    quiet.from < quiet.to ? minute >= quiet.from && minute < quiet.to : minute >= quiet.from || minute < quiet.to
  for (let minute = 0; minute < length; minute++) if (!isQuiet((minuteOf(from) + minute) % DAY)) return true
  return false
}
