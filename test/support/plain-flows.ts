import { createHash } from 'node:crypto'
import type { CustomerEvent } from '../../schemas/events.ts'
import type { Comparison, Condition, Flow, FlowEdge, FlowStep } from '../../schemas/flow.ts'
import { APPOINTED, momentAfter, placeOf, timeOfDayAfter } from './plain-calendar.ts'

/** A campaign as it stands when a record is met. */
export interface PlainCampaign {
  readonly id: string
  readonly status: 'running' | 'paused' | 'stopped'
  readonly version: number
  readonly launchedAt: number
  readonly flows: Readonly<Record<number, Flow>>
}

/** One thing that happens to the customer, and the campaigns as they are from then on. */
export interface PlainRecord {
  readonly at: number
  readonly campaigns: readonly PlainCampaign[]
  readonly event?: CustomerEvent
  readonly said?: { readonly text: string; readonly means: string | undefined }
  readonly segment?: { readonly from: string | null; readonly to: string | null }
  readonly launched?: string
  readonly changed?: string
  readonly answer?: { readonly ask: string; readonly allowed: boolean }
  readonly call?: { readonly call: string; readonly ok: boolean }
}

interface Hope {
  /** Rings when nothing else came. */
  readonly until?: number
  readonly hears?: boolean
  readonly held?: boolean
  readonly ask?: string
  readonly call?: string
}

type Journey = Generator<Hope, string, FlowEdge | undefined>

interface Traveller {
  readonly campaign: string
  readonly flow: Flow
  readonly version: number
  readonly entry: number
  readonly enteredAt: number
  step: FlowStep
  lastText?: { id: string; at: number }
  variant?: string
  readonly about?: string | undefined
  hope: Hope
  alarm?: Alarm | undefined
  journey: Journey
  gone: boolean
}

interface Alarm {
  readonly due: number
  readonly n: number
  readonly ring: () => void
  readonly what?: { readonly campaign: string; readonly kind: string; readonly mark?: number }
}

const seconds = (text: string): number => {
  const unit: Record<string, number> = { W: 604_800, D: 86_400, H: 3600, S: 1 }
  let [sum, time] = [0, false]
  for (const [, digits, letter] of text.matchAll(/(\d*)([PTWDHMS])/g)) {
    if (letter === 'T') time = true
    if (digits !== '') sum += Number(digits) * (letter === 'M' && time ? 60 : unit[letter!]!)
  }
  return sum
}
const ms = (text: string): number => seconds(text) * 1000
const hash = (...words: string[]): string => createHash('sha256').update(words.join('\0')).digest('hex')
const fraction = (...words: string[]): number => Number.parseInt(hash(...words).slice(0, 12), 16) / 2 ** 48

/**
 * The flows of one customer in the plainest way: every run is a coroutine that walks its flow like a program and hopes for something at the steps
 * where it waits; what was ever heard stays in a list, and whoever asks about the customer goes through all of it. Shares no code with models/flow.
 */
export class PlainFlows {
  readonly trace: object[] = []
  private readonly customer: string
  private readonly shopZone: string
  private now = -8e15
  private count = 0
  private campaigns: readonly PlainCampaign[] = []
  private alarms: Alarm[] = []
  private travellers: Traveller[] = []
  private readonly heard: { at: number; record: PlainRecord }[] = []
  private readonly texts: { id: string; campaign: string; entry: number; at: number; fate: Record<string, number> }[] = []
  private readonly properties = new Map<string, unknown>()
  private readonly entries: { campaign: string; at: number }[] = []
  private readonly passed: { campaign: string; step: string; at: number }[] = []
  private readonly kept = new Map<string, number>()
  private revoked: [number, string] | undefined

  constructor(customer: string, shopZone: string) {
    this.customer = customer
    this.shopZone = shopZone
  }

  meet(record: PlainRecord): void {
    const until = Math.max(this.now, record.at)
    this.pass(until)
    this.campaigns = record.campaigns
    if (record.answer !== undefined)
      this.hoping(({ ask }) => ask === record.answer!.ask, record.answer.allowed ? 'allowed' : 'limited')
    if (record.call !== undefined) this.hoping(({ call }) => call === record.call!.call, record.call.ok ? 'default' : 'failed')
    if (record.changed !== undefined) this.change(record.changed, record.launched === record.changed)
    if (record.event !== undefined || record.segment !== undefined) this.live(record)
    this.pass(until)
  }

