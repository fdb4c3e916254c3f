import type { EdgeType, FlowEdge, FlowStep, FlowStepOf } from '../../../schemas/flow.ts'
import { ownValue } from '../../own-value.ts'
import { holds } from '../condition.ts'
import type { CustomerView } from '../customer-view.ts'
import { waitMs } from '../flow-duration.ts'
import type { Campaign, RunnableFlow } from './campaign.ts'
import { draw, variantAt } from './draw.ts'
import { endOfMoment, nextMoment, placeIn } from './moments.ts'
import type { Effect, Ending, OfRun, Run, Standing, Timer, Wait } from './run.ts'
import { textId } from './text-id.ts'

/** A flow that the checker passed comes to no step twice at one instant, and has at most 200. */
const STEPS_AT_ONCE = 400
/** Whatever its limits allow. */
const STEPS_IN_LIFE = 10_000
/** A webhook that says nothing for so long has failed. */
const WEBHOOK_MS = 86_400_000

/** What a run meets while it walks. `say` and `standing` take what the walk says and changes; `view` is of this instant. */
export interface Surroundings {
  readonly customerId: string
  readonly now: number
  readonly zone: string
  readonly runnable: RunnableFlow
  readonly shares: Campaign['shares']
  readonly view: (run: Run) => CustomerView
  readonly timer: (due: number) => Timer
  readonly say: (effect: Effect) => void
  standing: Standing
}

/** Where a walk ended: at a step where it waits, or for good, at the `last` step it came to. */
export type Walked = { readonly run: Run } | { readonly ended: Ending; readonly last: Run }

/** What a step led to: the way on, a wait at it, or the end. */
type Outcome = { readonly edge: FlowEdge | undefined } | { readonly wait: Wait } | { readonly end: true }

/** Walks a run from the entrance of a step to where it has to wait. Bounded, whatever the flow: a walk that goes on and on ends the run. */
export function walk(from: Run, stepId: string, around: Surroundings): Walked {
  let run = from
  let next = stepId
  for (let walked = 0; ; walked++) {
    const step = around.runnable.steps.get(next)
    if (step === undefined) return { ended: 'no_way_on', last: run }
    if (walked >= STEPS_AT_ONCE || lengthOf(run) >= STEPS_IN_LIFE) return { ended: 'too_many_steps', last: run }
    const passes = { ...run.passes, [next]: (ownValue(run.passes, next) ?? 0) + 1 }
    const pace = new Step({ ...run, step: next, since: around.now, passes }, around)
    const outcome = pace.take(step)
    run = pace.run
    if ('end' in outcome) return { ended: 'completed', last: run }
    if ('wait' in outcome) return { run: { ...run, wait: outcome.wait } }
    if (outcome.edge === undefined) return { ended: 'no_way_on', last: run }
    next = outcome.edge.nextStepID
  }
}

const lengthOf = ({ passes }: Run): number => Object.values(passes).reduce((sum, times) => sum + times, 0)

/** The edge of a type, and of a label where steps have several. */
export const edgeOf = ({ events }: FlowStep, type: EdgeType, label?: string): FlowEdge | undefined =>
  events.find(edge => edge.type === type && (label === undefined || edge.label === label))

/** Which run something is of, now. */
export const ofRun = ({ campaignId, version, entry }: Run, at: number): OfRun => ({ campaignId, version, entry, at })

/** One step as one run takes it. */
class Step {
  run: Run
  private readonly around: Surroundings

  constructor(run: Run, around: Surroundings) {
    this.run = run
    this.around = around
  }

  take(step: FlowStep): Outcome {
    switch (step.type) {
      case 'message':
        this.send(step)
        return edgeOf(step, 'default') === undefined
          ? this.hear(edgeOf(step, 'no_reply')?.after)
          : { edge: edgeOf(step, 'default') }
      case 'segment':
      case 'split':
      case 'goal':
        return { edge: edgeOf(step, holds(step.condition, this.around.view(this.run)) ? 'match' : 'else') }
      case 'delay':
        return this.until(this.around.now + waitMs(step.duration))
      case 'schedule':
        return this.schedule(step)
      case 'experiment':
        return this.assign(step)
      case 'rate_limit':
        return { edge: edgeOf(step, this.hasRoom(step) ? 'allowed' : 'limited') }
      case 'limit':
        return this.limit(step)
      case 'reply':
        return this.hear(edgeOf(step, 'no_reply')?.after)
      case 'no_reply':
        return this.hear(step.after)
      case 'property':
        this.say({ type: 'property', step: step.id, name: step.name, value: step.value })
        return { edge: edgeOf(step, 'default') }
      case 'product_choice':
      case 'purchase_offer':
        this.send(step)
        return this.hear(step.after)
      case 'purchase':
        if (step.content !== undefined && step.content !== '') this.send({ ...step, content: step.content })
        return this.hear(step.after)
      case 'webhook':
        return this.call(step)
      case 'end':
        return { end: true }
    }
  }

