import { dayIn, weekIn } from './local-time.ts'

/** At most so many within a day or a week of the calendar, or within the last `span` (ms). `text` is how it was written, and how a reason names it. */
export interface SmsCap {
  readonly text: string
  readonly most: number
  readonly span: 'day' | 'week' | number
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A day with a change of clocks; the same of a week. */
const LONGEST = { day: 26 * HOUR, week: 7 * DAY + 2 * HOUR } as const
const FARTHEST_DAYS = 92

/** `2/day, 5/7d, 1/4h, 6/week`, in any number; undefined for anything else. */
export function readCaps(text: string): readonly SmsCap[] | undefined {
  const caps = text.split(',').map(readCap)
  return caps.every(cap => cap !== undefined) ? caps : undefined
}

function readCap(written: string): SmsCap | undefined {
  const [, count, calendar, hours, unit] = /^(\d{1,4})\/(?:(day|week)|(\d{1,4})([hd]))$/.exec(written.trim()) ?? []
  const most = Number(count)
  const span = calendar === undefined ? Number(hours) * (unit === 'd' ? DAY : HOUR) : (calendar as 'day' | 'week')
  if (!(most >= 1) || (typeof span === 'number' && !(span >= HOUR && span <= FARTHEST_DAYS * DAY))) return undefined
  return { text: written.trim(), most, span }
}

/** How far back, in ms, texts may count under any of these caps; 0 where there is none. */
export const capsReach = (caps: readonly SmsCap[]): number =>
  Math.max(0, ...caps.map(({ span }) => (typeof span === 'number' ? span : LONGEST[span])))

/**
 * The first cap under which no other text may go at `now`, given when earlier ones went (epoch ms, in any order); undefined when one may.
 * Days and weeks (from Monday on) are those of the calendar in `zone`. What went after `now`, by a clock that was set back, counts.
 */
export const reachedCap = (caps: readonly SmsCap[], went: readonly number[], zone: string, now: number): SmsCap | undefined =>
  caps.find(({ most, span }) => went.filter(at => at > now || counts(span, at, zone, now)).length >= most)

function counts(span: SmsCap['span'], at: number, zone: string, now: number): boolean {
  if (span === 'day') return dayIn(zone, at) === dayIn(zone, now)
  if (span === 'week') return weekIn(zone, at) === weekIn(zone, now)
  return at > now - span
}