  // Time.

  private pass(until: number): void {
    for (;;) {
      const due = this.alarms.filter(alarm => alarm.due <= until).sort((a, b) => a.due - b.due || a.n - b.n)[0]
      if (due === undefined) break
      this.alarms = this.alarms.filter(alarm => alarm !== due)
      this.now = Math.max(this.now, due.due)
      due.ring()
    }
    this.now = until
  }

  private alarm(due: number, ring: () => void, what?: Alarm['what']): Alarm {
    const alarm = { due, n: ++this.count, ring, ...(what && { what }) }
    this.alarms.push(alarm)
    return alarm
  }

  // What becomes of travellers.

  private say(traveller: Pick<Traveller, 'campaign' | 'version' | 'entry'>, what: object): void {
    const { campaign, version, entry } = traveller
    this.trace.push({ ...what, campaignId: campaign, version, entry, at: this.now })
  }

  private go(traveller: Traveller, edge?: FlowEdge): void {
    this.alarms = this.alarms.filter(alarm => alarm !== traveller.alarm)
    traveller.alarm = undefined
    const { done, value } = traveller.journey.next(edge)
    if (done) {
      this.bury(traveller, value as string)
      return
    }
    traveller.hope = value as Hope
    const { until } = traveller.hope
    if (until !== undefined) traveller.alarm = this.alarm(until, () => this.timeOut(traveller))
  }

  private bury(traveller: Traveller, reason: string): void {
    this.alarms = this.alarms.filter(alarm => alarm !== traveller.alarm)
    traveller.gone = true
    this.travellers = this.travellers.filter(one => one !== traveller)
    this.say(traveller, { type: 'ended', step: traveller.step.id, reason })
  }

  private timeOut(traveller: Traveller): void {
    const { step } = traveller
    const kinds =
      step.type === 'webhook'
        ? ['failed']
        : step.type === 'delay' || step.type === 'schedule'
          ? ['default']
          : ['no_reply', 'declined']
    this.take(traveller, kinds)
  }

  private take(traveller: Traveller, kinds: readonly string[]): void {
    const edge = kinds.map(kind => traveller.step.events.find(({ type }) => type === kind)).find(one => one !== undefined)
    if (edge === undefined) this.bury(traveller, 'no_way_on')
    else this.go(traveller, edge)
  }

  private hoping(which: (hope: Hope) => boolean, kind: string): void {
    const traveller = this.travellers.find(({ hope }) => which(hope))
    if (traveller !== undefined) this.take(traveller, [kind])
  }

