/**
 * ψ(x), the derivative of ln Γ(x), for x > 0: moved up by ψ(x) = ψ(x + 1) − 1/x until the asymptotic series holds to 14 digits (Abramowitz & Stegun 1964,
 * 6.3.5 and 6.3.18).
 */
export function digamma(x: number): number {
  let [y, sum] = [x, 0]
  for (; y < 10; y++) sum -= 1 / y
  const s = 1 / (y * y)
  return (
    sum + Math.log(y) - 0.5 / y - s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - (s * 691) / 32760)))))
  )
}
