import { type Affinity, interestIn, nearTo, strengthOf, touch } from '../models/affinity.ts'
import { engage } from '../models/engagement.ts'
import { lineTotal } from '../models/money.ts'
import { moodOf } from '../models/mood.ts'
import { setNewest } from '../models/newest.ts'
import { addPurchase, addRefund } from '../models/rfm.ts'
import { segmentOf } from '../models/segments.ts'
import type { TextModels } from '../models/text-models.ts'
import type { CustomerEvent, Personal } from '../schemas/events.ts'
import type { CustomerChange } from '../schemas/records.ts'
import { customerChanges, events, itemEvents, rfmDeltas, segmentChanges } from '../schemas/topics.ts'
import { type Fold, type Output, output, type Position } from '../streams/processor.ts'
import { campaignEdgeTable, documentTable } from './conversation-state.ts'
import { type Customer, type CustomerCuts, customerTable, cutsTable, type Order, orderTable } from './customer-state.ts'
import { hear, type Talk } from './hear.ts'
import { moodTable } from './mood-state.ts'
import { type Profile, profileTable } from './profile-state.ts'
import { scoresOf, sweepCustomers } from './segment-decision.ts'

/** What an event of a customer meets. `order` is there for purchases, `profile` for profiles, talk for messages; both cuts and customer for all but the cuts themselves. */
export interface CustomerState extends Talk {
  readonly customer: Customer
  readonly cuts: CustomerCuts
  readonly order?: Order
  readonly profile?: Profile
}

/** A customer between old and new cuts, met by the sweep after a cuts record: it is on no log. */
export interface Recut {
  readonly type: 'recut'
  readonly customerId: string
}

/** A customer whom a campaign asks whether it is for them, met by the sweep after its launch: on no log either. */
export interface Asked {
  readonly type: 'asked'
  readonly customerId: string
  readonly campaignId: string
  /** When the campaign was told; epoch ms. */
  readonly at: number
}

/** What the fold meets: what is on the log, and what a sweep brings. */
export type Met = CustomerEvent | Recut | Asked

/** What is told to every partition, and of no customer. */
type Told = Extract<CustomerEvent, { type: 'cuts' | 'campaign' }>

/** events → a customer's facts, and word of every change: to those who act on customers, to `ranking`, and to the products concerned. */
export const customers = (texts: TextModels): Fold<Met, CustomerState> => ({
  kind: 'fold',
  name: 'customers',
  input: events,
  outputs: [customerChanges, rfmDeltas, itemEvents, segmentChanges],
  state: {
    tables: {
      customer: customerTable,
      cuts: cutsTable,
      order: orderTable,
      profile: profileTable,
      mood: moodTable,
      document: documentTable,
      edge: campaignEdgeTable,
    },
    keys: (event, partition) => {
      const cuts = [String(partition)] as const
      if (event.type === 'cuts' || event.type === 'campaign') return { cuts }
      const customer = [event.customerId] as const
      if (event.type === 'purchase') return { customer, cuts, order: [event.customerId, event.orderId] }
      if (event.type === 'profile') return { customer, cuts, profile: customer }
      if (event.type === 'message') return { customer, cuts, mood: customer, ...talkOf(event) }
      return { customer, cuts }
    },
  },
  identity(event) {
    if (event.type === 'cuts' || event.type === 'campaign' || event.type === 'recut' || event.type === 'asked') return undefined
    // Ids of our own events are no outsider's: theirs have no control characters.
    const ours = OWN.has(event.type) ? event.type : event.type === 'click' && event.kind === 'link' ? 'link' : undefined
    return { owner: event.customerId, id: ours === undefined ? event.id : `\u001f${ours}\u001f${event.id}` }
  },
  opens: event =>
    (event.type === 'profile' || (event.type === 'message' && event.direction === 'in')) && event.sealed !== undefined
      ? { owner: event.customerId, sealed: event.sealed }
      : undefined,
  sweep: sweepCustomers,

  fold(state, event, at) {
    if (event.type === 'cuts')
      return { state: { ...state, cuts: { current: event.cuts, previous: state.cuts.current } }, outputs: [] }
    if (event.type === 'campaign') return { state, outputs: [passedOn(event, at)] }
    if (event.type === 'asked') return { state, outputs: [asks(state, event)] }
    const learnt = event.type === 'recut' ? state : learn(state, event, at, texts)
    return exact(learnt) ? tell(state, learnt, event, at) : { refused: TOO_MUCH }
  },
})

