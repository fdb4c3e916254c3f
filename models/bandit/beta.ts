/** ln Γ(x) for x > 0, to about 15 digits (Lanczos 1964 with the coefficients of Numerical Recipes, 3rd ed., §6.1). */
export function logGamma(x: number): number {
  const shifted = x + 5.2421875
  let series = 0.9999999999999971
  for (const [j, coefficient] of LANCZOS.entries()) series += coefficient / (x + j + 1)
  return (x + 0.5) * Math.log(shifted) - shifted + Math.log((2.5066282746310007 * series) / x)
}

const LANCZOS = [
  57.15623566586292, -59.59796035547549, 14.136097974741746, -0.4919138160976202, 0.3399464998481189e-4, 0.4652362892704858e-4,
  -0.9837447530487956e-4, 0.1580887032249125e-3, -0.2102644417241049e-3, 0.2174396181152126e-3, -0.1643181065367639e-3,
  0.8441822398385275e-4, -0.261908384015814e-4, 0.3689918265953162e-5,
]

/** The density of Beta(a, b) at x, 0 < x < 1. */
export const betaDensity = (x: number, a: number, b: number): number =>
  Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b))

/** The chance that Beta(a, b) is at most x: the regularised incomplete beta function, by its continued fraction (Numerical Recipes §6.4). */
export function betaBelow(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b))
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b
}

/** By Lentz's method; within a few times √max(a, b) steps where x lies on its side of the mean. */
function fraction(x: number, a: number, b: number): number {
  const most = 200 + 20 * Math.sqrt(Math.max(a, b))
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let found = d
  for (let m = 1; m <= most; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    found *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    const factor = d * c
    found *= factor
    if (Math.abs(factor - 1) < 1e-14) break
  }
  return found
}

const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value)
