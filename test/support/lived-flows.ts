import { type Campaign, runnable } from '../../models/flow/run/campaign.ts'
import { type CustomerFlows, type Happened, nextDue, noFlows } from '../../models/flow/run/customer-flows.ts'
import { foldCustomer } from '../../models/flow/run/fold-customer.ts'
import type { Effect } from '../../models/flow/run/run.ts'
import type { CustomerEvent } from '../../schemas/events.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { CustomerChange, RfmFacts } from '../../schemas/records.ts'
import { BEGINNING, type Deed } from './flow-arbitraries.ts'
import type { PlainCampaign, PlainRecord } from './plain-flows.ts'

export const SHOP_ZONE = 'Asia/Karachi'
const MINUTE = 60_000

/** A record for both: as our fold meets it, and as the plain one does. */
export interface Lived {
  readonly happened: Happened
  readonly plain: PlainRecord
  readonly campaigns: ReadonlyMap<string, Campaign>
}

/** A customer's life under two campaigns of one flow each, told as records. What they answer to is what was said to them by then. */
export class Life {
  readonly records: Lived[] = []
  readonly effects: Effect[] = []
  private state: CustomerFlows = noFlows
  private campaigns: ReadonlyMap<string, Campaign>
  private plain: readonly PlainCampaign[]
  private readonly customerId: string
  private readonly orders = new Set<string>()
  private segment: string | null = null
  private at = BEGINNING
  private n = 0
  private readonly done = new Set<string>()

  constructor(customerId: string, flows: readonly Flow[]) {
    this.customerId = customerId
    this.plain = flows.map((flow, i) => ({
      id: `c${i}`,
      status: 'running',
      version: 1,
      launchedAt: BEGINNING,
      flows: { 1: flow },
    }))
    this.campaigns = new Map()
    for (const { id } of this.plain) this.change(id, true)
  }

  live(deed: Deed): void {
    this.at = Math.max(BEGINNING, this.at + deed.after * MINUTE)
    switch (deed.type) {
      case 'campaign':
        this.campaign(deed)
        break
      case 'answer':
        this.answer(deed)
        break
      case 'visit': {
        const texts = this.effects.filter(effect => effect.type === 'send')
        const text = texts[texts.length - 1 - deed.which]
        if (text?.type !== 'send') return
        this.tell({ ...this.common(), type: 'click', kind: 'link', requestId: text.id, campaignId: text.campaignId })
        break
      }
      case 'segment':
        this.tell(undefined, { to: deed.to })
        break
      case 'write': {
        const { text, intent, means } = deed
        this.tell({ ...this.common(), type: 'message', direction: 'in', channel: 'sms' }, { said: { text, intent, means } })
        break
      }
      case 'purchase': {
        const order = {
          orderId: `o${deed.order}`,
          currency: 'PKR',
          lines: [{ productId: 'p1', quantity: 1, unitPrice: '250.00' }],
        }
        this.tell({ ...this.common(), type: 'purchase', ...order })
        break
      }
      case 'click':
        this.tell({ ...this.common(), type: 'click', kind: deed.kind, productId: 'p1' })
        break
      case 'news':
        this.tell({ ...this.common(), type: 'news', what: deed.what, productId: deed.product })
        break
      case 'profile':
        this.tell({ ...this.common(), type: 'profile', traits: deed.traits })
        break
      case 'consent':
        this.tell({ ...this.common(), type: 'consent', channel: 'sms', state: deed.state })
        break
    }
  }

  private common() {
    this.n++
    return { id: `e${String(this.n).padStart(4, '0')}`, customerId: this.customerId, occurredAt: new Date(this.at).toISOString() }
  }