/** What only we tell of. */
const OWN: ReadonlySet<CustomerEvent['type']> = new Set(['sms', 'timer', 'allowance', 'called', 'news'])

/** In order with what customers of this partition do. */
const passedOn = ({ campaign }: Extract<CustomerEvent, { type: 'campaign' }>, { partition }: Position): Output =>
  output(customerChanges, campaign.id, { campaign }, { partition })

/** Where a customer stands, who did nothing: their `seq` stays. */
function asks({ customer: { rfm, seq, segment }, cuts }: CustomerState, { customerId, campaignId, at }: Asked): Output {
  const scores = scoresOf(rfm, cuts.current)
  const here = { segment: { from: segment, to: segment }, rfm, ...(scores && { scores }) }
  return output(customerChanges, customerId, { customerId, seq, at, ...here, asks: campaignId })
}

const TOO_MUCH = {
  code: 'number_out_of_range',
  message: 'With this the money of its customer would come to more than 900,000,000,000, where sums are no longer exact.',
}

const exact = ({ customer: { rfm }, order }: CustomerState): boolean =>
  [rfm.gross, rfm.net, order?.gross ?? 0].every(Number.isSafeInteger)

/** Where a message is kept, and the way to its campaign, if it has one. */
const talkOf = ({ customerId, id, campaignId }: Extract<CustomerEvent, { type: 'message' }>) => ({
  document: [customerId, id] as const,
  ...(campaignId === undefined ? {} : { edge: [customerId, campaignId] as const }),
})

/** What the event itself changes. */
function learn(state: CustomerState, event: Exclude<CustomerEvent, Told>, at: Position, texts: TextModels): CustomerState {
  switch (event.type) {
    case 'purchase':
      return purchased(state, event)
    case 'refund':
      return { ...state, customer: { ...state.customer, rfm: addRefund(state.customer.rfm, total(event)) } }
    case 'click':
      return event.automatic === true
        ? state
        : acted(state, event.productId === undefined ? [] : [event.productId], event.kind, event)
    case 'profile':
      return {
        ...state,
        profile: setNewest(state.profile!, { ...event.traits, ...(at.personal as Personal | undefined)?.traits }, [
          Date.parse(event.occurredAt),
          event.id,
        ]),
      }
    case 'consent':
      return { ...state, customer: consented(state.customer, event) }
    case 'message':
      return hear(state, event, at, texts)
    case 'sms':
    case 'timer':
    case 'allowance':
    case 'called':
    case 'news':
      return state
  }
}

type Ordered = Extract<CustomerEvent, { type: 'purchase' | 'refund' }>

/** Counts a purchase's lines of positive quantity and price; its order counts once, when its first counted line arrives. */
function purchased(state: CustomerState, event: Ordered): CustomerState {
  const { customer, order } = state
  const lines = countedLines(event)
  if (lines.length === 0 || order === undefined) return state
  const when = Date.parse(event.occurredAt)
  const gross = total(event)
  const rfm = addPurchase(customer.rfm, { at: when, gross, newOrder: order.lines === 0 })
  const counted = {
    firstAt: order.lines === 0 ? when : Math.min(order.firstAt, when),
    lines: order.lines + lines.length,
    gross: order.gross + gross,
  }
  const products = lines.map(line => line.productId)
  return acted({ ...state, customer: { ...customer, rfm }, order: counted }, products, 'purchase', event)
}

const countedLines = ({ lines }: Ordered) => lines.filter(line => line.quantity > 0 && Number(line.unitPrice) > 0)

