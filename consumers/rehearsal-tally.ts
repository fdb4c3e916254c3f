import { Drain, type SenderSpeed } from '../models/flow/rehearse/drain.ts'
import { changeInWords, effectInWords } from '../models/flow/rehearse/moment-words.ts'
import type { RehearsalReport } from '../models/flow/rehearse/rehearsal-report.ts'
import { Timelines } from '../models/flow/rehearse/timelines.ts'
import type { Effect, Ending, Run } from '../models/flow/run/run.ts'
import { SmsCost } from '../models/sms-cost.ts'
import type { CustomerChange } from '../schemas/records.ts'
import type { Send, TextFate, WrittenText } from './rehearsed-texts.ts'

export interface RehearsalTallyPlan {
  readonly campaignId: string
  readonly beside: readonly string[]
  readonly speed: SenderSpeed
  /** Of how many customers it is told what happened to them. */
  readonly timelines: number
}

const HOUR = 3_600_000

/** Counts what a rehearsal comes to. What other campaigns do is counted where they meet this one: at the sender, and in customers who are in both. */
export class RehearsalTally {
  private readonly plan: RehearsalTallyPlan
  private readonly timelines: Timelines
  private readonly drain: Drain
  private readonly cost = new SmsCost()
  private readonly history = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY, records: 0 }
  private readonly entered = new Set<string>()
  private readonly heldOut = new Set<string>()
  private readonly entries = { entered: 0, heldOut: 0, webhooks: 0 }
  private readonly ended = new Map<Ending, number>()
  private readonly texts = { planned: 0, sent: 0, waiting: 0, delayed: 0, linked: 0, standIns: 0 }
  private readonly suppressed = new Map<string, number>()
  private readonly steps = new Map<string, { planned: number; sent: number }>()
  private readonly hours = new Map<number, { texts: number; parts: number }>()
  private last: { readonly customerId: string; readonly at: number; readonly change: CustomerChange } | undefined
  private readonly asked = { allowed: 0, limited: 0 }
  private readonly variants = new Map<string, { step: string; variant: string; times: number }>()
  /** Of each other campaign: who entered it, who was in both at one time, and what it sent to whom. */
  private readonly others: ReadonlyMap<string, { entered: Set<string>; together: Set<string>; sent: Map<string, number> }>

  constructor(plan: RehearsalTallyPlan) {
    this.plan = plan
    this.timelines = new Timelines(plan.timelines, plan.campaignId)
    this.drain = new Drain(plan.speed)
    this.others = new Map(plan.beside.map(id => [id, { entered: new Set(), together: new Set(), sent: new Map() }]))
  }

  record(at: number): void {
    this.history.records++
    this.history.first = Math.min(this.history.first, at)
    this.history.last = Math.max(this.history.last, at)
  }

  /** What a customer did, of whom it is told; of those whom it brings in it is told afterwards. */
  happened(customerId: string, at: number, change: CustomerChange): void {
    this.last = { customerId, at, change }
    if (this.timelines.has(customerId)) this.tellLast(customerId)
  }

  private tellLast(customerId: string): void {
    if (this.last?.customerId !== customerId) return
    const { at, change } = this.last
    const words = changeInWords(change)
    if (words !== undefined) this.timelines.add(customerId, { at, ...words })
  }

  private enter(customerId: string, at: number): void {
    this.entries.entered++
    this.entered.add(customerId)
    const isNew = !this.timelines.has(customerId)
    if (this.timelines.enter(customerId) && isNew && this.last?.at === at) this.tellLast(customerId)
  }

  /** `runs` are the customer's after all of what happened. */
  effect(customerId: string, effect: Effect, runs: readonly Run[]): void {
    if (effect.type === 'entered') this.meetOthers(customerId, effect.campaignId, runs)
    if (effect.campaignId !== this.plan.campaignId) return
    switch (effect.type) {
      case 'entered':
        this.enter(customerId, effect.at)
        break
      case 'held_out':
        this.entries.heldOut++
        this.heldOut.add(customerId)
        break
      case 'ended':
        this.ended.set(effect.reason, (this.ended.get(effect.reason) ?? 0) + 1)
        break
      case 'webhook':
        this.entries.webhooks++
        break
      case 'assigned':
        this.assigned(effect.step, effect.variant)
        break
    }
    const words = effectInWords(effect)
    if (words !== undefined) this.timelines.add(customerId, { at: effect.at, ...words })
  }

  answered(customerId: string, campaignId: string, step: string, at: number, allowed: boolean): void {
    if (campaignId !== this.plan.campaignId) return
    this.asked[allowed ? 'allowed' : 'limited']++
    const says = `${allowed ? 'There was room' : 'There was no room any more'} at step ${step}, whose limit all customers share.`
    this.timelines.add(customerId, { at, what: allowed ? 'allowed' : 'limited', says })
  }

  /** `waited`: quiet hours held it back before. */
  text(customerId: string, text: Send, at: number, fate: TextFate, waited: boolean): void {
    if (fate.fate === 'sent') this.drain.add(at, fate.text.parts)
    if (text.campaignId !== this.plan.campaignId) {
      const sent = this.others.get(text.campaignId)?.sent
      if (fate.fate === 'sent') sent?.set(customerId, (sent.get(customerId) ?? 0) + 1)
      return
    }
    const step = this.steps.get(text.step) ?? { planned: 0, sent: 0 }
    this.steps.set(text.step, step)
    if (waited) this.texts.waiting--
    else {
      this.texts.planned++
      step.planned++
    }
    if (fate.fate === 'sent') this.sent(text, at, fate.text, waited)
    else if (fate.fate === 'waits') this.texts.waiting++
    else this.suppressed.set(fate.reason, (this.suppressed.get(fate.reason) ?? 0) + 1)
    this.timelines.add(customerId, { at, ...fateInWords(text, fate) })
  }

  private sent({ step, link }: Send, at: number, { language, standsIn, ...parts }: WrittenText, waited: boolean): void {
    this.texts.sent++
    this.steps.get(step)!.sent++
    if (waited) this.texts.delayed++
    if (link !== undefined) this.texts.linked++
    if (standsIn) this.texts.standIns++
    this.cost.add(language, parts)
    const hour = Math.floor(at / HOUR) * HOUR
    const { texts, parts: before } = this.hours.get(hour) ?? { texts: 0, parts: 0 }
    this.hours.set(hour, { texts: texts + 1, parts: before + parts.parts })
  }

  private meetOthers(customerId: string, campaignId: string, runs: readonly Run[]): void {
    const { campaignId: ours } = this.plan
    this.others.get(campaignId)?.entered.add(customerId)
    const isIn = (id: string) => runs.some(run => run.campaignId === id)
    for (const [id, { together }] of this.others)
      if ((campaignId === ours && isIn(id)) || (campaignId === id && isIn(ours))) together.add(customerId)
  }

  private assigned(step: string, variant: string): void {
    const key = JSON.stringify([step, variant])
    const { times } = this.variants.get(key) ?? { times: 0 }
    this.variants.set(key, { step, variant, times: times + 1 })
  }

  report(of: { from: number; to: number; known: number; underWay: number }): RehearsalReport {
    const { first, last, records } = this.history
    const { entered, heldOut } = this
    const { standIns, ...texts } = this.texts
    return {
      from: of.from,
      to: of.to,
      history: { first: records === 0 ? null : first, last: records === 0 ? null : last, records },
      customers: {
        known: of.known,
        entered: entered.size,
        heldOut: heldOut.size,
        neither: of.known - entered.size - heldOut.size,
      },
      entries: {
        entered: this.entries.entered,
        heldOut: this.entries.heldOut,
        underWay: of.underWay,
        ended: Object.fromEntries(this.ended),
      },
      texts: {
        ...texts,
        suppressed: Object.fromEntries([...this.suppressed].sort(([, a], [, b]) => b - a)),
        steps: [...this.steps].map(([step, counts]) => ({ step, ...counts })),
      },
      hours: [...this.hours].sort(([a], [b]) => a - b).map(([at, counts]) => ({ at, ...counts })),
      parts: { all: this.cost.parts, classes: this.cost.all(), standIns },
      drain: { longest: this.drain.longest ?? null, longestWaitMs: this.drain.longestWaitMs },
      webhooks: this.entries.webhooks,
      asked: { ...this.asked },
      variants: [...this.variants.values()],
      overlaps: [...this.others].map(([campaignId, other]) => this.overlap(campaignId, other)),
      timelines: this.timelines.all(),
    }
  }

  private overlap(
    campaignId: string,
    { entered, together, sent }: { entered: Set<string>; together: Set<string>; sent: Map<string, number> },
  ) {
    const both = [...entered].filter(customerId => this.entered.has(customerId))
    const texts = both.reduce((sum, customerId) => sum + (sent.get(customerId) ?? 0), 0)
    return { campaignId, customers: both.length, together: together.size, texts }
  }
}

function fateInWords({ step }: Send, fate: TextFate): { what: string; says: string } {
  if (fate.fate === 'sent') {
    const { parts } = fate.text
    return { what: 'sent', says: `The text of step ${step} goes, in ${parts} part${parts === 1 ? '' : 's'}.` }
  }
  if (fate.fate === 'suppressed') return { what: 'suppressed', says: `The text of step ${step} is suppressed: ${fate.reason}.` }
  return { what: 'waits', says: `The text of step ${step} waits for quiet hours to end.` }
}
