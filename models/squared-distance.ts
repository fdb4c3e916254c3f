/** The squared Euclidean distance of two points of `d` numbers that begin at `i` and `j`. */
export function squaredDistance(a: Float64Array, i: number, b: Float64Array, j: number, d: number): number {
  let sum = 0
  for (let f = 0; f < d; f++) {
    const apart = a[i + f]! - b[j + f]!
    sum += apart * apart
  }
  return sum
}
