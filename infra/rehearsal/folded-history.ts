import { documentTable } from '../../consumers/conversation-state.ts'
import {
  type Customer,
  type CustomerCuts,
  customerTable,
  cutsTable,
  type Order,
  orderTable,
} from '../../consumers/customer-state.ts'
import { type CustomerState, customers, type Met } from '../../consumers/customers.ts'
import { moodTable } from '../../consumers/mood-state.ts'
import { type Profile, profileTable } from '../../consumers/profile-state.ts'
import type { Counted } from '../../consumers/rank-state.ts'
import { Ranks } from '../../consumers/rank-state.ts'
import { ranking } from '../../consumers/ranking.ts'
import type { HistoryRecord } from '../../consumers/rehearsal.ts'
import { decideSegment } from '../../consumers/segment-decision.ts'
import type { Mood } from '../../models/mood.ts'
import type { TextModels } from '../../models/text-models.ts'
import type { CustomerEvent, Personal } from '../../schemas/events.ts'
import type { CustomerChange, RfmCuts, RfmDelta } from '../../schemas/records.ts'
import { customerChanges, rfmDeltas } from '../../schemas/topics.ts'
import type { Output } from '../../streams/processor.ts'

/** In production cuts come once a second while anybody moves; here as often by the clock of the events. */
const CUTS_EVERY_MS = 3_600_000

/**
 * What `customers` and `ranking` would have said of events, as they come: the folds of production on state in memory. New cuts come at each full
 * hour of the events' own time, and whom they move to another segment moves then.
 */
export class FoldedHistory {
  private readonly fold: ReturnType<typeof customers>
  private readonly ranks = new Ranks()
  private readonly counted = new Map<string, Counted>()
  private readonly customers = new Map<string, Customer>()
  private readonly orders = new Map<string, Order>()
  private readonly profiles = new Map<string, Profile>()
  private readonly moods = new Map<string, Mood>()
  private readonly seen = new Set<string>()
  private cuts: CustomerCuts = cutsTable.empty(['0'])
  private nextCuts: number | undefined
  private offset = 0

  constructor(texts: TextModels) {
    this.fold = customers(texts)
  }

  /** The changes that an event leads to, those of cuts that were due before it first. An id that was there before leads to nothing. */
  meet(event: Exclude<CustomerEvent, { type: 'cuts' | 'campaign' }>, personal: Personal | undefined): HistoryRecord[] {
    const identity = pair(event.customerId, event.id)
    if (this.seen.has(identity)) return []
    this.seen.add(identity)
    const at = Date.parse(event.occurredAt)
    return [...this.cut(at), ...this.changes(event, at, personal)]
  }

  /** New cuts, if an hour is full. */
  private cut(now: number): HistoryRecord[] {
    const due = this.nextCuts
    if (due !== undefined && now < due) return []
    this.nextCuts = Math.floor(now / CUTS_EVERY_MS + 1) * CUTS_EVERY_MS
    if (due === undefined || !this.ranks.moved) return []
    this.cuts = { current: this.ranks.publish(), previous: this.cuts.current }
    const { current, previous } = this.cuts
    const isFirst = previous.version === 0
    const [recency, frequency] = [
      rangesBetween(previous.recency, current.recency),
      rangesBetween(previous.frequency, current.frequency),
    ]
    const found: HistoryRecord[] = []
    for (const [customerId, { rfm, segment }] of this.customers)
      if (
        rfm.orders > 0 &&
        (isFirst || isIn(recency, rfm.lastAt!) || isIn(frequency, rfm.orders)) &&
        decideSegment(rfm, current) !== segment
      )
        found.push(...this.changes({ type: 'recut', customerId }, due, undefined))
    return found
  }

  private changes(met: Exclude<Met, { type: 'cuts' | 'campaign' }>, at: number, personal: Personal | undefined): HistoryRecord[] {
    const opened = personal as Readonly<Record<string, unknown>> | undefined
    const folded = this.fold.fold(this.state(met), met, { partition: 0, offset: this.offset++, appendedAt: at, personal: opened })
    if (folded.refused !== undefined) return []
    this.keep(met, folded.state)
    const records: HistoryRecord[] = []
    for (const output of folded.outputs) this.rank(output)
    for (const { topic, value } of folded.outputs)
      if (topic === customerChanges) {
        const change = value as unknown as CustomerChange
        records.push({ change, at: change.at, cameAt: change.at, personal })
      }
    return records
  }

  private rank({ topic, value }: Output): void {
    if (topic !== rfmDeltas) return
    const delta = value as unknown as RfmDelta
    const counted = this.counted.get(delta.customerId) ?? { seq: 0, lastAt: 0, orders: 0, gross: 0 }
    const folded = ranking.fold({ ranks: this.ranks, counted }, delta, {
      partition: 0,
      offset: 0,
      appendedAt: 0,
      personal: undefined,
    })
    if (folded.refused === undefined && folded.state.counted !== undefined)
      this.counted.set(delta.customerId, folded.state.counted)
  }

  private state(met: Exclude<Met, { type: 'cuts' | 'campaign' }>): CustomerState {
    const { customerId } = met
    const key = [customerId] as const
    const state = { customer: this.customers.get(customerId) ?? customerTable.empty(key), cuts: this.cuts }
    if (met.type === 'purchase') {
      const order = [customerId, met.orderId] as const
      return { ...state, order: this.orders.get(pair(customerId, met.orderId)) ?? orderTable.empty(order) }
    }
    if (met.type === 'profile') return { ...state, profile: this.profiles.get(customerId) ?? profileTable.empty(key) }
    if (met.type !== 'message') return state
    return {
      ...state,
      mood: this.moods.get(customerId) ?? moodTable.empty(key),
      document: documentTable.empty([customerId, met.id]),
    }
  }

  private keep(met: Exclude<Met, { type: 'cuts' | 'campaign' }>, { customer, order, profile, mood }: CustomerState): void {
    const { customerId } = met
    this.customers.set(customerId, customer)
    if (met.type === 'purchase' && order !== undefined) this.orders.set(pair(customerId, met.orderId), order)
    if (profile !== undefined) this.profiles.set(customerId, profile)
    if (mood !== undefined) this.moods.set(customerId, mood)
  }
}

/** Ids have no control characters, so no two pairs run together. */
const pair = (one: string, other: string): string => `${one}\u001f${other}`

type Range = readonly [low: number, high: number]

/** The half-open ranges between old and new cuts: who lies in none of them has the same score under both (consumers/segment-decision.ts). */
function rangesBetween(old: RfmCuts['recency'], now: RfmCuts['recency']): readonly Range[] {
  return old.flatMap((cut, i): Range[] => {
    const [a, b] = [cut ?? Number.POSITIVE_INFINITY, now[i] ?? Number.POSITIVE_INFINITY]
    return a === b ? [] : [[Math.min(a, b), Math.max(a, b)]]
  })
}

function isIn(ranges: readonly Range[], value: number): boolean {
  for (const [low, high] of ranges) if (value >= low && value < high) return true
  return false
}
