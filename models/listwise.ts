/** A linear score of features: what each adds for every unit it is above its mean. */
export interface Linear {
  readonly mean: Float64Array
  readonly slope: Float64Array
}

export interface ListwiseOptions {
  readonly rounds: number
  /** Ridge on the weights. */
  readonly lambda: number
}

/** Rows of features with what became of them, list by list. */
export interface Lists {
  /** Row-major, rows × features. */
  readonly values: Float32Array
  readonly features: number
  /** 1 for taken, 0 for not. */
  readonly labels: Uint8Array
  /** Where each list begins; the last is the number of rows. */
  readonly starts: Int32Array
}

/**
 * Fits a linear score so that of each list what was taken stands out: the cross-entropy of a softmax over the list, as in ListNet (Cao
 * et al. 2007), by gradient descent with a step of its own for each weight (Adam, Kingma & Ba 2015).
 */
export function fitListwise(lists: Lists, { rounds, lambda }: ListwiseOptions): Linear {
  const { mean, spread } = moments(lists)
  const { features } = lists
  const weights = new Float64Array(features)
  const [first, second] = [new Float64Array(features), new Float64Array(features)]
  for (let round = 1; round <= rounds; round++) {
    const gradient = gradientOf(lists, weights, mean, spread)
    for (let f = 0; f < features; f++) {
      const g = gradient[f]! + lambda * weights[f]!
      first[f] = 0.9 * first[f]! + 0.1 * g
      second[f] = 0.999 * second[f]! + 0.001 * g * g
      weights[f]! -= (0.05 * first[f]!) / (1 - 0.9 ** round) / (Math.sqrt(second[f]! / (1 - 0.999 ** round)) + 1e-8)
    }
  }
  return { mean, slope: weights.map((weight, f) => weight / spread[f]!) }
}

/** The score of one row of features; what is not a number counts as the mean. */
export function linearScore({ mean, slope }: Linear, values: ArrayLike<number>, offset = 0): number {
  let sum = 0
  for (let f = 0; f < slope.length; f++) {
    const above = values[offset + f]! - mean[f]!
    if (!Number.isNaN(above)) sum += slope[f]! * above
  }
  return sum
}

/** Of the mean loss of a list. */
function gradientOf(
  { values, features, labels, starts }: Lists,
  weights: Float64Array,
  mean: Float64Array,
  spread: Float64Array,
): Float64Array {
  const gradient = new Float64Array(features)
  const model = { mean, slope: weights.map((weight, f) => weight / spread[f]!) }
  let counted = 0
  for (let l = 0; l + 1 < starts.length; l++) {
    const [from, to] = [starts[l]!, starts[l + 1]!]
    let taken = 0
    for (let i = from; i < to; i++) taken += labels[i]!
    if (taken === 0) continue
    counted++
    const chances = softmax(from, to, i => linearScore(model, values, i * features))
    for (let i = from; i < to; i++) {
      const pull = chances[i - from]! - labels[i]! / taken
      for (let f = 0; f < features; f++) {
        const value = values[i * features + f]!
        if (!Number.isNaN(value)) gradient[f]! += (pull * (value - mean[f]!)) / spread[f]!
      }
    }
  }
  return gradient.map(sum => sum / Math.max(1, counted))
}

function softmax(from: number, to: number, score: (i: number) => number): Float64Array {
  const scores = new Float64Array(to - from)
  for (let i = from; i < to; i++) scores[i - from] = score(i)
  const highest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  let sum = 0
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scores[i]! - highest)
    sum += scores[i]!
  }
  return scores.map(one => one / sum)
}

function moments({ values, features }: Lists): { mean: Float64Array; spread: Float64Array } {
  const [mean, spread, count] = [new Float64Array(features), new Float64Array(features), new Float64Array(features)]
  for (let at = 0; at < values.length; at++) {
    const f = at % features
    if (Number.isNaN(values[at]!)) continue
    mean[f]! += values[at]!
    count[f]!++
  }
  for (let f = 0; f < features; f++) mean[f]! /= Math.max(1, count[f]!)
  for (let at = 0; at < values.length; at++) {
    const f = at % features
    if (!Number.isNaN(values[at]!)) spread[f]! += (values[at]! - mean[f]!) ** 2
  }
  return { mean, spread: spread.map((sum, f) => Math.sqrt(sum / Math.max(1, count[f]!)) || 1) }
}
