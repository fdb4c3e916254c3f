import type { Flow, FlowStep } from '../../../schemas/flow.ts'
import { sends, waitOf } from '../edge-forms.ts'
import { DAY, durationMs, WEEK } from '../flow-duration.ts'
import type { Passage } from './passage.ts'
import { waitAt } from './week-clock.ts'

/** What one customer does: when they enter, and over which edges they go. */
export interface Journey {
  /** ms after Monday midnight by their clock. */
  readonly entered: number
  readonly hops: readonly Hop[]
  /** Where they are then. */
  readonly to: number
}

export interface Hop {
  /** By its place. */
  readonly step: number
  readonly edge: number
  /** After how long (ms) the customer does what the edge says, where that is theirs to choose. */
  readonly wait: number
}

/** When a customer was where: for each hop ms after entry, and when they came to the last step. */
export interface Travelled {
  readonly at: readonly number[]
  readonly end: number
  /** When they got texts. */
  readonly texts: readonly number[]
}

const MINUTE = 60_000

/**
 * What becomes of a customer by the rules of steps themselves, without anything that exploring left out: undefined where the journey cannot be.
 * A counterexample is told only after this has found that it is one.
 */
export function travel(flow: Flow, passages: readonly (readonly Passage[])[], journey: Journey): Travelled | undefined {
  const tour = new Tour(flow, journey.entered)
  const at: number[] = []
  for (const { step, edge, wait } of journey.hops) {
    at.push(tour.now)
    if (!tour.hop(step, edge, wait, passages[step]![edge]!)) return undefined
  }
  tour.arrive(journey.to)
  return tour.canBe() ? { at, end: tour.now, texts: tour.texts } : undefined
}

class Tour {
  now = 0
  readonly texts: number[] = []
  private readonly flow: Flow
  private readonly entered: number
  private readonly passes = new Map<number, number[]>()
  /** Between which instants (epoch ms) the customer must have entered, by what was waited for and asked. */
  private notBefore = Number.NEGATIVE_INFINITY
  private notAfter = Number.POSITIVE_INFINITY

  constructor(flow: Flow, entered: number) {
    this.flow = flow
    this.entered = entered
    const { trigger } = flow
    if (trigger?.type !== 'date' || trigger.after !== undefined) return
    this.notBefore = Date.parse(trigger.at)
    this.notAfter = this.notBefore
  }

  arrive(step: number): void {
    if (sends(this.flow.steps[step]!)) this.texts.push(this.now)
  }

  /** False where nobody goes so. */
  hop(place: number, edge: number, wait: number, passage: Passage): boolean {
    this.arrive(place)
    const step = this.flow.steps[place]!
    if (!this.letsThrough(step, place, edge)) return false
    if (step.type === 'schedule') return this.schedule(step.at, edge, step, passage)
    const most = waitOf(step)
    if (most !== undefined && passage.least !== passage.most && wait > durationMs(most)) return false
    this.now += passage.least === passage.most ? passage.least : wait
    return true
  }

  /** An entry is somewhere in a week, and the flow's instants leave room for one. */
  canBe(): boolean {
    return this.notAfter === this.notBefore || this.notAfter - this.notBefore >= WEEK
  }

  private letsThrough(step: FlowStep, place: number, edge: number): boolean {
    const { type } = step.events[edge]!
    if (step.type === 'rate_limit') {
      const recent = this.texts.filter(at => at > this.now - durationMs(step.per)).length
      // Texts of other flows count too: a customer may be limited at any time.
      return type === 'limited' || recent < step.messages
    }
    if (step.type !== 'limit' || step.scope === 'campaign') return true
    const passes = this.passes.get(place) ?? []
    const counted = step.per === undefined ? passes : passes.filter(at => at > this.now - durationMs(step.per!))
    const reenters = this.flow.entry !== undefined && this.flow.entry !== 'once'
    if (type === 'limited') return reenters || counted.length >= step.occurrences
    if (counted.length >= step.occurrences) return false
    this.passes.set(place, [...passes, this.now])
    return true
  }

  private schedule(at: string | undefined, edge: number, step: FlowStep, { clock, hours }: Passage): boolean {
    const { type } = step.events[edge]!
    const instant = at === undefined ? undefined : Date.parse(at)
    if (type === 'default') {
      if (instant !== undefined) this.waitFor(instant)
      if (clock !== undefined) this.now += waitAt(clock, this.entered + this.now)
      return true
    }
    if (instant !== undefined) {
      if (type === 'before') this.notAfter = Math.min(this.notAfter, instant - this.now - 1)
      else this.notBefore = Math.max(this.notBefore, instant - this.now)
      return type !== 'within' && this.notBefore <= this.notAfter
    }
    const minute = Math.floor((((this.entered + this.now) % DAY) + DAY) % DAY) / MINUTE
    return hours !== undefined && minute >= hours[0] && minute < hours[1]
  }

  /** Where it is not known when the customer entered, they did so late enough for the instant to have passed. */
  private waitFor(instant: number): void {
    if (this.notBefore === this.notAfter) this.now = Math.max(this.now, instant - this.notBefore)
    else this.notBefore = Math.max(this.notBefore, instant - this.now)
  }
}