  private tell(
    event: CustomerEvent | undefined,
    more: { to?: string | null; said?: { text: string; intent: string | undefined; means: string | undefined } } = {},
  ): void {
    if (event?.type === 'purchase') this.orders.add(event.orderId)
    const { said } = more
    const segment = more.to === undefined ? undefined : { from: this.segment, to: more.to }
    if (segment !== undefined) this.segment = segment.to
    const rfm: RfmFacts = { firstAt: null, lastAt: null, orders: this.orders.size, gross: 0, net: 0 }
    const change: CustomerChange = {
      customerId: this.customerId,
      seq: this.records.filter(({ happened }) => happened.type === 'change').length + 1,
      at: this.at,
      rfm,
      ...(event && { event }),
      ...(segment && { segment }),
      ...(said?.intent !== undefined && { intent: said.intent }),
    }
    this.meet(
      { type: 'change', at: this.at, change, ...(said && { personal: { text: said.text } }) },
      { ...(event && { event }), ...(segment && { segment }), ...(said && { said }) },
    )
  }

  private answer({ yes, which }: Extract<Deed, { type: 'answer' }>): void {
    const open = this.effects.filter(effect => (effect.type === 'ask' || effect.type === 'webhook') && !this.done.has(effect.id))
    const asked = open[which % Math.max(1, open.length)]
    if (asked?.type !== 'ask' && asked?.type !== 'webhook') return
    this.done.add(asked.id)
    if (asked.type === 'ask')
      this.meet({ type: 'answered', at: this.at, ask: asked.id, allowed: yes }, { answer: { ask: asked.id, allowed: yes } })
    else this.meet({ type: 'called', at: this.at, call: asked.id, ok: yes }, { call: { call: asked.id, ok: yes } })
  }

  private campaign({ which, status }: Extract<Deed, { type: 'campaign' }>): void {
    const before = this.plain[which % this.plain.length]!
    // Who is over stays over.
    if (before.status === 'stopped') return
    const after: PlainCampaign =
      status === 'new version'
        ? {
            ...before,
            version: before.version + 1,
            flows: { ...before.flows, [before.version + 1]: this.plain.at(-1)!.flows[1]! },
          }
        : { ...before, status }
    this.plain = this.plain.map(one => (one === before ? after : one))
    this.change(before.id, false)
  }

  private change(id: string, launched: boolean): void {
    const before = this.campaigns
    const seen = launched ? [...before.keys(), id] : [...before.keys()]
    this.campaigns = new Map(this.plain.filter(one => seen.includes(one.id)).map(one => [one.id, made(one)]))
    this.meet(
      { type: 'campaign', at: this.at, campaignId: id, launched, before },
      { changed: id, ...(launched && { launched: id }) },
    )
  }

  private meet(happened: Happened, plain: Omit<PlainRecord, 'at' | 'campaigns'>): void {
    const { campaigns } = this
    const known = this.plain.filter(({ id }) => campaigns.has(id))
    this.records.push({ happened, plain: { at: this.at, campaigns: known, ...plain }, campaigns })
    const { state, effects } = foldCustomer({ customerId: this.customerId, campaigns }, this.state, happened)
    this.state = state
    this.effects.push(...effects)
  }
}

const made = ({ id, status, version, launchedAt, flows }: PlainCampaign): Campaign => ({
  id,
  status,
  version,
  launchedAt,
  zone: SHOP_ZONE,
  flows: new Map(Object.entries(flows).map(([number, flow]) => [Number(number), runnable(flow)])),
})

/** Folds a life again. `tellsOf` says, before each record, up to when somebody tells of the timers that are due; undefined: nobody does. */
export function foldLife(
  customerId: string,
  records: readonly Lived[],
  tellsUntil: (i: number, at: number) => number | undefined,
) {
  let state = noFlows
  const effects: Effect[] = []
  const meet = (happened: Happened, campaigns: ReadonlyMap<string, Campaign>) => {
    const folded = foldCustomer({ customerId, campaigns }, state, happened)
    state = JSON.parse(JSON.stringify(folded.state)) // as a table would give it back
    effects.push(...folded.effects)
  }
  let campaigns: ReadonlyMap<string, Campaign> = new Map()
  for (const [i, { happened, campaigns: now }] of records.entries()) {
    const until = tellsUntil(i, happened.at)
    for (let due = nextDue(state); until !== undefined && due !== undefined && due <= until; due = nextDue(state))
      meet({ type: 'due', at: due }, campaigns)
    meet(happened, now)
    campaigns = now
  }
  return { state, effects }
}
