import type { Random } from '../random.ts'

/** A draw from Beta(a, b), a and b above 0: of two gammas the share of the first. */
export function betaDraw(a: number, b: number, random: Random): number {
  const [one, other] = [logGammaDraw(a, random), logGammaDraw(b, random)]
  return 1 / (1 + Math.exp(other - one))
}

/** The logarithm of a draw from Gamma(shape, 1): Marsaglia & Tsang 2000 ("A simple method for generating gamma variables"), below 1 by their boost; a logarithm, for of small shapes most draws are below what doubles hold. */
function logGammaDraw(shape: number, random: Random): number {
  if (shape < 1) return logGammaDraw(shape + 1, random) + Math.log(uniform(random)) / shape
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const z = normalDraw(random)
    const v = (1 + c * z) ** 3
    if (v > 0 && Math.log(uniform(random)) < 0.5 * z * z + d - d * v + d * Math.log(v)) return Math.log(d * v)
  }
}

/** Of the standard normal distribution (Box & Muller 1958); of the two that it makes one is used. */
const normalDraw = (random: Random): number => Math.sqrt(-2 * Math.log(uniform(random))) * Math.cos(2 * Math.PI * uniform(random))

/** Above 0 and below 1. */
const uniform = (random: Random): number => (random.uint32() + 0.5) / 2 ** 32
