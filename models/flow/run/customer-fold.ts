import type { FlowEdge } from '../../../schemas/flow.ts'
import type { CustomerChange } from '../../../schemas/records.ts'
import { customerZone } from '../../customer-zone.ts'
import { heldOutOf } from '../../holdout.ts'
import { ownValue } from '../../own-value.ts'
import { type Campaign, mayEnter, type RunnableFlow } from './campaign.ts'
import { type CustomerFlows, type Happened, type Pending, timerOf } from './customer-flows.ts'
import { type Facts, learn, texted, trait } from './facts.ts'
import type { Circumstances } from './fold-customer.ts'
import { type Act, actOf, isGoal, isOptOut, moved, timedOut } from './moves.ts'
import { type Effect, type Ending, newStanding, type Run, type Standing, type Timer } from './run.ts'
import { appointment, brings, cartDue, entryMoment, isFor, productOf, triggerOf } from './triggers.ts'
import { viewOf } from './view-of.ts'
import { edgeOf, ofRun, type Surroundings, walk } from './walk.ts'

/** So many runs of one campaign, and so many entries to come, a customer may have at once: whoever clicks all day is not written to for each. */
const AT_ONCE = 20

/** One record as one customer's flows meet it; `fold-customer.ts` says what holds. Everything in here is changed in place and handed out once. */
export class CustomerFold {
  readonly effects: Effect[] = []
  private readonly circumstances: Circumstances
  private campaigns: ReadonlyMap<string, Campaign>
  private clock: number
  private timers: number
  private facts: Facts
  private runs: Run[]
  private pendings: Pending[]
  private standings: Readonly<Record<string, Standing>>

  constructor(circumstances: Circumstances, { clock, timers, facts, runs, pendings, standings }: CustomerFlows) {
    this.circumstances = circumstances
    this.campaigns = circumstances.campaigns
    this.clock = clock
    this.timers = timers
    this.facts = facts
    this.runs = [...runs]
    this.pendings = [...pendings]
    this.standings = standings
  }

  state(): CustomerFlows {
    const { clock, timers, facts, runs, pendings, standings } = this
    return { clock, timers, facts, runs, pendings, standings }
  }

  meet(happened: Happened): void {
    const until = Math.max(this.clock, happened.at)
    if (happened.type === 'campaign') this.campaigns = happened.before
    this.elapse(until)
    this.campaigns = this.circumstances.campaigns
    switch (happened.type) {
      case 'change':
        this.change(happened)
        break
      case 'campaign':
        this.campaign(happened.campaignId, happened.launched)
        break
      case 'answered':
        this.answered(happened.ask, happened.allowed)
        break
      case 'called':
        this.called(happened.call, happened.ok)
        break
      case 'due':
        break
    }
    this.elapse(until) // what was set to be due at this very instant
  }

  /** Lets time pass: fires every timer that is due by then, each as of its own instant. */
  private elapse(until: number): void {
    for (let timer = this.first(until); timer !== undefined; timer = this.first(until)) {
      this.clock = Math.max(this.clock, timer.due)
      this.fire(timer.n)
    }
    this.clock = until
  }

  private first(until: number): Timer | undefined {
    let first: Timer | undefined
    const look = (timer: Timer | undefined) => {
      if (timer === undefined || timer.due > until) return
      if (first === undefined || timer.due < first.due || (timer.due === first.due && timer.n < first.n)) first = timer
    }
    for (const run of this.runs) look(timerOf(run))
    for (const { timer } of this.pendings) look(timer)
    return first
  }

  private fire(n: number): void {
    const pending = this.pendings.find(({ timer }) => timer.n === n)
    const run = this.runs.find(one => timerOf(one)?.n === n)
    if (pending !== undefined) this.due(pending)
    else if (run !== undefined) this.leave(run, timedOut)
  }

  // What happens to those on their way.

