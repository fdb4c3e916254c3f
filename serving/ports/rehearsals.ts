import type { SenderSpeed } from '../../models/flow/rehearse/drain.ts'
import type { ExpectedResponse } from '../../models/flow/rehearse/expected-response.ts'
import type { RehearsalReport } from '../../models/flow/rehearse/rehearsal-report.ts'
import type { Campaign, Who } from './campaigns.ts'

/** A rehearsal with what it is said from. */
export interface RehearsalResult {
  readonly report: RehearsalReport
  readonly speed: SenderSpeed
  /** Of one part, in 1/10,000 of the major unit; undefined: no price is known. */
  readonly pricePerPart: number | undefined
  /** ISO 4217. */
  readonly currency: string
  readonly expected: ExpectedResponse | null
  /** Everybody counted as reachable who had not said no: the history tells of no phones and consent, or that was asked for. */
  readonly reachable: boolean
  /** Since when the history is kept whole, epoch ms; 0: from its beginning. */
  readonly keptSince: number
}

/** What to rehearse: by default the last 90 days of what happened. Epoch ms. */
export interface RehearsalWish {
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly reachable: boolean
}

export type RehearsalProgress =
  | { readonly type: 'reading'; readonly records: number; readonly of: number }
  | { readonly type: 'counting' }

/** `busy`: another is under way. `late`, `too_large`: it was given up. `stopped`: nobody waited for it any more. */
export type Rehearsed =
  | { readonly outcome: 'done'; readonly result: RehearsalResult }
  | { readonly outcome: 'busy' | 'late' | 'too_large' | 'stopped' | 'range' }

export interface Rehearsals {
  /** Rehearses the newest version of a campaign beside those that run. Sends and changes nothing but the line in its history that says so. */
  rehearse(
    campaign: Campaign,
    wish: RehearsalWish,
    who: Who,
    say: (progress: RehearsalProgress) => void,
    signal: AbortSignal,
  ): Promise<Rehearsed>
}
