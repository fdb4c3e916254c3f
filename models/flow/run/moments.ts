import { DateTime } from 'luxon'
import { type FlowStepOf, type Weekday, weekdays } from '../../../schemas/flow.ts'
import { dayIn, offsetIn } from '../../local-time.ts'
import { type QuietHours, quietUntil } from '../../quiet-hours.ts'
import { minuteOf } from '../sending-hours.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** Days of one name are a week apart; clocks that skip a window may cost another week. */
const MOST_DAYS = 16

type Schedule = Pick<FlowStepOf<'schedule'>, 'at' | 'window' | 'days'>

/** Undefined for a window without end or beginning, which is all day. */
const hoursOf = (window: Schedule['window']): QuietHours | undefined => {
  if (window === undefined || window.from === window.to) return undefined
  return { from: minuteOf(window.from), to: minuteOf(window.to) }
}

/** The first instant of the next day of the calendar there. */
const nextDay = (zone: string, at: number): number =>
  DateTime.fromMillis(at, { zone }).startOf('day').plus({ days: 1 }).toMillis()

/** The first instant from `at` on that is in the window; outside of it a window is a stretch of quiet between its end and its beginning. */
const opening = ({ from, to }: QuietHours, zone: string, at: number): number => quietUntil({ from: to, to: from }, zone, at) ?? at

/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): Weekday => weekdays[(((day + 3) % 7) + 7) % 7]!

/** The day that a moment of a schedule belongs to: of a window over midnight, the day on which it opened. */
function dayOf(hours: QuietHours | undefined, zone: string, at: number): number {
  const day = dayIn(zone, at)
  if (hours === undefined || hours.from < hours.to) return day
  const wall = at + offsetIn(zone, at) - day * DAY
  return wall < hours.to * MINUTE ? day - 1 : day
}

const isOn = (days: readonly Weekday[] | undefined, day: number): boolean => days?.includes(weekdayOf(day)) ?? true

/**
 * The first instant from `from` on (epoch ms) that is in a schedule's window, on one of its days, at or after its `at`, by the customer's clock.
 * Clocks that are changed are followed as they show the time (models/quiet-hours.ts).
 */
export function nextMoment({ at, window, days }: Schedule, zone: string, from: number): number {
  const hours = hoursOf(window)
  let moment = at === undefined ? from : Math.max(from, Date.parse(at))
  for (let tried = 0; tried < MOST_DAYS; tried++) {
    if (hours !== undefined) moment = opening(hours, zone, moment)
    if (isOn(days, dayOf(hours, zone, moment))) return moment
    moment = hours === undefined ? nextDay(zone, moment) : quietUntil(hours, zone, moment)!
  }
  return moment
}

/** When the window or day that `at` is in is over: who was let through comes again with the next one. A bare `at` is over at once. */
export function endOfMoment({ window, days }: Schedule, zone: string, at: number): number {
  const hours = hoursOf(window)
  if (hours !== undefined) return quietUntil(hours, zone, at) ?? at
  return days === undefined ? at : nextDay(zone, at)
}

/**
 * Where an instant lies: before, within or after a schedule. That is the day of `at` from `at` on; without one today's window, and where today
 * is none of its days, before those that this week still has and after the others.
 */
export function placeIn({ at, window, days }: Schedule, zone: string, now: number): 'before' | 'within' | 'after' {
  if (at !== undefined) {
    const begins = Date.parse(at)
    if (now < begins) return 'before'
    return dayIn(zone, now) === dayIn(zone, begins) ? 'within' : 'after'
  }
  const hours = hoursOf(window)
  const inWindow = hours === undefined || opening(hours, zone, now) === now
  const day = inWindow ? dayOf(hours, zone, now) : dayIn(zone, now)
  if (!isOn(days, day)) return laterThisWeek(days!, day) ? 'before' : 'after'
  if (inWindow) return 'within'
  return dayIn(zone, opening(hours, zone, now)) === day ? 'before' : 'after'
}

const laterThisWeek = (days: readonly Weekday[], day: number): boolean => {
  const today = weekdays.indexOf(weekdayOf(day))
  return days.some(name => weekdays.indexOf(name) > today)
}

/** The first instant from `from` on at which the clock there shows `time`, on one of `days`; where clocks jump over it, as much later as they jump (RFC 5545). */
export function nextTime(time: string, days: readonly Weekday[] | undefined, zone: string, from: number): number {
  for (let day = dayIn(zone, from); ; day++) {
    const moment = instantOf(day, minuteOf(time), zone)
    if (moment >= from && isOn(days, day)) return moment
  }
}

/** When a day's clock shows a minute: the first time where it does twice. */
function instantOf(day: number, minute: number, zone: string): number {
  const { year, month, day: date } = DateTime.fromMillis(day * DAY, { zone: 'utc' })
  return DateTime.fromObject({ year, month, day: date, hour: Math.floor(minute / 60), minute: minute % 60 }, { zone }).toMillis()
}

/** The next birthday from `from` on, at `time`; of those born on 29 February the 28th where there is none. `birthday` is YYYY-MM-DD; undefined where it is no date. */
export function nextBirthday(birthday: string, time: string, zone: string, from: number): number | undefined {
  const born = DateTime.fromISO(birthday, { zone: 'utc' })
  if (!born.isValid) return undefined
  for (let { year } = DateTime.fromMillis(from, { zone }); ; year++) {
    const { day } = DateTime.utc(year, born.month, 1).endOf('month')
    const date = DateTime.utc(year, born.month, Math.min(born.day, day)).toMillis() / DAY
    const moment = instantOf(date, minuteOf(time), zone)
    if (moment >= from) return moment
  }
}