  private change({ at, change, personal }: Extract<Happened, { type: 'change' }>): void {
    const { event, intent } = change
    const known = this.facts
    const optsOut = event !== undefined && isOptOut(event, personal)
    const act = event === undefined || optsOut ? undefined : actOf(event, intent, personal)
    this.facts = learn(known, change, this.clock, personal, act?.type === 'reply' ? this.repliedTo(act) : undefined)
    if (optsOut && (event.type !== 'consent' || this.facts.consent !== known.consent)) {
      for (const run of this.runs) this.end(run, 'opted_out')
      return
    }
    if (act !== undefined) this.act(act)
    this.enterBy(known, change, at)
  }

  /** The newest text that a reply can be to. */
  private repliedTo({ campaignId }: Extract<Act, { type: 'reply' }>): string | undefined {
    return this.facts.texts.findLast(text => campaignId === undefined || text.campaignId === campaignId)?.id
  }

  private act(act: Act): void {
    const whose = act.type === 'reply' ? this.answering(act.campaignId) : undefined
    for (const run of this.runs) {
      const { flow } = this.runnable(run)
      const concerns = act.type === 'reply' ? whose?.campaignId === run.campaignId : act.type === 'purchase' || isOurs(act, run)
      if (concerns && isGoal(flow, act, this.clock - run.enteredAt)) this.end(run, 'goal')
      else if (run.wait.for === 'customer' && (act.type !== 'reply' || run === whose))
        this.leave(run, step => moved(step, run, act))
    }
  }

  /** Which run a reply is for: of the campaign it names, or of all where it names none, the one that wrote last; those that wait for it come first. */
  private answering(campaignId: string | undefined): Run | undefined {
    const own = this.runs.filter(run => campaignId === undefined || run.campaignId === campaignId)
    const waiting = own.filter(({ wait }) => wait.for === 'customer')
    const wroteAt = ({ text }: Run): number => text?.at ?? Number.NEGATIVE_INFINITY
    return (waiting.length > 0 ? waiting : own).reduce<Run | undefined>(
      (last, run) => (last === undefined || wroteAt(run) >= wroteAt(last) ? run : last),
      undefined,
    )
  }

  private answered(ask: string, allowed: boolean): void {
    const run = this.runs.find(({ wait }) => wait.for === 'allocator' && wait.ask === ask)
    if (run !== undefined) this.leave(run, step => edgeOf(step, allowed ? 'allowed' : 'limited'))
  }

  private called(call: string, ok: boolean): void {
    const run = this.runs.find(({ wait }) => wait.for === 'webhook' && wait.call === call)
    if (run !== undefined) this.leave(run, step => edgeOf(step, ok ? 'default' : 'failed'))
  }

  private campaign(campaignId: string, launched: boolean): void {
    const campaign = this.campaigns.get(campaignId)
    if (campaign === undefined) return
    const own = this.runs.filter(run => run.campaignId === campaignId)
    if (campaign.status === 'stopped') {
      for (const run of own) this.end(run, 'stopped')
      this.pendings = this.pendings.filter(pending => pending.campaignId !== campaignId)
    }
    if (campaign.status !== 'running') return
    for (const run of own) if (run.wait.for === 'held') this.come(run, run.step)
    const trigger = triggerOf(this.newest(campaign).flow)
    if (launched && trigger.type === 'manual') this.launch(campaign, trigger)
    this.appoint(campaign, true)
  }

  /** Lets them enter by hand, once for each launch however often it is told. */
  private launch(campaign: Campaign, trigger: ReturnType<typeof triggerOf>): void {
    const standing = this.standing(campaign.id)
    if (standing.launched === campaign.launchedAt) return
    this.standings = { ...this.standings, [campaign.id]: { ...standing, launched: campaign.launchedAt } }
    this.bring(campaign, trigger)
  }

  // Walking.

  /** Takes a run out of its step by the edge that `way` finds; where it finds none the run goes on waiting, unless its time is over. */
  private leave(run: Run, way: (step: NonNullable<ReturnType<RunnableFlow['steps']['get']>>) => FlowEdge | undefined): void {
    const step = this.runnable(run).steps.get(run.step)
    const edge = step && way(step)
    if (edge !== undefined) this.come(run, edge.nextStepID)
    else if (run.wait.for !== 'customer' || timerOf(run)?.due === this.clock) this.end(run, 'no_way_on')
  }

