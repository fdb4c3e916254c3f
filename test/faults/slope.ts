/** How much y grows per x: the median of the slopes between all pairs of points, which outliers do not move (Theil 1950, Sen 1968). */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes: number[] = []
  for (const [i, [x, y]] of points.entries())
    for (const [later, high] of points.slice(i + 1)) if (later !== x) slopes.push((high - y) / (later - x))
  slopes.sort((a, b) => a - b)
  return slopes[slopes.length >> 1] ?? 0
}