  /** The program that a flow is. */
  private *journey(self: () => Traveller): Journey {
    const { flow, campaign, version: _, entry } = self()
    const visits = new Map<string, number>()
    const letThrough = new Map<string, number>()
    let next = flow.initialStepID
    let life = 0
    let walk = 0
    const status = () => this.campaigns.find(({ id }) => id === campaign)!.status
    for (;;) {
      const me = self()
      if (status() === 'stopped') return 'stopped'
      while (status() === 'paused') {
        me.step = flow.steps.find(({ id }) => id === next) ?? me.step
        yield { held: true }
        walk = 0
        if (status() === 'stopped') return 'stopped'
      }
      const step = flow.steps.find(({ id }) => id === next)
      if (step === undefined) return 'no_way_on'
      if (walk++ >= 400 || life++ >= 10_000) return 'too_many_steps'
      me.step = step
      const visit = (visits.get(step.id) ?? 0) + 1
      visits.set(step.id, visit)
      const id = `flow_${hash(campaign, step.id, this.customer, `${entry}.${visit}`).slice(0, 40)}`
      const edges = step.events
      const out = (type: string, label?: string) =>
        edges.find(edge => edge.type === type && (label === undefined || edge.label === label))
      let edge: FlowEdge | undefined
      let hope: Hope | undefined
      if ('content' in step && step.content) this.write(me, step, id)
      if (step.type === 'end') return 'completed'
      else if (step.type === 'message') {
        edge = out('default')
        const after = out('no_reply')?.after
        if (edge === undefined) hope = { hears: true, ...(after && { until: this.now + ms(after) }) }
      } else if (step.type === 'segment' || step.type === 'split' || step.type === 'goal')
        edge = out(this.isTrue(step.condition, text => text.campaign === campaign && text.entry === entry, me) ? 'match' : 'else')
      else if (step.type === 'delay') hope = { until: this.now + ms(step.duration) }
      else if (step.type === 'schedule') {
        edge = out('default')
        if (edge === undefined) edge = out(placeOf(step, this.zone(), this.now))
        else {
          const moment = momentAfter(step, this.zone(), this.now, letThrough.get(step.id))
          letThrough.set(step.id, moment)
          if (moment > this.now) hope = { until: moment }
        }
      } else if (step.type === 'experiment') {
        const point =
          fraction('variant', campaign, step.id, this.customer) * step.variants.reduce((sum, { weight }) => sum + weight, 0)
        const upTo = (i: number) => step.variants.slice(0, i + 1).reduce((sum, { weight }) => sum + weight, 0)
        const variant = (step.variants.find((_, i) => point < upTo(i)) ?? step.variants.at(-1)!).name
        me.variant = variant
        this.say(me, { type: 'assigned', step: step.id, variant })
        edge = out('variant', variant)
      } else if (step.type === 'rate_limit') {
        const since = this.now - ms(step.per)
        const sent = this.texts.filter(text => text.campaign === campaign && text.at > since).length
        edge = out(sent < step.messages ? 'allowed' : 'limited')
      } else if (step.type === 'limit' && step.scope === 'campaign') {
        this.say(me, { type: 'ask', id, step: step.id, occurrences: step.occurrences, ...(step.per && { perMs: ms(step.per) }) })
        hope = { ask: id }
      } else if (step.type === 'limit' && step.per === undefined) edge = out(visit <= step.occurrences ? 'allowed' : 'limited')
      else if (step.type === 'limit') {
        const since = this.now - ms(step.per!)
        const before = this.passed.filter(one => one.campaign === campaign && one.step === step.id && one.at > since).length
        if (before < step.occurrences) this.passed.push({ campaign, step: step.id, at: this.now })
        edge = out(before < step.occurrences ? 'allowed' : 'limited')
      } else if (step.type === 'reply') {
        const after = out('no_reply')?.after
        hope = { hears: true, ...(after && { until: this.now + ms(after) }) }
      } else if (step.type === 'property') {
        this.properties.set(step.name, step.value)
        this.say(me, { type: 'property', step: step.id, name: step.name, value: step.value })
        edge = out('default')
      } else if (step.type === 'webhook') {
        this.say(me, {
          type: 'webhook',
          id,
          step: step.id,
          url: step.url,
          method: step.method ?? 'POST',
          ...(me.about && { product: me.about }),
        })
        if (out('failed') === undefined) edge = out('default')
        else hope = { call: id, until: this.now + 86_400_000 }
      } else hope = { hears: true, until: this.now + ms(step.after) }
      if (hope !== undefined) {
        edge = yield hope
        walk = 0
      }
      if (edge === undefined) return 'no_way_on'
      next = edge.nextStepID
    }
  }

  private write(me: Traveller, step: FlowStep & { content?: string | undefined }, id: string): void {
    const { id: name, content } = step
    const more: Record<string, unknown> = {}
    for (const key of ['language', 'discount', 'link', 'imageUrl', 'contactCard', 'choices', 'count'])
      if (Object.hasOwn(step, key)) more[key] = (step as unknown as Record<string, unknown>)[key]
    this.say(me, {
      type: 'send',
      id,
      step: name,
      content,
      ...more,
      ...(me.variant && { variant: me.variant }),
      ...(me.about && { product: me.about }),
    })
    this.texts.push({ id, campaign: me.campaign, entry: me.entry, at: this.now, fate: {} })
    me.lastText = { id, at: this.now }
  }

  // What the customer does.

  private live(record: PlainRecord): void {
    const { event, said } = record
    const orders = this.orders().size
    const signedUp = this.heard.some(({ record: { event: one } }) => one?.type === 'profile')
    this.heard.push({ at: this.now, record })
    if (event !== undefined && this.isStop(record)) {
      for (const traveller of this.travellers) this.bury(traveller, 'opted_out')
      return
    }
    if (event?.type === 'purchase') this.everybody('purchase', () => ['purchased'], ['purchase', 'purchase_offer'])
    if (event?.type === 'click' && event.kind === 'link') this.visit(event.requestId!)
    if (event?.type === 'message' && said !== undefined) this.reply(said.text, said.means)
    for (const campaign of this.campaigns) this.bringIn(campaign, record, orders, signedUp)
  }