  /** Brings a run to a step; while its campaign rests it stays at the door. */
  private come(run: Run, step: string): void {
    const { status } = this.campaignOf(run)
    if (status === 'stopped') this.end(run, 'stopped')
    else if (status === 'paused') this.replace(run, { ...run, step, since: this.clock, wait: { for: 'held' } })
    else this.walk(run, step)
  }

  private walk(run: Run, step: string): void {
    const around = this.around(run)
    const walked = walk(run, step, around)
    this.standings = { ...this.standings, [run.campaignId]: around.standing }
    if ('run' in walked) this.replace(run, walked.run)
    else this.end(walked.last, walked.ended, run)
  }

  private around(run: Run): Surroundings {
    const runnable = this.runnable(run)
    return {
      customerId: this.circumstances.customerId,
      now: this.clock,
      zone: this.zone(this.campaignOf(run)),
      runnable,
      shares: this.campaignOf(run).shares,
      view: of => viewOf(this.facts, this.clock, runnable.categories, text => isText(of, text)),
      timer: due => this.timer(due),
      say: effect => this.say(effect),
      standing: this.standing(run.campaignId),
    }
  }

  private say(effect: Effect): void {
    this.effects.push(effect)
    const { campaignId, entry, at } = effect
    if (effect.type === 'send') this.facts = texted(this.facts, { id: effect.id, campaignId, entry, at })
    if (effect.type === 'property')
      this.facts = { ...this.facts, properties: { ...this.facts.properties, [effect.name]: effect.value } }
  }

  private timer(due: number): Timer {
    this.timers++
    return { due, n: this.timers }
  }

  private replace(run: Run, by: Run): void {
    this.runs = this.runs.map(one => (one === run ? by : one))
  }

  private end(last: Run, reason: Ending, run = last): void {
    this.runs = this.runs.filter(one => one !== run)
    this.effects.push({ type: 'ended', ...ofRun(last, this.clock), step: last.step, reason })
  }

  // Entering.

  /** `at` is when it happened, though it may come late: what was before a campaign brings nobody into it, whatever the customer's clock says. */
  private enterBy(before: Facts, change: CustomerChange, at: number): void {
    for (const campaign of this.campaigns.values()) {
      if (campaign.status !== 'running' || this.clock < campaign.launchedAt) continue
      const trigger = triggerOf(this.newest(campaign).flow)
      if (at >= campaign.launchedAt) {
        this.cart(campaign, trigger, change)
        if (brings(trigger, before, change, this.clock)) this.bring(campaign, trigger, productOf(change))
      }
      this.appoint(campaign, change.event?.type === 'profile')
    }
  }

  /** Lets them enter, now or when the trigger says. */
  private bring(campaign: Campaign, trigger: ReturnType<typeof triggerOf>, product?: string): void {
    const due = entryMoment(trigger, this.zone(campaign), this.clock)
    if (due <= this.clock) this.enter(campaign, product)
    else if (this.pendings.filter(({ campaignId }) => campaignId === campaign.id).length < AT_ONCE)
      this.wait(campaign, 'event', due, { product })
  }

  private wait(
    { id }: Campaign,
    kind: Pending['kind'],
    due: number,
    of: { mark?: number; product?: string | undefined } = {},
  ): void {
    const { mark, product } = of
    const timer = this.timer(due)
    this.pendings.push({
      campaignId: id,
      kind,
      timer,
      ...(mark !== undefined && { mark }),
      ...(product !== undefined && { product }),
    })
  }

  private cart(campaign: Campaign, trigger: ReturnType<typeof triggerOf>, change: CustomerChange): void {
    const told = cartDue(trigger, change, this.facts, this.clock)
    if (told === undefined) return
    this.pendings = this.pendings.filter(({ kind, campaignId }) => kind !== 'cart' || campaignId !== campaign.id)
    if (told.due !== undefined) this.wait(campaign, 'cart', entryMoment(trigger, this.zone(campaign), told.due))
  }

