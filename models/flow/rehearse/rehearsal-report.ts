import type { CostClass } from '../../sms-cost.ts'
import type { Ending } from '../run/run.ts'
import type { Queue } from './drain.ts'
import type { Timeline } from './timelines.ts'

type Counts = Readonly<Record<string, number>>

/** What a campaign would have done. All instants are epoch ms of the virtual clock. Sums hold as they are written beside. */
export interface RehearsalReport {
  readonly from: number
  readonly to: number
  /** What there was to learn from: the first and the last instant that anything happened at up to `to`, and how many records; null of none. */
  readonly history: { readonly first: number | null; readonly last: number | null; readonly records: number }
  /** known = entered + heldOut + neither */
  readonly customers: {
    readonly known: number
    readonly entered: number
    readonly heldOut: number
    readonly neither: number
  }
  /** entered = underWay + all that ended. A customer may enter more than once. */
  readonly entries: {
    readonly entered: number
    readonly heldOut: number
    readonly underWay: number
    readonly ended: Readonly<Partial<Record<Ending, number>>>
  }
  /** planned = sent + waiting + all that are suppressed. `delayed`: of those sent, the ones that quiet hours held back first. */
  readonly texts: {
    readonly planned: number
    readonly sent: number
    readonly waiting: number
    readonly suppressed: Counts
    readonly delayed: number
    /** Of those sent, the ones with a link. */
    readonly linked: number
    readonly steps: readonly { readonly step: string; readonly planned: number; readonly sent: number }[]
  }
  /** Hours in which something went, by their first instant. */
  readonly hours: readonly { readonly at: number; readonly texts: number; readonly parts: number }[]
  readonly parts: {
    readonly all: number
    readonly classes: readonly CostClass[]
    /** Texts in which something stood that nobody knew then, counted as long as it may be. */
    readonly standIns: number
  }
  readonly drain: { readonly longest: Queue | null; readonly longestWaitMs: number }
  readonly webhooks: number
  /** Of limits that customers share. */
  readonly asked: { readonly allowed: number; readonly limited: number }
  readonly variants: readonly { readonly step: string; readonly variant: string; readonly times: number }[]
  readonly overlaps: readonly {
    readonly campaignId: string
    /** Who entered both, and of these who were in both at one time. */
    readonly customers: number
    readonly together: number
    /** What it sent to those customers meanwhile. */
    readonly texts: number
  }[]
  readonly timelines: readonly Timeline[]
}

/** A text that was to go, as the runtime asks for it. */
export interface RehearsedSend {
  readonly id: string
  readonly customerId: string
  readonly campaignId: string
  readonly step: string
  readonly at: number
}