/** The money of the lines that count, in 1/10,000 of the major unit. */
const total = (event: Ordered): number =>
  countedLines(event).reduce((sum, line) => sum + lineTotal(line.quantity, line.unitPrice), 0)

/** Counts an act once for engagement, and for the interest in each product it touched. */
function acted(
  state: CustomerState,
  products: readonly string[],
  act: Parameters<typeof interestIn>[0],
  { occurredAt }: { readonly occurredAt: string },
): CustomerState {
  const amount = interestIn(act)
  if (amount <= 0) return state
  const at = Date.parse(occurredAt)
  const affinities = products.reduce((all, productId) => touch(all, productId, amount, at), state.customer.affinities)
  return { ...state, customer: { ...state.customer, affinities, engagement: engage(state.customer.engagement, amount, at) } }
}

/** Consents apply by (occurredAt, id), never by arrival: the newest word on a channel stands (engine rule 12). */
function consented(customer: Customer, event: Extract<CustomerEvent, { type: 'consent' }>): Customer {
  const { channel, state, id, source } = event
  const at = Date.parse(event.occurredAt)
  const before = customer.consents[channel]
  if (before !== undefined && (before.at > at || (before.at === at && before.id >= id))) return customer
  return {
    ...customer,
    consents: { ...customer.consents, [channel]: { state, at, id, ...(source === undefined ? {} : { source }) } },
  }
}

/** Says what changed. A sweep that leaves the segment as it was changes nothing and says nothing. */
function tell(
  before: CustomerState,
  after: CustomerState,
  event: Exclude<Met, Told | Asked>,
  at: Position,
): { state: CustomerState; outputs: Output[] } {
  const { customerId } = event
  const { rfm } = after.customer
  const scores = scoresOf(rfm, after.cuts.current)
  const segment = scores === undefined ? null : segmentOf(scores.r, scores.f)
  const moved = segment !== before.customer.segment
  if (event.type === 'recut' && !moved) return { state: before, outputs: [] }
  const seq = before.customer.seq + 1
  const customer: Customer = { ...after.customer, seq, segment }
  const change: CustomerChange = {
    customerId,
    seq,
    at: event.type === 'recut' ? at.appendedAt : Date.parse(event.occurredAt),
    ...(event.type === 'recut' ? {} : { event }),
    ...(moved ? { segment: { from: before.customer.segment, to: segment } } : {}),
    rfm,
    ...(scores && { scores }),
    ...(after.mood === before.mood ? {} : { mood: moodOf(after.mood!)!.average, intent: after.document!.intent! }),
  }
  const outputs = [
    output(customerChanges, customerId, change),
    ...standing(customerId, before.customer, customer),
    ...signals(customerId, before.customer, customer),
  ]
  if (moved)
    outputs.push(
      output(segmentChanges, customerId, {
        customerId,
        seq,
        from: before.customer.segment,
        to: segment,
        cutsVersion: after.cuts.current.version,
      }),
    )
  return { state: { ...after, customer }, outputs }
}

/** A customer's absolute standing, when it moved. */
function standing(customerId: string, before: Customer, { rfm, seq }: Customer): Output[] {
  const { lastAt, orders, gross } = rfm
  if (lastAt === null || (lastAt === before.rfm.lastAt && orders === before.rfm.orders && gross === before.rfm.gross)) return []
  return [output(rfmDeltas, customerId, { type: 'facts', customerId, seq, lastAt, orders, gross })]
}

/** What the customer's behaviour says of each product they just touched: the entries that are other objects than before. */
function signals(customerId: string, before: Customer, { affinities, seq }: Customer): Output[] {
  if (affinities === before.affinities) return []
  const old = new Set<Affinity>(before.affinities)
  return affinities
    .filter(affinity => !old.has(affinity))
    .map(affinity => {
      const { productId, at } = affinity
      return output(itemEvents, productId, {
        type: 'signal',
        productId,
        customerId,
        seq,
        at,
        weight: strengthOf(affinity),
        with: nearTo(affinity, affinities),
      })
    })
}
