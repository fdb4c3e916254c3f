import type { Deployment, Wanted } from '../support/scratch-deployment.ts'
import type { Result } from './result.ts'

/** Where a bench runs, and for how long. */
export interface BenchSettings {
  readonly deploy: (wanted?: Wanted) => Promise<Deployment>
  /** Each measures the case and its baseline, in turns. */
  readonly rounds: number
  /** How long one measurement takes, where time bounds it. */
  readonly seconds: number
  /** Of a bench that is one long measurement where this is given: how many messages it takes. */
  readonly messages?: number
  /** Of a bench that is one long measurement where this is given: of how many customers. */
  readonly customers?: number
  /** Tells people how far it is. */
  readonly say: (what: string) => void
}

/** Measures something beside its baseline, on a deployment of its own. */
export type Bench = (settings: BenchSettings) => Promise<Result[]>

/** Of the customers' topics, as a deployment has them by default. */
export const PARTITIONS = 12