  private isStop({ event, said }: PlainRecord): boolean {
    if (event?.type === 'message') return said?.text === 'STOP'
    if (event?.type !== 'consent') return false
    const stamp: [number, string] = [Date.parse(event.occurredAt), event.id]
    const newer =
      this.revoked === undefined || stamp[0] > this.revoked[0] || (stamp[0] === this.revoked[0] && stamp[1] > this.revoked[1])
    if (newer) this.revoked = stamp
    return newer && event.state === 'revoked'
  }

  private isGoal(traveller: Traveller, act: string): boolean {
    const { goal } = traveller.flow
    return goal?.event === act && (goal.within === undefined || this.now - traveller.enteredAt <= ms(goal.within))
  }

  private everybody(act: string, kinds: () => string[], at: readonly string[]): void {
    for (const traveller of [...this.travellers])
      if (this.isGoal(traveller, act)) this.bury(traveller, 'goal')
      else if (traveller.hope.hears && at.includes(traveller.step.type)) this.maybe(traveller, kinds())
  }

  private maybe(traveller: Traveller, kinds: readonly string[]): void {
    const edge = traveller.step.events.find(({ type }) => kinds.includes(type))
    if (edge !== undefined) this.go(traveller, edge)
  }

  private visit(id: string): void {
    const text = this.texts.find(one => one.id === id)
    if (text !== undefined) text.fate.clicked ??= this.now
    for (const traveller of [...this.travellers])
      if (traveller.campaign === text?.campaign && this.isGoal(traveller, 'click')) this.bury(traveller, 'goal')
      else if (traveller.hope.hears && traveller.lastText?.id === id) {
        if (traveller.step.type === 'message') this.maybe(traveller, ['clicked'])
        else if (traveller.step.type === 'product_choice') this.maybe(traveller, ['chosen'])
      }
  }

  private reply(text: string, means: string | undefined): void {
    const last = this.texts.at(-1)
    if (last !== undefined) last.fate.replied ??= this.now
    const listening = this.travellers.filter(({ hope }) => hope.hears)
    const among = listening.length > 0 ? listening : this.travellers
    const newest = Math.max(...among.map(({ lastText }) => lastText?.at ?? -9e15))
    const whose = among.findLast(({ lastText }) => (lastText?.at ?? -9e15) === newest)
    if (whose === undefined) return
    for (const traveller of [...this.travellers]) {
      if (traveller.campaign === whose.campaign && this.isGoal(traveller, 'reply')) this.bury(traveller, 'goal')
      else if (traveller === whose && traveller.hope.hears) this.answer(traveller, text, means)
    }
  }

  private answer(traveller: Traveller, text: string, means: string | undefined): void {
    const { step } = traveller
    if (step.type === 'no_reply') this.maybe(traveller, ['reply'])
    if (step.type === 'purchase' || step.type === 'purchase_offer') if (means === 'no') this.maybe(traveller, ['declined'])
    if (step.type === 'product_choice' && (means === 'yes' || means === 'buy' || (text === '2' && this.offered(step) >= 2)))
      this.maybe(traveller, ['chosen'])
    if (step.type !== 'message' && step.type !== 'reply') return
    const replies = step.events.filter(({ type }) => type === 'reply')
    const edge =
      replies.find(({ intent }) => intent === means) ??
      (means === 'buy' ? replies.find(({ intent }) => intent === 'yes') : undefined) ??
      replies.find(({ intent }) => intent === 'any')
    if (edge !== undefined) this.go(traveller, edge)
  }

  private offered({ choices, count }: Extract<FlowStep, { type: 'product_choice' }>): number {
    return choices === 'recommended' ? (count ?? 3) : choices.length
  }

  // Coming in.

  private change(id: string, launched: boolean): void {
    const campaign = this.campaigns.find(one => one.id === id)!
    const own = this.travellers.filter(traveller => traveller.campaign === id)
    if (campaign.status === 'stopped') {
      for (const traveller of own) this.bury(traveller, 'stopped')
      this.alarms = this.alarms.filter(({ what }) => what?.campaign !== id)
    }
    if (campaign.status !== 'running') return
    for (const traveller of own) if (traveller.hope.held) this.go(traveller)
    const trigger = campaign.flows[campaign.version]!.trigger
    if (launched && (trigger === undefined || trigger.type === 'manual')) this.enter(id)
    this.appoint(campaign)
  }