  /** Makes the campaign's next appointment. `anew`: what it was made by (zone, birthday, the campaign itself) may be another now. */
  private appoint(campaign: Campaign, anew: boolean): void {
    const trigger = triggerOf(this.newest(campaign).flow)
    const made = this.pendings.find(({ kind, campaignId }) => kind === 'appointment' && campaignId === campaign.id)
    if (made !== undefined && !anew && trigger.type !== 'inactivity') return
    const next = appointment(trigger, this.facts, this.zone(campaign), this.clock, this.standing(campaign.id).kept)
    if (made !== undefined && made.mark === next?.mark && made.timer.due === next?.due) return
    this.pendings = this.pendings.filter(pending => pending !== made)
    if (next !== undefined) this.wait(campaign, 'appointment', next.due, { mark: next.mark })
  }

  /** An entry that waited is due. Whoever rests or is over lets nobody in; silence is still silence when a campaign goes on. */
  private due(pending: Pending): void {
    this.pendings = this.pendings.filter(one => one !== pending)
    const campaign = this.campaigns.get(pending.campaignId)
    if (campaign === undefined || campaign.status === 'stopped') return
    const trigger = triggerOf(this.newest(campaign).flow)
    const running = campaign.status === 'running'
    if (pending.mark !== undefined && (running || trigger.type !== 'inactivity'))
      this.standings = { ...this.standings, [campaign.id]: { ...this.standing(campaign.id), kept: pending.mark } }
    if (!running) return
    this.enter(campaign, pending.product)
    this.appoint(campaign, false)
  }

  private enter(campaign: Campaign, product?: string): void {
    const { customerId } = this.circumstances
    const { id: campaignId, version } = campaign
    const newest = this.newest(campaign)
    const { flow } = newest
    const standing = this.standing(campaignId)
    const view = viewOf(this.facts, this.clock, newest.categories, text => text.campaignId === campaignId)
    if (!mayEnter(flow, standing.entries, standing.enteredAt, this.clock) || !isFor(triggerOf(flow), view)) return
    if (this.runs.filter(run => run.campaignId === campaignId).length >= AT_ONCE) return
    const entry = standing.entries + 1
    this.standings = { ...this.standings, [campaignId]: { ...standing, entries: entry, enteredAt: this.clock } }
    const of = { campaignId, version, entry, at: this.clock }
    const share = (flow.holdoutPercent ?? 0) / 100
    if (heldOutOf({ share: 0, campaigns: new Map([[campaignId, share]]), salt: 'flow' }, customerId, campaignId) !== undefined) {
      this.effects.push({ type: 'held_out', ...of })
      return
    }
    this.effects.push({ type: 'entered', ...of })
    const begun = { enteredAt: this.clock, step: flow.initialStepID, since: this.clock, passes: {}, through: {} }
    const about = product === undefined ? {} : { product }
    const run: Run = { campaignId, version, entry, ...begun, ...about, wait: { for: 'held' } }
    this.runs.push(run)
    this.come(run, flow.initialStepID)
  }

  // What is asked for on the way.

  private standing(campaignId: string): Standing {
    return ownValue(this.standings, campaignId) ?? newStanding
  }

  private campaignOf({ campaignId }: Run): Campaign {
    return this.campaigns.get(campaignId)!
  }

  private newest({ version, flows }: Campaign): RunnableFlow {
    return flows.get(version)!
  }

  private runnable(run: Run): RunnableFlow {
    return this.campaignOf(run).flows.get(run.version)!
  }

  private zone({ zone }: Campaign): string {
    const { facts } = this
    return customerZone({ timeZone: trait(facts, 'timeZone'), city: trait(facts, 'city'), country: countryOf(facts) }, zone)
  }
}

/** What a shop gave beyond the traits that have names. */
const countryOf = ({ traits }: Facts): string | undefined => {
  const { properties } = traits.fields
  const country = ownValue(properties as Readonly<Record<string, unknown>> | undefined, 'country')
  return typeof country === 'string' ? country : undefined
}

/** A visit of a link counts for the campaign whose text it was in. */
const isOurs = (act: Extract<Act, { type: 'click' }>, { campaignId, text }: Run): boolean =>
  act.campaignId === campaignId || (act.text !== undefined && act.text === text?.id)

const isText = (run: Run, text: { readonly campaignId: string; readonly entry: number }): boolean =>
  text.campaignId === run.campaignId && text.entry === run.entry
