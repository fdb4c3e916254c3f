import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Forecast {
  readonly params: readonly number[]
  readonly repeats: number
  readonly lastWeeks: number
  readonly ageWeeks: number
  readonly weeks: number
  /** Null where its closed form has a hole or overflows. */
  readonly lifetimes: number | null
  readonly integral: number
}

interface Compared {
  readonly arm: string
  readonly outcome: 'visit' | 'conversion' | 'spend'
  readonly lift: number
  readonly low: number
  readonly high: number
  readonly t: number
  readonly freedom: number
  readonly p: number
}

export interface ValueOracle {
  readonly bgNbd: {
    readonly lifetimes: Readonly<Record<string, number>>
    readonly scipy: Readonly<Record<string, number>>
    readonly logLikelihood: number
    readonly standardErrorsOfLogs: Readonly<Record<string, number>>
  }
  readonly forecasts: readonly Forecast[]
  readonly gammaGamma: {
    readonly parameters: Readonly<Record<string, number>>
    readonly customers: number
    readonly correlation: number
    readonly expected: readonly number[]
  }
  readonly hillstrom: readonly Compared[]
  readonly power: readonly {
    readonly perGroup: number
    readonly effect: number
    readonly alpha: number
    readonly power: number
  }[]
}

/** What test/oracles/value.py printed. */
export const oracle = JSON.parse(readFileSync(join(import.meta.dirname, '../oracles/value.json'), 'utf8')) as ValueOracle
