import TinyQueue from 'tinyqueue'
import type { RehearsalReport } from '../models/flow/rehearse/rehearsal-report.ts'
import { type Campaign, runnable } from '../models/flow/run/campaign.ts'
import { asksEverybody } from '../models/flow/run/campaigns.ts'
import { type CustomerFlows, type Happened, nextDue, noFlows } from '../models/flow/run/customer-flows.ts'
import { trait } from '../models/flow/run/facts.ts'
import { foldCustomer } from '../models/flow/run/fold-customer.ts'
import type { Effect } from '../models/flow/run/run.ts'
import { pass, type Shared, unshared } from '../models/flow/run/share-limit.ts'
import { OrderStatistics } from '../models/order-statistics.ts'
import { ownValue } from '../models/own-value.ts'
import { cutsOf, noCuts, scoreRfm } from '../models/rfm.ts'
import { smsKeyword } from '../models/sms-keyword.ts'
import type { CustomerEvent, Personal } from '../schemas/events.ts'
import type { Flow } from '../schemas/flow.ts'
import type { CustomerChange, RfmCuts } from '../schemas/records.ts'
import { RehearsalTally, type RehearsalTallyPlan } from './rehearsal-tally.ts'
import { type Addressed, RehearsedTexts, type RehearsedTextsPlan, type Send } from './rehearsed-texts.ts'

/** A campaign as it would run. `categories`: of the products in categories that its conditions name, [product, category]. */
export interface RehearsedCampaign {
  readonly id: string
  readonly version: number
  readonly flow: Flow
  readonly categories: readonly (readonly [product: string, category: string])[]
}

export interface RehearsalPlan extends Pick<RehearsalTallyPlan, 'speed'> {
  readonly campaign: RehearsedCampaign
  /** Those that are live: they run beside it, all as if they had begun with it. */
  readonly beside: readonly RehearsedCampaign[]
  /** The shop's zone (IANA name), which goes with every campaign. */
  readonly zone: string
  /** When they begin, and up to when time passes; epoch ms. */
  readonly from: number
  readonly to: number
  readonly texts: RehearsedTextsPlan
  /** Told of every text that is asked for. */
  readonly onSend?: (customerId: string, send: Send) => void
}

/**
 * A change of the history, its personal part opened. `at` is when it counts as having happened, `cameAt` when that became known, at `at` or
 * later (epoch ms): timers of the time between had gone off before.
 */
export interface HistoryRecord {
  readonly change: CustomerChange
  readonly at: number
  readonly cameAt: number
  readonly personal?: Personal | undefined
}

/** What is known of somebody beyond what their flows know. */
interface Person {
  readonly id: string
  flows: CustomerFlows
  seq: number
  /** The instant that the virtual clock has for them. */
  due: number | undefined
  consent?: { readonly state: 'granted' | 'revoked'; readonly at: number; readonly id: string }
}

/** What the virtual clock waits for: a timer of somebody's, or a text that quiet hours hold back. */
interface Alarm {
  readonly at: number
  readonly n: number
  readonly person: Person
  readonly text?: Send
}

/**
 * What a campaign would do, were it launched at an instant of the past: every customer's history goes through the fold of the runtime
 * (`foldCustomer`), and a virtual clock stands for the services around it. Before a record that came at t is met all timers that are due by t go off, of all
 * customers, in their order (engine rule 11); limits that customers share are asked of `pass` at once; texts meet the rules of the ledger when they
 * would go. Nothing is sent, and nothing is written.
 *
 * Holds a state for each customer and no history. Records are to come in the order of their customers' logs; what customers share (limits, the
 * sender) is as true as records are in the order in which they came.
 */
export class Rehearsal {
  private readonly plan: RehearsalPlan
  private readonly people = new Map<string, Person>()
  private readonly alarms = new TinyQueue<Alarm>([], (a, b) => a.at - b.at || a.n - b.n)
  private readonly shared = new Map<string, Shared>()
  /** By phone, or customer where none was known: the newest STOP or START. */
  private readonly words = new Map<string, { readonly stopped: boolean; readonly at: number }>()
  private readonly texts: RehearsedTexts
  private readonly tally: RehearsalTally
  private campaigns: ReadonlyMap<string, Campaign> = new Map()
  private launched = false
  private alarmsSet = 0

