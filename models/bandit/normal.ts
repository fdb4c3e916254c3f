/** The density of the standard normal distribution. */
export const normalDensity = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)

/**
 * The chance that a standard normal is at most z, to about 1e-15: by Taylor's series around 0 nearby, by the continued fraction of
 * Mills' ratio in the tails (Abramowitz & Stegun 1964, 26.2.10 and 26.2.14).
 */
export function normalBelow(z: number): number {
  const x = Math.abs(z)
  const half = x < 4 ? 0.5 - series(x) : normalDensity(x) * mills(x)
  return z < 0 ? half : 1 - half
}

function series(x: number): number {
  let [term, sum] = [x, x]
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (x * x) / (2 * k + 1)
    sum += term
  }
  return sum * normalDensity(x)
}

function mills(x: number): number {
  let tail = x
  for (let k = 60; k > 0; k--) tail = x + k / tail
  return 1 / tail
}
