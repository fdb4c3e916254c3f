import type { Flow, FlowStep } from '../../../schemas/flow.ts'
import { waitMs } from '../flow-duration.ts'

/** A version of a campaign, made ready: its steps by name. */
export interface RunnableFlow {
  readonly flow: Flow
  readonly steps: ReadonlyMap<string, FlowStep>
  /** In which category products are that its conditions speak of: events name products alone. */
  readonly categories: ReadonlyMap<string, string>
  /** How many of its newest texts a customer's standing remembers. */
  readonly remembered: number
}

/** A campaign as a partition knows it. Runs finish on the version they began, so all versions stay. */
export interface Campaign {
  readonly id: string
  readonly status: 'running' | 'paused' | 'stopped'
  /** Whoever enters now enters this one. */
  readonly version: number
  /** What happened before it does not bring anybody in; epoch ms. */
  readonly launchedAt: number
  /** The shop's (IANA name), for customers of whom nothing is known. */
  readonly zone: string
  readonly flows: ReadonlyMap<number, RunnableFlow>
  /** Of experiments whose variants are weighed by what came of them: by step, then variant, a share above 0. Absent: as the flow says. */
  readonly shares?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined
}

/** A standing remembers no more texts than this; a `rate_limit` that asks for more lets everybody pass. */
const REMEMBERED = 1000

export function runnable(flow: Flow, categories: ReadonlyMap<string, string> = new Map()): RunnableFlow {
  const rates = flow.steps.map(step => (step.type === 'rate_limit' ? step.messages : 0))
  return {
    flow,
    steps: new Map(flow.steps.map(step => [step.id, step])),
    categories,
    remembered: Math.min(REMEMBERED, Math.max(0, ...rates)),
  }
}

/** What a flow's entry rule says of somebody who entered before, `entries` times, last at `enteredAt`. */
export function mayEnter({ entry, entryWindow }: Flow, entries: number, enteredAt: number, at: number): boolean {
  if (entries === 0 || entry === 'per_event') return true
  return entry === 'per_window' && entryWindow !== undefined && at - enteredAt >= waitMs(entryWindow)
}