  constructor(plan: RehearsalPlan) {
    this.plan = plan
    this.texts = new RehearsedTexts(plan.texts)
    this.tally = new RehearsalTally({
      campaignId: plan.campaign.id,
      beside: plan.beside.map(({ id }) => id),
      speed: plan.speed,
      timelines: 20,
    })
  }

  meet({ change, at, cameAt, personal }: HistoryRecord): void {
    const { from, to } = this.plan
    if (at > to) return
    this.begin(cameAt >= from)
    if (this.launched) this.elapse(Math.min(cameAt, to))
    this.tally.record(at)
    const person = this.person(change.customerId)
    person.seq = Math.max(person.seq, change.seq)
    if (change.event !== undefined) this.listen(person, change.event, personal)
    this.tally.happened(person.id, at, change)
    this.fold(person, { type: 'change', at, change, personal })
  }

  /** Lets time pass to the end of the range. */
  report(): RehearsalReport {
    this.begin(true)
    this.elapse(this.plan.to)
    const runs = [...this.people.values()].flatMap(({ flows }) => flows.runs)
    return this.tally.report({
      from: this.plan.from,
      to: this.plan.to,
      known: this.people.size,
      underWay: runs.filter(({ campaignId }) => campaignId === this.plan.campaign.id).length,
    })
  }

  private person(id: string): Person {
    const known = this.people.get(id)
    if (known !== undefined) return known
    const person: Person = { id, flows: noFlows, seq: 0, due: undefined }
    this.people.set(id, person)
    return person
  }

  // The launch.

  /** All are launched at one instant, in the order of their ids; those whom no event brings in ask everybody who is known by then. */
  private begin(isTime: boolean): void {
    if (this.launched || !isTime) return
    this.launched = true
    const { campaign, beside, from, zone } = this.plan
    const all = [campaign, ...beside].sort((a, b) => (a.id < b.id ? -1 : 1))
    const cuts = this.cutsNow()
    const people = [...this.people.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const { id, version, flow, categories } of all) {
      const before = this.campaigns
      const flows = new Map([[version, runnable(flow, new Map(categories))]])
      const ready: Campaign = { id, status: 'running', version, launchedAt: from, zone, flows }
      this.campaigns = new Map([...before, [id, ready]])
      if (asksEverybody(flow)) for (const person of people) this.askWhether(person, id, cuts, before)
    }
  }

  /** As `customers` asks them, under the cuts of that moment. */
  private askWhether(person: Person, campaignId: string, cuts: RfmCuts, before: ReadonlyMap<string, Campaign>): void {
    const { facts } = person.flows
    const at = this.plan.from
    const scored = cuts.version === 0 ? null : scoreRfm(facts.rfm, cuts, at)
    const change: CustomerChange = {
      customerId: person.id,
      seq: person.seq,
      at,
      segment: { from: facts.segment, to: facts.segment },
      rfm: facts.rfm,
      ...(scored && { scores: { r: scored.r, f: scored.f, m: scored.m } }),
      asks: campaignId,
    }
    this.fold(person, { type: 'change', at, change })
    this.fold(person, { type: 'campaign', at, campaignId, launched: true, before })
  }

  /** Where the quintiles lie now; none before anybody was scored in the history. */
  private cutsNow(): RfmCuts {
    const dimensions = { recency: new OrderStatistics(), frequency: new OrderStatistics(), monetary: new OrderStatistics() }
    let scored = false
    for (const { flows } of this.people.values()) {
      const { rfm, scores } = flows.facts
      scored ||= scores !== undefined
      if (rfm.lastAt === null) continue
      dimensions.recency.add(rfm.lastAt, 1)
      dimensions.frequency.add(rfm.orders, 1)
      dimensions.monetary.add(rfm.gross, 1)
    }
    if (!scored) return noCuts
    const { recency, frequency, monetary } = dimensions
    const cuts = { recency: cutsOf(recency), frequency: cutsOf(frequency), monetary: cutsOf(monetary) }
    return { version: 1, customers: recency.size, ...cuts }
  }

  // The virtual clock.

