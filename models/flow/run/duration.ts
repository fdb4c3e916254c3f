const PARTS = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A hundred years: longer ones end on no date that anything can be due at. */
const LONGEST = 36_525 * DAY

/** A flow's duration (schemas/flow.ts) in ms, a day being 24 hours whatever clocks do meanwhile. Throws where it is none. */
export function durationMs(duration: string): number {
  const found = PARTS.exec(duration)
  if (found === null) throw new Error(`${duration} is no duration`)
  const [weeks, days, hours, minutes, seconds] = found.slice(1).map(part => Number(part ?? 0))
  return Math.min(LONGEST, weeks! * 7 * DAY + days! * DAY + hours! * HOUR + minutes! * MINUTE + seconds! * SECOND)
}
