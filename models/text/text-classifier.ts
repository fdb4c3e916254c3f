import { Random } from '../random.ts'
import { textFeatures } from './text-features.ts'

/** What tells classes of texts apart: two linear scores of the same features, and how much the second counts. */
export interface TextClassifier {
  readonly classes: readonly string[]
  readonly bits: number
  /** How much a feature tells, by how few texts have it. */
  readonly rarity: Float32Array
  /** Of the logistic regression. */
  readonly logistic: Rows
  readonly bias: Float64Array
  /** Of the complement naive Bayes. */
  readonly bayes: Rows
}

/** Weights in 255 steps, so that they fit a repository: row-major, classes × 2^bits; a step is worth `step`. */
interface Rows {
  readonly step: number
  readonly values: Int8Array
}

export interface Labelled {
  readonly text: string
  readonly label: string
}

const BAYES_SHARE = 0.6
/** Pseudo-count of a feature never met. */
const SMOOTHING = 0.1
const EPOCHS = 10
const RATE = 4
/** Inverse strength of the ridge, as support vector machines count it. */
const C = 12

/** Features of a text by number with their TF-IDF weights, of length 1 together. */
interface Weighed {
  readonly features: Int32Array
  readonly weights: Float64Array
}

/** Chances of each class, adding up to 1, in the order of `classes`. */
export function classify(model: TextClassifier, text: string): Float64Array {
  const weighed = weigh(textFeatures(text, model.bits), model.rarity)
  const chances = softmax(score(model.logistic, weighed, model).map((sum, k) => sum + model.bias[k]!))
  const second = softmax(score(model.bayes, weighed, model))
  return chances.map((chance, k) => (chance + BAYES_SHARE * second[k]!) / (1 + BAYES_SHARE))
}

function score(
  { step, values }: Rows,
  { features, weights }: Weighed,
  { classes, bits }: Pick<TextClassifier, 'classes' | 'bits'>,
) {
  return Float64Array.from(classes, (_, k) => {
    let sum = 0
    for (let i = 0; i < features.length; i++) sum += values[k * 2 ** bits + features[i]!]! * weights[i]!
    return sum * step
  })
}

function inSteps(weights: Float64Array): Rows {
  const step = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127 || 1
  return { step, values: Int8Array.from(weights, weight => Math.round(weight / step)) }
}

function weigh(counts: ReadonlyMap<number, number>, rarity: Float32Array): Weighed {
  const features = Int32Array.from(counts.keys())
  const weights = Float64Array.from(counts, ([feature, count]) => (1 + Math.log(count)) * rarity[feature]!)
  const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) || 1
  return { features, weights: weights.map(weight => weight / length) }
}

/**
 * Learns to tell labels apart: a softmax regression on TF-IDF by stochastic gradient descent with a falling rate (Bottou 2010), rare
 * classes weighed up so that macro-F1 counts, beside a complement naive Bayes (Rennie et al. 2003), which errs elsewhere.
 */
export function learnTexts(rows: readonly Labelled[], bits: number): TextClassifier {
  const classes = [...new Set(rows.map(({ label }) => label))].sort()
  const size = 2 ** bits
  const counted = rows.map(({ text }) => textFeatures(text, bits))
  const having = new Float64Array(size)
  for (const counts of counted) for (const feature of counts.keys()) having[feature]!++
  const rarity = Float32Array.from(having, count => Math.log((rows.length + 1) / (count + 1)) + 1)
  const texts = counted.map(counts => weigh(counts, rarity))
  const labels = Int32Array.from(rows, ({ label }) => classes.indexOf(label))
  const { logistic, bias } = regress(texts, labels, classes.length, size)
  return { classes, bits, rarity, logistic, bias, bayes: complementBayes(texts, labels, classes.length, size) }
}

function regress(texts: readonly Weighed[], labels: Int32Array, classes: number, size: number) {
  const rows = new Float64Array(classes * size)
  const bias = new Float64Array(classes)
  const counts = new Float64Array(classes)
  for (const label of labels) counts[label]!++
  const ridge = 1 / (C * texts.length)
  const random = new Random('texts', 1)
  const order = Int32Array.from(labels.keys())
  // The rows are worth `scale` times what they hold: a ridge on all of them is one multiplication.
  let scale = 1
  let step = 0
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random)
    for (const text of order) {
      const { features, weights } = texts[text]!
      const sums = Float64Array.from({ length: classes }, (_, k) => {
        let sum = 0
        for (let i = 0; i < features.length; i++) sum += rows[k * size + features[i]!]! * weights[i]!
        return sum * scale + bias[k]!
      })
      const chances = softmax(sums)
      const rate = RATE / (1 + RATE * ridge * step++ * 10)
      scale *= 1 - rate * ridge
      const importance = texts.length / classes / counts[labels[text]!]!
      for (let k = 0; k < classes; k++) {
        const pull = ((k === labels[text] ? 1 : 0) - chances[k]!) * importance * rate
        for (let i = 0; i < features.length; i++) rows[k * size + features[i]!]! += (pull / scale) * weights[i]!
        bias[k]! += pull * 0.1
      }
    }
  }
  return { logistic: inSteps(rows.map(weight => weight * scale)), bias }
}

/** Of each class, how little a feature belongs to the others: −ln of its smoothed share among all their features. */
function complementBayes(texts: readonly Weighed[], labels: Int32Array, classes: number, size: number): Rows {
  const sums = new Float64Array(classes * size)
  const all = new Float64Array(size)
  const totals = new Float64Array(classes)
  for (const [text, { features, weights }] of texts.entries())
    for (let i = 0; i < features.length; i++) {
      sums[labels[text]! * size + features[i]!]! += weights[i]!
      all[features[i]!]! += weights[i]!
      totals[labels[text]!]! += weights[i]!
    }
  const total = totals.reduce((sum, one) => sum + one, 0)
  const rows = sums.map((sum, at) => {
    const label = Math.floor(at / size)
    return -Math.log((all[at % size]! - sum + SMOOTHING) / (total - totals[label]! + SMOOTHING * size))
  })
  return inSteps(centred(rows, classes, size))
}

/** Without what a feature adds to every class: it decides nothing, and would take up the steps. */
function centred(rows: Float64Array, classes: number, size: number): Float64Array {
  for (let feature = 0; feature < size; feature++) {
    let sum = 0
    for (let k = 0; k < classes; k++) sum += rows[k * size + feature]!
    for (let k = 0; k < classes; k++) rows[k * size + feature]! -= sum / classes
  }
  return rows
}

function shuffle(order: Int32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.int(0, i)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
}

function softmax(sums: Float64Array): Float64Array {
  const highest = sums.reduce((a, b) => Math.max(a, b))
  const powers = sums.map(sum => Math.exp(sum - highest))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map(power => power / total)
}
