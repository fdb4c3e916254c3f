import { varianceOf } from './covariance.ts'

/** What a model found of a parameter: in 95 of 100 cases it lies from `low` to `high`, which are null where that cannot be told. */
export interface Estimated {
  readonly name: string
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  /** True where the data ask for ever less, or ever more, of it, and the search was ended. */
  readonly atEdge: boolean
}

/** A model that data were fitted with, or why there is none. `says` is for whoever reads the report. */
export type Fitted<Model> =
  | {
      readonly kind: 'fitted'
      readonly model: Model
      readonly parameters: readonly Estimated[]
      /** The parameters' logarithms, in that order, and how sure they are; null where the data do not tell. */
      readonly logs: Float64Array
      readonly covariance: Float64Array | null
      readonly logLikelihood: number
      readonly customers: number
      /** What to bear in mind, a sentence each. */
      readonly warnings: readonly string[]
    }
  | { readonly kind: 'not_fitted'; readonly reason: 'too_few' | 'no_repeats' | 'no_optimum'; readonly says: string }

export const Z95 = 1.959963985

/** By the normal approximation of logarithms, so that bounds are above 0. */
export function estimatedOf(
  names: readonly string[],
  logs: Float64Array,
  covariance: Float64Array | null,
  edges: readonly boolean[],
): Estimated[] {
  return names.map((name, i) => {
    const atEdge = edges[i]!
    const value = Math.exp(logs[i]!)
    if (covariance === null || atEdge) return { name, value, low: null, high: null, atEdge }
    const slopes = new Float64Array(logs.length)
    slopes[i] = 1
    const reach = Z95 * Math.sqrt(varianceOf(slopes, covariance))
    return { name, value, low: value * Math.exp(-reach), high: Math.min(Number.MAX_VALUE, value * Math.exp(reach)), atEdge }
  })
}

/** A warning for each parameter at its edge, and one where there is no covariance. */
export function warningsOf(
  parameters: readonly Estimated[],
  covariance: Float64Array | null,
  meanings: Readonly<Record<string, string>>,
): string[] {
  const edges = parameters.filter(({ atEdge }) => atEdge).map(({ name }) => meanings[name]!)
  return covariance === null
    ? [...edges, 'The data do not tell the parameters apart, so there are no intervals for what is uncertain about them.']
    : edges
}
