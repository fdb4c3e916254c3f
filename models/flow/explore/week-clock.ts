import { type FlowStepOf, weekdays } from '../../../schemas/flow.ts'
import { DAY, WEEK } from '../flow-duration.ts'
import { minuteOf } from '../sending-hours.ts'

const MINUTE = 60_000
const MINUTES = WEEK / MINUTE
const MINUTES_A_DAY = DAY / MINUTE

/**
 * When a schedule lets customers go on, by the clock and the calendar on their wall, which begins on Monday at midnight and of which all weeks
 * are the same: clocks that are changed for the summer are not looked at.
 */
export interface WeekClock {
  /** How many minutes after each minute of the week the next begins in which one may go on; 0 where it is one. */
  readonly until: Int32Array
}

/** Of a schedule's window and days; undefined where it has neither. A window over midnight belongs to the day on which it begins. */
export function weekClock(step: FlowStepOf<'schedule'>): WeekClock | undefined {
  const { window, days } = 'window' in step || 'days' in step ? step : { window: undefined, days: undefined }
  if (window === undefined && days === undefined) return undefined
  const open = new Uint8Array(MINUTES)
  const [from, to] = window === undefined ? [0, MINUTES_A_DAY] : [minuteOf(window.from), minuteOf(window.to)]
  const length = (to - from + MINUTES_A_DAY) % MINUTES_A_DAY || MINUTES_A_DAY
  weekdays.forEach((day, i) => {
    if (days !== undefined && !days.includes(day)) return
    for (let minute = 0; minute < length; minute++) open[(i * MINUTES_A_DAY + from + minute) % MINUTES] = 1
  })
  return { until: untilOpen(open) }
}

function untilOpen(open: Uint8Array): Int32Array {
  const until = new Int32Array(MINUTES)
  let next = Number.POSITIVE_INFINITY
  for (let minute = 2 * MINUTES - 1; minute >= 0; minute--) {
    if (open[minute % MINUTES] === 1) next = minute
    if (minute < MINUTES) until[minute] = next - minute
  }
  return until
}

const modulo = (value: number): number => ((value % WEEK) + WEEK) % WEEK

/** How long (ms) one who comes at a time of the week (ms) waits to go on. */
export function waitAt({ until }: WeekClock, at: number): number {
  const time = modulo(at)
  const minutes = until[Math.floor(time / MINUTE)]!
  return minutes === 0 ? 0 : minutes * MINUTE - (time % MINUTE)
}

/** Whether one may go on at some time from one time of the week (ms) to another. */
export function mayGoOn(clock: WeekClock, from: number, to: number): boolean {
  return waitAt(clock, from) <= to - from
}

/** The most that anybody waits. */
export const mostWait = ({ until }: WeekClock): number => until.reduce((most, minutes) => Math.max(most, minutes), 0) * MINUTE
