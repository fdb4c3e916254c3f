/** What lies below `low` or above `high` is an outlier. */
export interface Fences {
  readonly low: number
  readonly high: number
}

/** 1.5 interquartile ranges outside the quartiles (Tukey 1977), quartiles interpolated linearly, as numpy and pandas do. Of no values, nothing is an outlier: both 0. */
export function tukeyFences(values: Float64Array): Fences {
  if (values.length === 0) return { low: 0, high: 0 }
  const sorted = values.slice().sort()
  const [first, third] = [quantile(sorted, 0.25), quantile(sorted, 0.75)]
  const reach = 1.5 * (third - first)
  return { low: first - reach, high: third + reach }
}

function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const [low, high] = [sorted[below]!, sorted[Math.ceil(place)]!]
  return low + (high - low) * (place - below)
}
