import type { QuietHours } from '../quiet-hours.ts'

const DAY = 24 * 60

/** `09:30` in minutes after midnight. */
export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** Whether a text may go at a minute of the day. */
export const isOpen = (minute: number, { from, to }: QuietHours): boolean =>
  from < to ? minute < from || minute >= to : minute < from && minute >= to

/** Whether a text may go in some minute of a window, from ≠ to. */
export function overlaps({ from, to }: { readonly from: string; readonly to: string }, quiet: QuietHours | undefined): boolean {
  if (quiet === undefined) return true
  const length = (minuteOf(to) - minuteOf(from) + DAY) % DAY
  return isOpen(minuteOf(from), quiet) || (quiet.to - minuteOf(from) + DAY) % DAY < length
}

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

export const windowText = ({ from, to }: QuietHours): string => `${clock(from)} to ${clock(to)}`