  private say(effect: Distribute<Effect>): void {
    this.around.say({ ...effect, ...ofRun(this.run, this.around.now) } as Effect)
  }

  /** Names the how-manieth time that this customer comes to the step, over all of their runs. */
  private occurrence(step: string): string {
    return `${this.run.entry}.${this.run.passes[step]}`
  }

  private send(step: Said): void {
    const { run, around } = this
    const { content, language, discount, link, imageUrl, contactCard, choices, count } = step
    const id = textId(run.campaignId, step.id, around.customerId, this.occurrence(step.id))
    const told = { language, discount, link, imageUrl, contactCard, choices, count, variant: run.variant, product: run.product }
    this.say({ type: 'send', id, step: step.id, content, ...present(told) })
    const { remembered } = around.runnable
    const { standing, now } = around
    if (remembered > 0) around.standing = { ...standing, texts: [...standing.texts, now].slice(-remembered) }
    this.run = { ...run, text: { id, at: now } }
  }

  private hear(after: string | undefined): Outcome {
    const timer = after === undefined ? undefined : this.around.timer(this.around.now + waitMs(after))
    return { wait: { for: 'customer', ...(timer && { timer }) } }
  }

  private until(due: number): Outcome {
    return { wait: { for: 'time', timer: this.around.timer(due) } }
  }

  /** Who comes again in the window they were let through waits for the next one. */
  private schedule(step: FlowStepOf<'schedule'>): Outcome {
    const { now, zone } = this.around
    if (edgeOf(step, 'default') === undefined) return { edge: edgeOf(step, placeIn(step, zone, now)) }
    const last = ownValue(this.run.through, step.id)
    const moment = nextMoment(step, zone, last === undefined ? now : Math.max(now, endOfMoment(step, zone, last)))
    this.run = { ...this.run, through: { ...this.run.through, [step.id]: moment } }
    return moment > now ? this.until(moment) : { edge: edgeOf(step, 'default') }
  }

  /** The same customer gets the same variant of a step whenever they come, unless what is known of the variants moved the shares. */
  private assign(step: FlowStepOf<'experiment'>): Outcome {
    const { shares, customerId } = this.around
    const learnt = step.allocation === 'thompson' ? ownValue(shares, step.id) : undefined
    const known = step.variants.every(({ name }) => ownValue(learnt, name) !== undefined) // of this version, not of another
    const weighed = known ? step.variants.map(({ name }) => ({ name, weight: ownValue(learnt, name)! })) : step.variants
    const variant = variantAt(weighed, draw('variant', this.run.campaignId, step.id, customerId))
    this.run = { ...this.run, variant }
    this.say({ type: 'assigned', step: step.id, variant })
    return { edge: edgeOf(step, 'variant', variant) }
  }

  private hasRoom({ messages, per }: FlowStepOf<'rate_limit'>): boolean {
    const since = this.around.now - waitMs(per)
    return this.around.standing.texts.filter(at => at > since).length < messages
  }

  private limit(step: FlowStepOf<'limit'>): Outcome {
    const { id, occurrences, per, scope } = step
    if (scope === 'campaign') return this.ask(step)
    if (per === undefined) return { edge: edgeOf(step, this.run.passes[id]! <= occurrences ? 'allowed' : 'limited') }
    const { now, standing } = this.around
    const within = (ownValue(standing.allowed, id) ?? []).filter(at => at > now - waitMs(per))
    const passes = within.length < occurrences
    const allowed = { ...standing.allowed, [id]: passes ? [...within, now] : within }
    this.around.standing = { ...standing, allowed }
    return { edge: edgeOf(step, passes ? 'allowed' : 'limited') }
  }

  private ask({ id: step, occurrences, per }: FlowStepOf<'limit'>): Outcome {
    const ask = textId(this.run.campaignId, step, this.around.customerId, this.occurrence(step))
    this.say({ type: 'ask', id: ask, step, occurrences, ...(per && { perMs: waitMs(per) }) })
    return { wait: { for: 'allocator', ask } }
  }

  /** Only who has a way for failures waits for what becomes of it. */
  private call(step: FlowStepOf<'webhook'>): Outcome {
    const { url, method = 'POST' } = step
    const call = textId(this.run.campaignId, step.id, this.around.customerId, this.occurrence(step.id))
    this.say({ type: 'webhook', id: call, step: step.id, url, method, ...present({ product: this.run.product }) })
    if (edgeOf(step, 'failed') === undefined) return { edge: edgeOf(step, 'default') }
    return { wait: { for: 'webhook', call, timer: this.around.timer(this.around.now + WEBHOOK_MS) } }
  }
}

/** What of a text each kind of step may give. */
type Said = { readonly id: string; readonly content: string } & Partial<
  Pick<FlowStepOf<'message'>, 'language' | 'discount' | 'link' | 'imageUrl' | 'contactCard'> &
    Pick<FlowStepOf<'product_choice'>, 'choices' | 'count'>
>

/** Each kind of effect without what all have. */
type Distribute<E> = E extends Effect ? Omit<E, keyof OfRun> : never

const present = <T extends object>(all: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
