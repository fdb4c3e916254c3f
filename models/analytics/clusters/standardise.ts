/** A column to cluster by: a name that words are known for, and a number of each row. What is not finite counts as unknown. */
export interface Feature {
  readonly name: string
  readonly values: Float64Array
}

/** What was done to a column before distances were measured, for whoever reads the result. */
export interface Treatment {
  readonly name: string
  /** `logged`: ln(1 + |x|) with the sign of x, because it was skewed; `constant`: left out, nobody differs in it. */
  readonly treatment: 'plain' | 'logged' | 'constant'
  /** Of the column as it came, γ₁ = m₃ / m₂^1.5; 0 where it is constant. */
  readonly skewness: number
  /** Of the column after the logarithm, if one was taken. */
  readonly mean: number
  readonly deviation: number
  /** Values that were unknown and stand at the mean, and values that stood farther out than `LIMIT` deviations and stand there. */
  readonly unknown: number
  readonly clipped: number
}

/** Row-major rows × dimensions, each dimension with mean 0 and deviation 1 (before clipping); dimensions are the treatments that are not constant. */
export interface Standardised {
  readonly rows: number
  readonly dimensions: number
  readonly points: Float64Array
  readonly treatments: readonly Treatment[]
}

/** Beyond this skewness a column is highly skewed (Bulmer 1979, Principles of Statistics). */
const SKEWED = 1
/** One billion-rupee order must not be a cluster of its own, or bend the others: farther out than this, farther does not count. */
const LIMIT = 4
/** A deviation of so small a part of the largest value is rounding. */
const ROUNDING = 1e-12

/** Columns of equal length as points whose distances count every column alike. Nothing that comes out is NaN, whatever goes in. */
export function standardise(features: readonly Feature[], rows: number): Standardised {
  const columns = features.map(standard)
  const kept = columns.filter(({ treatment }) => treatment.treatment !== 'constant')
  const dimensions = kept.length
  const points = new Float64Array(rows * dimensions)
  for (const [f, { scores }] of kept.entries()) for (let i = 0; i < rows; i++) points[i * dimensions + f] = scores[i]!
  return { rows, dimensions, points, treatments: columns.map(({ treatment }) => treatment) }
}

interface Column {
  readonly treatment: Treatment
  readonly scores: Float64Array
}

function standard({ name, values }: Feature): Column {
  const plain = momentsOf(values)
  const logs = Math.abs(plain.skewness) > SKEWED ? values.map(x => Math.sign(x) * Math.log1p(Math.abs(x))) : undefined
  const after = logs === undefined ? plain : momentsOf(logs)
  const logged = logs !== undefined && Math.abs(after.skewness) < Math.abs(plain.skewness)
  const { mean, deviation, unknown, constant } = logged ? after : plain
  const column = logged ? logs : values
  const scores = new Float64Array(constant ? 0 : column.length)
  let clipped = 0
  for (let i = 0; i < scores.length; i++) {
    const score = Number.isFinite(column[i]) ? (column[i]! - mean) / deviation : 0
    if (Math.abs(score) > LIMIT) clipped++
    scores[i] = Math.max(-LIMIT, Math.min(LIMIT, score))
  }
  const treatment = constant ? 'constant' : logged ? 'logged' : 'plain'
  return { treatment: { name, treatment, skewness: plain.skewness, mean, deviation, unknown, clipped }, scores }
}

interface Moments {
  readonly mean: number
  readonly deviation: number
  readonly skewness: number
  readonly unknown: number
  readonly constant: boolean
}

/** Of the finite values; measured in parts of the largest, so that no cube overflows. */
function momentsOf(values: Float64Array): Moments {
  let [known, largest] = [0, 0]
  for (const x of values) {
    if (!Number.isFinite(x)) continue
    known++
    largest = Math.max(largest, Math.abs(x))
  }
  const unknown = values.length - known
  const scale = largest === 0 ? 1 : largest
  let sum = 0
  for (const x of values) if (Number.isFinite(x)) sum += x / scale
  const middle = known === 0 ? 0 : sum / known
  let [squares, cubes] = [0, 0]
  for (const x of values) {
    if (!Number.isFinite(x)) continue
    const away = x / scale - middle
    squares += away * away
    cubes += away * away * away
  }
  const deviation = known === 0 ? 0 : Math.sqrt(squares / known)
  const constant = deviation <= ROUNDING
  const skewness = constant ? 0 : cubes / known / deviation ** 3
  return { mean: middle * scale, deviation: deviation * scale, skewness, unknown, constant }
}
