import type { FlowDiscount, FlowLanguage, FlowStepOf } from '../../../schemas/flow.ts'

/** When something is to happen (epoch ms), and the how-manieth timer of its customer it is: among those due at once the earlier set comes first. */
export interface Timer {
  readonly due: number
  readonly n: number
}

/** What a run waits for. `held`: it is to come to its step when its campaign goes on. */
export type Wait =
  | { readonly for: 'held' }
  | { readonly for: 'time'; readonly timer: Timer }
  | { readonly for: 'customer'; readonly timer?: Timer }
  | { readonly for: 'allocator'; readonly ask: string }
  | { readonly for: 'webhook'; readonly call: string; readonly timer: Timer }

/** A customer on their way through a version of a flow. */
export interface Run {
  readonly campaignId: string
  readonly version: number
  /** The how-manieth of this customer in this campaign, from 1. */
  readonly entry: number
  readonly enteredAt: number
  readonly step: string
  /** When it came to the step. */
  readonly since: number
  readonly wait: Wait
  /** How often it came to each step. */
  readonly passes: Readonly<Record<string, number>>
  /** When it was let through each `schedule` step last. */
  readonly through: Readonly<Record<string, number>>
  /** Of the `experiment` it passed last. */
  readonly variant?: string
  /** The product whose news began it. */
  readonly product?: string
  /** The text it sent last. */
  readonly text?: { readonly id: string; readonly at: number }
}

/** What all runs of a customer in one campaign have together. Instants in epoch ms. */
export interface Standing {
  readonly entries: number
  readonly enteredAt: number
  /** The mark of the last appointment that was kept. */
  readonly kept?: number
  /** The launch that was followed last. */
  readonly launched?: number
  /** Of `limit` steps with `per`: when each let somebody pass, the newest last. */
  readonly allowed: Readonly<Record<string, readonly number[]>>
  /** When texts went, the newest last: as many as the flow's `rate_limit` steps look at. */
  readonly texts: readonly number[]
}

export const newStanding: Standing = { entries: 0, enteredAt: 0, allowed: {}, texts: [] }

/** Why a run ended. */
export type Ending =
  | 'completed'
  | 'goal'
  | 'stopped'
  | 'opted_out'
  /** It walked on and on: the flow is none that the checker passed. */
  | 'too_many_steps'
  /** Its step has no edge for what happened: likewise. */
  | 'no_way_on'

/** Which run something is of. */
export interface OfRun {
  readonly campaignId: string
  readonly version: number
  readonly entry: number
  readonly at: number
}

type Choices = Pick<FlowStepOf<'product_choice'>, 'choices' | 'count'>

/** What a fold of flows wants done in the world, or has to tell of a run. Ids are the same whenever the same records are folded. */
export type Effect = OfRun &
  (
    | ({
        readonly type: 'send'
        readonly id: string
        readonly step: string
        readonly content: string
        readonly language?: FlowLanguage
        readonly discount?: FlowDiscount
        readonly link?: string
        readonly imageUrl?: string
        readonly contactCard?: { readonly name: string; readonly phone: string }
        /** Of the experiment it passed last. */
        readonly variant?: string
        /** The product that the run is about. */
        readonly product?: string
      } & Partial<Choices>)
    | {
        readonly type: 'webhook'
        readonly id: string
        readonly step: string
        readonly url: string
        readonly method: 'POST' | 'PUT'
        readonly product?: string
      }
    | {
        readonly type: 'ask'
        readonly id: string
        readonly step: string
        readonly occurrences: number
        /** In ms; absent: over all time. */
        readonly perMs?: number
      }
    | { readonly type: 'property'; readonly step: string; readonly name: string; readonly value: unknown }
    | { readonly type: 'assigned'; readonly step: string; readonly variant: string }
    | { readonly type: 'entered' }
    | { readonly type: 'held_out' }
    | { readonly type: 'ended'; readonly step: string; readonly reason: Ending }
  )