  private bringIn(campaign: PlainCampaign, { event, segment }: PlainRecord, ordersBefore: number, signedUp: boolean): void {
    if (campaign.status !== 'running' || this.now < campaign.launchedAt) return
    const { trigger } = campaign.flows[campaign.version]!
    const type = trigger?.type
    const more = this.orders().size > ordersBefore
    if (type === 'cart_abandoned' && event !== undefined) {
      const cart = () => {
        this.alarms = this.alarms.filter(({ what }) => what?.kind !== 'cart' || what.campaign !== campaign.id)
      }
      if (event.type === 'purchase') cart()
      if (event.type === 'click' && event.kind === 'cart_add') {
        cart()
        this.alarm(this.now + (trigger?.after ? ms(trigger.after) : 3_600_000), () => this.enterIfRunning(campaign.id), {
          campaign: campaign.id,
          kind: 'cart',
        })
      }
    }
    const comes =
      (type === 'purchase' && event?.type === 'purchase' && more) ||
      (type === 'first_purchase' && event?.type === 'purchase' && more && ordersBefore === 0) ||
      (type === 'click' && event?.type === 'click') ||
      (event?.type === 'news' && type === event.what) ||
      (type === 'message' && event?.type === 'message') ||
      (type === 'signup' && event?.type === 'profile' && !signedUp) ||
      (type === 'segment_entered' && segment !== undefined && segment.to === trigger!.segment && segment.from !== segment.to)
    if (comes) {
      let due = this.now + (trigger?.after ? ms(trigger.after) : 0)
      if (trigger?.time) due = timeOfDayAfter(trigger.time, trigger.days, this.zone(), due)
      const about = event?.type === 'news' ? event.productId : undefined
      if (due <= this.now) this.enter(campaign.id, about)
      else if (this.alarms.filter(({ what }) => what?.campaign === campaign.id).length < 20)
        this.alarm(due, () => this.enterIfRunning(campaign.id, about), { campaign: campaign.id, kind: 'event' })
    }
    this.appoint(campaign)
  }

  private enterIfRunning(id: string, about?: string): void {
    if (this.campaigns.find(one => one.id === id)!.status === 'running') this.enter(id, about)
  }

  /** Makes appointments anew each time, keeping those that are as they were. */
  private appoint(campaign: PlainCampaign): void {
    const { trigger } = campaign.flows[campaign.version]!
    const { id } = campaign
    const made = this.alarms.find(({ what }) => what?.kind === 'appointment' && what.campaign === id)
    if (trigger === undefined || !APPOINTED.has(trigger.type)) {
      this.cancel(made)
      return
    }
    const kept = this.kept.get(id)
    let [mark, due] = [Number.NaN, Number.NaN]
    if (trigger.type === 'inactivity') {
      mark = this.activeAt()
      due = Math.max(this.now, mark + ms(trigger.after))
      if (kept !== undefined && mark <= kept) {
        this.cancel(made)
        return
      }
    } else {
      const from = kept === undefined ? this.now : Math.max(this.now, kept + 1)
      if (trigger.type === 'schedule') mark = due = timeOfDayAfter(trigger.time, trigger.days, this.zone(), from)
      if (trigger.type === 'date') {
        mark = due = Date.parse(trigger.at)
        if (due < from) {
          this.cancel(made)
          return
        }
      }
    }
    if (made?.due === due && made.what?.mark === mark) return
    this.cancel(made)
    this.alarm(due, () => this.keep(id, mark), { campaign: id, kind: 'appointment', mark })
  }

  private cancel(alarm: Alarm | undefined): void {
    this.alarms = this.alarms.filter(one => one !== alarm)
  }

  private keep(id: string, mark: number): void {
    const campaign = this.campaigns.find(one => one.id === id)!
    if (campaign.status === 'running' || campaign.flows[campaign.version]!.trigger?.type !== 'inactivity') this.kept.set(id, mark)
    if (campaign.status !== 'running') return
    this.enter(id)
    this.appoint(campaign)
  }

