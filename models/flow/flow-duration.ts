const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const WEEK = 7 * DAY

const PARTS = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
const SIZES = [WEEK, DAY, HOUR, MINUTE, SECOND] as const
/** As far as dates go (ECMA-262, time range): what is written as longer is that long. */
const LONGEST = 8.64e15

/** In ms. The text must be a `FlowDuration` (schemas/flow.ts); days have 24 hours. */
export function durationMs(text: string): number {
  const [, ...parts] = PARTS.exec(text) ?? []
  return Math.min(
    LONGEST,
    SIZES.reduce((sum, size, i) => sum + size * Number(parts[i] ?? 0), 0),
  )
}

/** A hundred years. */
const LONGEST_WAIT = 36_525 * DAY

/** The same of what somebody waits for: longer waits end on no date that anything can be due at. */
export const waitMs = (text: string): number => Math.min(LONGEST_WAIT, durationMs(text))

/** The shortest way to write so many ms, at least a second, as a `FlowDuration`. */
export function durationOf(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / SECOND))
  const days = Math.floor(seconds / (DAY / SECOND))
  const rest = seconds - days * (DAY / SECOND)
  const time = [
    [Math.floor(rest / 3600), 'H'],
    [Math.floor((rest % 3600) / 60), 'M'],
    [rest % 60, 'S'],
  ] as const
  const clock = time.map(([count, unit]) => (count > 0 ? `${count}${unit}` : '')).join('')
  return `P${days > 0 ? `${days}D` : ''}${clock === '' ? '' : `T${clock}`}`
}

const NAMES = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
] as const

/** `3 days`, `1 day 6 hours`, `no time`: so many ms for people, in its two largest units. */
export function spanText(ms: number): string {
  const words: string[] = []
  let rest = ms
  for (const [size, name] of NAMES) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) words.push(`${count.toLocaleString('en-US')} ${name}${count === 1 ? '' : 's'}`)
    if (words.length === 2) break
  }
  return words.length === 0 ? 'no time' : words.join(' ')
}
