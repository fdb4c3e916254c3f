/**
 * Where a falling, flattening curve has its knee: the x from which more brings little (Kneedle, Satopää, Albrecht, Irwin & Raghavan 2011, for
 * known points, without smoothing). The curve is put into the unit square and turned over; where it stands highest above the diagonal, and then falls
 * by more than sensitivity × the mean step of x before it next rises to a peak, is a knee; of several, the most pronounced one.
 *
 * @param xs ascending, as many as `ys`
 * @returns undefined where there is no knee: fewer than three points, a flat or a straight line
 */
export function kneeOf(xs: readonly number[], ys: readonly number[], sensitivity = 1): number | undefined {
  const [low, high] = [Math.min(...ys), Math.max(...ys)]
  const width = (xs.at(-1) ?? 0) - (xs[0] ?? 0)
  if (xs.length < 3 || high === low || width === 0) return undefined
  const above = xs.map((x, i) => (high - ys[i]!) / (high - low) - (x - xs[0]!) / width)
  const fall = sensitivity / (xs.length - 1)
  let best: number | undefined
  for (const i of peaksOf(above)) {
    const next = above.findIndex((value, j) => j > i && (isPeak(above, j) || value < above[i]! - fall))
    const falls = next >= 0 && above[next]! < above[i]! - fall
    if (falls && (best === undefined || above[i]! > above[best]!)) best = i
  }
  return best === undefined ? undefined : xs[best]
}

const peaksOf = (values: readonly number[]): number[] => [...values.keys()].filter(i => isPeak(values, i))

function isPeak(values: readonly number[], i: number): boolean {
  const [before, here, after] = [values[i - 1], values[i]!, values[i + 1]]
  return before !== undefined && after !== undefined && here > before && here >= after
}
