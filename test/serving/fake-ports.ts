import { nothingBeside } from '../../models/recommendation-answer.ts'
import { noCuts } from '../../models/rfm.ts'
import type { Recommendation } from '../../schemas/records.ts'
import type { ServingPorts } from '../../serving/app.ts'
import { unheard } from '../../serving/ports/exposures.ts'
import type { LiveEvent } from '../../serving/ports/live.ts'
import type { Clock } from '../../streams/clock.ts'
import { silent } from '../../streams/meter.ts'
import { noTracer } from '../../streams/tracer.ts'
import { aShop } from '../support/a-shop.ts'

export const NOW = Date.parse('2011-10-01T00:00:00Z')

/** A clock that stands still until it is told. */
export function standingClock(start = NOW): Clock & { advance(ms: number): void } {
  let elapsed = 0
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    sleep: async () => {},
    advance: ms => {
      elapsed += ms
    },
  }
}

export const trending = (customerId: string): Recommendation => ({
  customerId,
  recommendationId: 'rec_cold',
  seq: 0,
  asOf: '2011-10-01T00:00:00.000Z',
  variant: 'default',
  versions: { items: 1, cuts: 0 },
  coldStart: true,
  items: [{ productId: 'p1', name: 'Tea', score: 0.5, confidence: 0.1, reasons: [{ strategy: 'trending', score: 0.5 }] }],
})

/** A subject for live events. */
export function liveSubject() {
  const listeners = new Set<(event: LiveEvent) => void>()
  return {
    listeners,
    say: (event: LiveEvent) => {
      for (const listener of listeners) listener(event)
    },
    snapshot: () => ({ rates: [], segments: null, recommendations: [], texts: [] }),
    subscribe: (listener: (event: LiveEvent) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Ports of a system in which nothing happened, open to this machine; a test puts its own in place of some. */
export const quietPorts = (own: Partial<ServingPorts> = {}): ServingPorts => ({
  version: '0.0.0-test',
  deployment: 'a-test',
  clock: standingClock(),
  access: { mode: 'loopback' },
  ingest: {
    submit: async raw => ({ accepted: raw.length, rejected: [], applied: false }),
    segment: async () => ({ accepted: 1, rejected: [], applied: false }),
  },
  freshness: { reach: async () => 'reached' },
  customers: { get: async () => undefined },
  segments: { totals: async () => [], recentTotals: async () => [], members: async () => undefined },
  analytics: {
    newest: () => undefined,
    whyNone: 'There is no snapshot.',
    snapshots: async () => [],
    movement: async () => undefined,
    segmentsNow: async () => [],
  },
  cuts: () => noCuts,
  affinityHalfLife: 30 * 86_400_000,
  engagement: async () => ({ top: null, lowest: 0, mean: 0, deviation: 0 }),
  recommendations: { answer: async () => undefined, stored: async () => undefined },
  coldStart: trending,
  similar: { to: async () => undefined, beside: async () => nothingBeside },
  exposures: unheard,
  lineages: { get: async () => undefined },
  callbacks: { receipt: async () => 'kept', inbound: async () => 'kept' },
  twilio: { receipt: async () => 'kept', inbound: async () => 'kept' },
  sms: { submit: async () => ({ outcome: 'queued' }), get: async () => undefined },
  settleSms: async () => ({ outcome: 'settled' }),
  texts: { of: async () => undefined },
  textWriter: { write: async () => [] },
  flowWriter: { write: async () => undefined },
  flowShop: aShop,
  campaigns: {
    create: async () => Promise.reject(new Error('nothing is kept here')),
    get: async () => undefined,
    list: async () => [],
    edit: async () => ({ outcome: 'unknown' }),
    keepReport: async () => {},
    move: async () => ({ outcome: 'unknown' }),
    history: async () => [],
  },
  rehearsals: { rehearse: async () => ({ outcome: 'busy' }) },
  links: { find: async () => undefined },
  linkClicks: { take: () => {} },
  campaignClicks: { of: async () => undefined },
  attribution: {
    windows: { clickMs: 604_800_000, sendMs: 259_200_000 },
    of: async () => undefined,
    orders: async () => [],
    ordersOfList: async () => [],
  },
  campaignResults: { windowMs: 604_800_000, of: async () => undefined },
  currency: 'PKR',
  smallestEffect: 0.1,
  live: liveSubject(),
  readiness: async () => [],
  metrics: { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: async () => 'tarang_up 1\n' },
  meter: silent,
  tracer: noTracer,
  ...own,
})
