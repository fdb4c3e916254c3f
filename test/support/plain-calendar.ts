import type { FlowStep, Weekday } from '../../schemas/flow.ts'

const MINUTE = 60_000

/** Triggers that make appointments. */
export const APPOINTED: ReadonlySet<string> = new Set(['inactivity', 'schedule', 'date'])

const formats = new Map<string, Intl.DateTimeFormat>()

interface Wall {
  readonly date: string
  readonly day: Weekday
  readonly time: string
}

const seen = new Map<string, Wall>()

/** What clock and calendar on a wall in a zone show: looked at once a minute. */
export function wallAt(zone: string, at: number): Wall {
  const key = `${zone} ${Math.floor(at / MINUTE)}`
  const wall = seen.get(key) ?? lookAt(zone, at)
  seen.set(key, wall)
  return wall
}

function lookAt(zone: string, at: number): Wall {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  formats.set(zone, format)
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    day: part.weekday!.toLowerCase().slice(0, 3) as Weekday,
    time: `${part.hour}:${part.minute}`,
  }
}

type Schedule = Extract<FlowStep, { type: 'schedule' }>

/** Whether a schedule lets through at an instant; its name for this opening, so that two instants of one opening can be told. */
function isOpen({ at, window, days }: Schedule, zone: string, now: number): boolean {
  if (at !== undefined && now < Date.parse(at)) return false
  const wall = wallAt(zone, now)
  let { day } = wall
  if (window !== undefined && window.from !== window.to) {
    const { from, to } = window
    const inside = from < to ? wall.time >= from && wall.time < to : wall.time >= from || wall.time < to
    if (!inside) return false
    if (from > to && wall.time < to) day = WEEK[(WEEK.indexOf(day) + 6) % 7]!
  }
  return days === undefined || days.includes(day)
}

const WEEK: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** Minute after minute, until it is open; who was let through before waits until that window or day was over. */
export function momentAfter(schedule: Schedule, zone: string, now: number, last: number | undefined): number {
  const { window, days } = schedule
  let from = now
  if (last !== undefined && (window !== undefined || days !== undefined)) {
    const before = wallAt(zone, last)
    const same = (at: number): boolean =>
      window !== undefined && window.from !== window.to
        ? isOpen({ ...schedule, at: undefined, days: undefined } as never, zone, at)
        : wallAt(zone, at).date === before.date
    let over = last
    while (same(over)) over = Math.floor(over / MINUTE) * MINUTE + MINUTE
    if (window === undefined && days === undefined) over = last
    from = Math.max(now, over)
  }
  for (let at = from; ; at = Math.floor(at / MINUTE) * MINUTE + MINUTE) {
    if (schedule.at !== undefined && at < Date.parse(schedule.at)) at = Date.parse(schedule.at)
    if (isOpen(schedule, zone, at)) return at
  }
}

/** Where an instant lies, told by looking at every minute of its day. */
export function placeOf(schedule: Schedule, zone: string, now: number): 'before' | 'within' | 'after' {
  const { at, days } = schedule
  const wall = wallAt(zone, now)
  if (at !== undefined) {
    if (now < Date.parse(at)) return 'before'
    return wallAt(zone, Date.parse(at)).date === wall.date ? 'within' : 'after'
  }
  if (isOpen(schedule, zone, now)) return 'within'
  const bare = { ...schedule, days: undefined } as never
  let day = wall.day
  const { window } = schedule
  if (isOpen(bare, zone, now) && window !== undefined && window.from > window.to && wall.time < window.to)
    day = WEEK[(WEEK.indexOf(day) + 6) % 7]!
  if (days !== undefined && !days.includes(day))
    return days.some(one => WEEK.indexOf(one) > WEEK.indexOf(day)) ? 'before' : 'after'
  return wall.time < window!.from ? 'before' : 'after'
}

/** The first minute from an instant on at which clocks there show a time on one of the days: an hour later where they jump over it, the first time where they show it twice. */
export function timeOfDayAfter(time: string, days: readonly Weekday[] | undefined, zone: string, from: number): number {
  for (let at = Math.ceil(from / MINUTE) * MINUTE; ; at += MINUTE) {
    const wall = wallAt(zone, at)
    const anHourAgo = wallAt(zone, at - 60 * MINUTE).time
    const shown = wall.time === time && anHourAgo !== time
    const skipped = hourAfter(anHourAgo) === time && wall.time === hourAfter(time)
    if ((shown || skipped) && (days === undefined || days.includes(wall.day))) return at
  }
}

const hourAfter = (time: string): string => `${String((Number(time.slice(0, 2)) + 1) % 24).padStart(2, '0')}${time.slice(2)}`
