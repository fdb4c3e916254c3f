import { offsetIn } from './local-time.ts'

/** A window of the clock on the wall, in minutes after midnight: from `from` until right before `to`, over midnight where `to` is smaller. Never equal. */
export interface QuietHours {
  readonly from: number
  readonly to: number
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** `21:00-09:00`; undefined for anything else, and for a window without end. */
export function readQuietHours(text: string): QuietHours | undefined {
  const [, ...digits] = /^([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)$/.exec(text.trim()) ?? []
  const [fromHour, fromMinute, toHour, toMinute] = digits.map(Number)
  if (toMinute === undefined || toHour! * 60 + toMinute > 24 * 60) return undefined
  const [from, to] = [fromHour! * 60 + fromMinute!, (toHour! * 60 + toMinute) % (24 * 60)]
  return from === to ? undefined : { from, to }
}

/**
 * Undefined when `at` (epoch ms) is not within quiet hours in that zone; else the first instant after it that is not.
 *
 * A moment is quiet by what the clock on the wall shows then. Where clocks are put forward over the window's end, it ends as they are; where they
 * are put back over it, the hour that comes again is quiet again. Where they change while it lasts, it is as much shorter or longer.
 *
 * @param zone an IANA name (models/customer-zone.ts)
 */
export const quietUntil = (hours: QuietHours | undefined, zone: string, at: number): number | undefined =>
  hours !== undefined && isWithin(hours, wall(zone, at)) ? endOf(hours, zone, at) : undefined

/** When quiet hours begin next, by the same clock: the first instant from `at` on that is within them. Undefined where there are none. */
export function quietFrom(hours: QuietHours | undefined, zone: string, at: number): number | undefined {
  if (hours === undefined) return undefined
  return isWithin(hours, wall(zone, at)) ? at : endOf({ from: hours.to, to: hours.from }, zone, at)
}

/** The first instant after `at`, which is within the window, that is not. */
function endOf(hours: QuietHours, zone: string, at: number): number {
  let from = at
  for (;;) {
    const end = from + untilWall(hours.to, wall(zone, from))
    const change = offsetChange(zone, from, end)
    if (change === undefined) return end
    if (!isWithin(hours, wall(zone, change))) return change
    from = change
  }
}

const isWithin = ({ from, to }: QuietHours, time: number): boolean =>
  from < to ? time >= from * MINUTE && time < to * MINUTE : time >= from * MINUTE || time < to * MINUTE

/** What the clock on the wall shows, in ms after midnight. */
const wall = (zone: string, at: number): number => modulo(at + offsetIn(zone, at), DAY)

/** How long a clock that is not changed takes from `time` to `minute`. */
const untilWall = (minute: number, time: number): number => modulo(minute * MINUTE - time, DAY)

/** The first instant in (from, end] at which the clock differs from how it was set at `from`; clocks are changed at most once a day, and on a second. */
function offsetChange(zone: string, from: number, end: number): number | undefined {
  const before = offsetIn(zone, from)
  if (offsetIn(zone, end) === before) return undefined
  let [same, changed] = [from, end]
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2)
    if (offsetIn(zone, middle) === before) same = middle
    else changed = middle
  }
  return changed
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by
