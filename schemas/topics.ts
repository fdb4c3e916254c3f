import Type from 'typebox'
import { AnalyticsSnapshot } from './analytics-snapshot.ts'
import { Click, Consent, CustomerEvent, Cuts, Message, Product, Profile, Purchase, Refund } from './events.ts'
import {
  CustomerChangeOrCampaign,
  DeadLetter,
  FlowAsk,
  FlowCall,
  ItemEvent,
  ItemState,
  Recommendation,
  RfmDeltaOrTick,
  SegmentChange,
  SmsRequest,
  SmsResult,
} from './records.ts'
import { topic } from './topic.ts'

const typed = { retention: 'week', open: true } as const

// In: shops publish here with any client and any partitioner.
export const purchases = topic('purchases', Type.Union([Purchase, Refund]), typed)
export const clicks = topic('clicks', Click, typed)
export const messages = topic('messages', Message, typed)
export const profiles = topic('profiles', Profile, typed)
export const consents = topic('consents', Consent, typed)
export const products = topic('products', Product, typed)

// Inside.
export const events = topic('events', CustomerEvent, { bundled: true })
export const customerChanges = topic('customer-changes', CustomerChangeOrCampaign, { bundled: true })
export const rfmDeltas = topic('rfm-deltas', RfmDeltaOrTick, {
  partitioned: 'one',
  retention: 'passed',
  absolute: true,
  bundled: true,
})
export const flowAsks = topic('flow-asks', FlowAsk, { partitioned: 'one', retention: 'passed', bundled: true })
export const flowCalls = topic('flow-calls', FlowCall, { retention: 'passed', bundled: true })
export const rfmCuts = topic('rfm-cuts', Cuts, { partitioned: 'one', retention: 'compact', absolute: true })
export const itemEvents = topic('item-events', ItemEvent, { bundled: true })
export const itemState = topic('item-state', ItemState, { retention: 'compact', absolute: true })

// Out.
export const segmentChanges = topic('segment-changes', SegmentChange)
export const recommendations = topic('recommendations', Recommendation, { retention: 'week' })
export const smsRequests = topic('sms-requests', SmsRequest)
export const smsResults = topic('sms-results', SmsResult)
export const analyticsSnapshots = topic('analytics-snapshots', AnalyticsSnapshot, { partitioned: 'one' })
export const deadLetters = topic('dead-letters', DeadLetter, { retention: 'week' })

/** Every topic there is. */
export const topics = [
  purchases,
  clicks,
  messages,
  profiles,
  consents,
  products,
  events,
  customerChanges,
  rfmDeltas,
  flowAsks,
  flowCalls,
  rfmCuts,
  itemEvents,
  itemState,
  segmentChanges,
  recommendations,
  smsRequests,
  smsResults,
  analyticsSnapshots,
  deadLetters,
] as const