  /** Everything that is due by then happens. */
  private elapse(until: number): void {
    for (let next = this.alarms.peek(); next !== undefined && next.at <= until; next = this.alarms.peek()) {
      const { person, text, at } = this.alarms.pop()!
      if (text !== undefined) this.send(person, text, at, true)
      else if (person.due === at) {
        person.due = undefined
        this.fold(person, { type: 'due', at })
      }
    }
  }

  private set(alarm: Omit<Alarm, 'n'>): void {
    this.alarms.push({ ...alarm, n: this.alarmsSet++ })
  }

  // What happens to a customer.

  private fold(person: Person, happened: Happened): void {
    const { state, effects } = foldCustomer({ customerId: person.id, campaigns: this.campaigns }, person.flows, happened)
    person.flows = state
    if (!this.launched) return
    for (const effect of effects) this.take(person, effect)
    const due = nextDue(person.flows)
    if (due === person.due) return
    person.due = due
    if (due !== undefined) this.set({ at: due, person })
  }

  private take(person: Person, effect: Effect): void {
    this.tally.effect(person.id, effect, person.flows.runs)
    switch (effect.type) {
      case 'send':
        this.plan.onSend?.(person.id, effect)
        this.send(person, effect, effect.at, false)
        break
      case 'ask':
        this.allocate(person, effect)
        break
      case 'webhook':
        this.fold(person, { type: 'called', at: effect.at, call: effect.id, ok: true })
        break
    }
  }

  /** A place that all of a campaign's customers share. */
  private allocate(person: Person, { id, campaignId, step, at, occurrences, perMs }: Extract<Effect, { type: 'ask' }>): void {
    const key = JSON.stringify([campaignId, step])
    const { after, allowed } = pass(this.shared.get(key) ?? unshared, at, occurrences, perMs)
    this.shared.set(key, after)
    this.tally.answered(person.id, campaignId, step, at, allowed)
    this.fold(person, { type: 'answered', at, ask: id, allowed })
  }

  private send(person: Person, text: Send, now: number, waited: boolean): void {
    const fate = this.texts.ask(text, this.addressed(person), now)
    this.tally.text(person.id, text, now, fate, waited)
    if (fate.fate === 'waits') this.set({ at: fate.until, person, text })
  }

  // What the ledger would know of them.

  private listen(person: Person, event: CustomerEvent, personal: Personal | undefined): void {
    if (event.type === 'consent' && event.channel.toLowerCase() === 'sms') {
      const [at, before] = [Date.parse(event.occurredAt), person.consent]
      const isOld = before !== undefined && (before.at > at || (before.at === at && before.id >= event.id))
      if (!isOld) person.consent = { state: event.state, at, id: event.id }
    }
    if (event.type === 'message' && event.direction === 'in' && event.channel.toLowerCase() === 'sms') {
      const keyword = smsKeyword(personal?.text ?? '')
      if (keyword === 'stop' || keyword === 'start') this.word(person, keyword === 'stop', Date.parse(event.occurredAt))
    }
    const { campaignId } = event.type === 'sms' && event.status === 'submitted' ? event : {}
    if (campaignId !== undefined && event.type === 'sms' && !this.isOurs(campaignId))
      this.texts.count(this.addressed(person), Date.parse(event.occurredAt))
  }

  private word(person: Person, stopped: boolean, at: number): void {
    const key = trait(person.flows.facts, 'phone') ?? person.id
    const before = this.words.get(key)
    if (before === undefined || before.at < at || (before.at === at && stopped)) this.words.set(key, { stopped, at })
  }

  private isOurs = (campaignId: string): boolean =>
    campaignId === this.plan.campaign.id || this.plan.beside.some(({ id }) => id === campaignId)

  private addressed({ id, flows: { facts }, consent }: Person): Addressed {
    const phone = trait(facts, 'phone')
    const { properties } = facts.traits.fields
    const country = ownValue(properties as Readonly<Record<string, unknown>> | undefined, 'country')
    return {
      customerId: id,
      firstName: trait(facts, 'firstName') ?? trait(facts, 'name'),
      phone,
      consent: consent?.state,
      stopped: (this.words.get(phone ?? id) ?? this.words.get(id))?.stopped ?? false,
      whereabouts: {
        timeZone: trait(facts, 'timeZone'),
        city: trait(facts, 'city'),
        country: typeof country === 'string' ? country : undefined,
      },
    }
  }
}
