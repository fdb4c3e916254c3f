const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

export const count = value => whole.format(value)
export const rate = value => (value < 10 ? tenth : whole).format(value)
export const short = value => (value < 10_000 ? whole : compact).format(value)

/** Milliseconds or seconds as a number and its unit. */
export function duration(ms) {
  if (ms < 1000) return [(ms < 10 ? tenth : whole).format(ms), 'ms']
  if (ms < 120_000) return [tenth.format(ms / 1000), 's']
  return [whole.format(ms / 60_000), 'min']
}

export function ago(instant) {
  const seconds = Math.max(0, (Date.now() - Date.parse(instant)) / 1000)
  if (seconds < 5) return 'now'
  if (seconds < 60) return `${Math.floor(seconds)} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  return seconds < 86_400
    ? `${Math.floor(seconds / 3600)} h ago`
    : new Date(instant).toLocaleDateString('en', { dateStyle: 'medium' })
}

export function money(decimal, currency) {
  const value = Number(decimal)
  const [number, digits] = value < 1000 ? [value, 2] : [value, 0]
  return `${currency} ${value < 100_000 ? number.toLocaleString('en', { maximumFractionDigits: digits }) : compact.format(value)}`
}