  private enter(id: string, about?: string): void {
    const campaign = this.campaigns.find(one => one.id === id)!
    const { version, flows } = campaign
    const flow = flows[version]!
    const before = this.entries.filter(entry => entry.campaign === id)
    const window = flow.entryWindow === undefined ? Number.POSITIVE_INFINITY : ms(flow.entryWindow)
    const again = flow.entry === 'per_event' || (flow.entry === 'per_window' && this.now - (before.at(-1)?.at ?? -9e15) >= window)
    if (before.length > 0 && !again) return
    const { trigger } = flow
    if (trigger?.condition !== undefined && !this.isTrue(trigger.condition, text => text.campaign === id)) return
    if (this.travellers.filter(traveller => traveller.campaign === id).length >= 20) return
    this.entries.push({ campaign: id, at: this.now })
    const who = { campaign: id, version, entry: before.length + 1 }
    if (fraction('flow', id, this.customer) < (flow.holdoutPercent ?? 0) / 100) {
      this.say(who, { type: 'held_out' })
      return
    }
    this.say(who, { type: 'entered' })
    const traveller: Traveller = {
      ...who,
      about,
      flow,
      enteredAt: this.now,
      step: flow.steps.find(({ id: name }) => name === flow.initialStepID)!,
      hope: {},
      gone: false,
      journey: undefined as never,
    }
    traveller.journey = this.journey(() => traveller)
    this.travellers.push(traveller)
    this.go(traveller)
  }

  // What is known of the customer: always found anew.

  private orders(): Set<string> {
    return new Set(this.heard.flatMap(({ record: { event } }) => (event?.type === 'purchase' ? [event.orderId] : [])))
  }

  private activeAt(): number {
    const acts = this.heard.filter(
      ({ record: { event } }) => event !== undefined && ['purchase', 'click', 'message'].includes(event.type),
    )
    return acts.at(-1)?.at ?? this.heard[0]?.at ?? 0
  }

  private trait(name: string): unknown {
    const told = this.heard.flatMap(({ record: { event } }) => (event?.type === 'profile' ? [event] : []))
    const ordered = told.sort((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt) || (a.id < b.id ? -1 : 1))
    return ordered.map(({ traits }) => (traits as Record<string, unknown>)[name]).findLast(value => value !== undefined)
  }

  private zone(): string {
    return (this.trait('timeZone') as string | undefined) ?? this.shopZone
  }

  private isTrue(condition: Condition, meant: (text: { campaign: string; entry: number }) => boolean, me?: Traveller): boolean {
    if ('all' in condition) return !condition.all.some(one => !this.isTrue(one, meant, me))
    if ('any' in condition) return !condition.any.every(one => !this.isTrue(one, meant, me))
    if ('not' in condition) return !this.isTrue(condition.not, meant, me)
    const value = this.field(condition, meant)
    if (condition.op === 'exists') return (value !== undefined) === (condition.value ?? true)
    if (value === undefined) return false
    const wanted = condition.value as never
    if (condition.op === 'eq') return value === wanted
    if (condition.op === 'ne') return value !== wanted
    if (condition.op === 'in') return (wanted as unknown[]).includes(value)
    if (condition.op === 'nin') return !(wanted as unknown[]).includes(value)
    if (condition.op === 'contains') return String(value).includes(String(wanted))
    if (typeof value === 'string') return false
    const distance = Number(value) - Number(wanted)
    if (condition.op === 'lt') return distance < 0
    if (condition.op === 'lte') return distance <= 0
    return condition.op === 'gt' ? distance > 0 : distance >= 0
  }

  private field({ field, within }: Comparison, meant: (text: { campaign: string; entry: number }) => boolean): unknown {
    const since = within === undefined ? -9e15 : this.now - ms(within)
    const recent = this.heard.filter(({ at }) => at >= since).map(({ record: { event } }) => event)
    if (field === 'segment') return this.heard.findLast(({ record }) => record.segment)?.record.segment?.to ?? undefined
    if (field === 'rfm.frequency') return this.orders().size
    if (field === 'purchases.count')
      return new Set(recent.flatMap(event => (event?.type === 'purchase' ? [event.orderId] : []))).size
    if (field === 'clicks.count') return recent.filter(event => event?.type === 'click').length
    const texts = this.texts.slice(-50)
    if (field === 'message.clicked')
      return texts.some(text => meant(text) && (text.fate.clicked ?? -9e15) >= since && text.fate.clicked !== undefined)
    if (field === 'message.replied')
      return texts.some(text => meant(text) && (text.fate.replied ?? -9e15) >= since && text.fate.replied !== undefined)
    if (field.startsWith('property.')) return this.properties.get(field.slice(9))
    if (field.startsWith('profile.')) return this.trait(field.slice(8))
    throw new Error(`the plain flows know no ${field}`)
  }
}
