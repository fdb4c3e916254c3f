/** Turns scores into chances: 1 / (1 + e^−(slope · score + intercept)). */
export interface Calibration {
  readonly slope: number
  readonly intercept: number
}

const STEPS = 50
const CLOSE = 1e-9

/**
 * Fits a logistic curve to what became of scores by Newton's method, targets drawn in a little so that a few examples prove nothing for
 * certain (Platt 1999, with the safe steps of Lin, Lin & Weng 2007). Undefined where all came out alike.
 */
export function calibrate(scores: readonly number[], happened: readonly boolean[]): Calibration | undefined {
  const yes = happened.filter(Boolean).length
  const no = happened.length - yes
  if (yes === 0 || no === 0) return undefined
  const targets = happened.map(one => (one ? (yes + 1) / (yes + 2) : 1 / (no + 2)))
  let found: Calibration = { slope: 0, intercept: Math.log((yes + 1) / (no + 1)) }
  let loss = lossOf(found, scores, targets)
  for (let step = 0; step < STEPS; step++) {
    const move = newton(found, scores, targets)
    let size = 1
    let next = moved(found, move, size)
    while (lossOf(next, scores, targets) > loss && size > CLOSE) {
      size /= 2
      next = moved(found, move, size)
    }
    const better = loss - lossOf(next, scores, targets)
    if (better <= 0) break
    found = next
    loss -= better
    if (better < CLOSE * scores.length) break
  }
  return found
}

export const chanceOf = (score: number, { slope, intercept }: Calibration): number =>
  1 / (1 + Math.exp(-(slope * score + intercept)))

const moved = ({ slope, intercept }: Calibration, move: Calibration, size: number): Calibration => ({
  slope: slope - size * move.slope,
  intercept: intercept - size * move.intercept,
})

/** Cross entropy, written so that no exponential overflows. */
function lossOf({ slope, intercept }: Calibration, scores: readonly number[], targets: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < scores.length; i++) {
    const z = slope * scores[i]! + intercept
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i]! * z
  }
  return sum
}

/** Inverse Hessian times gradient. */
function newton(at: Calibration, scores: readonly number[], targets: readonly number[]): Calibration {
  let [gSlope, gIntercept, ss, si, ii] = [0, 0, 1e-9, 0, 1e-9]
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!
    const chance = chanceOf(score, at)
    const off = chance - targets[i]!
    const bend = chance * (1 - chance)
    gSlope += off * score
    gIntercept += off
    ss += bend * score * score
    si += bend * score
    ii += bend
  }
  const determinant = ss * ii - si * si
  return { slope: (ii * gSlope - si * gIntercept) / determinant, intercept: (ss * gIntercept - si * gSlope) / determinant }
}
