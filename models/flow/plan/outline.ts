import type { Condition, FlowDiscount, FlowLanguage, FlowTrigger, Weekday } from '../../../schemas/flow.ts'
import type { TextPurpose } from './texts/text-purpose.ts'

/** A text to be, with what its customer may do about it. Without ways it goes on by itself. */
export interface TextPart {
  kind: 'text'
  purpose: TextPurpose
  /** Nobody said it: it is there for the answers that were spoken of. */
  implied?: boolean
  /** Which of several wordings. */
  turn: number
  discount?: FlowDiscount
  /** Where no discount is said to go with it. */
  code?: string
  /** The marketer's own words. */
  words?: string
  link?: string
  /** Nothing but the link was said: where webhooks may call it and texts may not lead there, it is called. */
  bareLink?: boolean
  language?: FlowLanguage
  replies: { intent: string | undefined; parts: Part[] }[]
  clicked?: Part[]
  silent?: { after: string; said: boolean; parts: Part[] }
}
export interface WaitPart {
  kind: 'wait'
  duration: string
  /** Nothing else was said with it. */
  alone?: boolean
}
export interface SplitPart {
  kind: 'split'
  condition: Condition
  match: Part[]
  otherwise: Part[]
}
export interface ExperimentPart {
  kind: 'experiment'
  variants: { name: string; weight: number; parts: Part[] }[]
  thompson: boolean
}
/** Waits for a purchase. */
export interface PurchasePart {
  kind: 'purchase'
  after: string
  bought: Part[]
  silent: Part[]
}
/** Products to choose from, or one to buy by answering. */
export interface OfferingPart {
  kind: 'product_choice' | 'purchase_offer'
  count: number
  after: string
  discount?: FlowDiscount
  words?: string
  language?: FlowLanguage
  taken: Part[]
  silent: Part[]
}
/** A reminder that comes again, so many times at most. */
export interface RepeatPart {
  kind: 'repeat'
  most: number
  every: string
  text: TextPart
}
export interface PropertyPart {
  kind: 'property'
  name: string
  value: string | boolean
}
export interface WebhookPart {
  kind: 'webhook'
  url: string
}
export interface MomentPart {
  kind: 'moment'
  window?: { from: string; to: string }
  days?: readonly Weekday[]
  at?: string
}
export type Part =
  | TextPart
  | WaitPart
  | SplitPart
  | ExperimentPart
  | PurchasePart
  | OfferingPart
  | RepeatPart
  | PropertyPart
  | WebhookPart
  | MomentPart

/** What a description asks for, before it is a graph. */
export interface Outline {
  trigger: FlowTrigger
  entry: 'once' | 'per_event' | 'per_window'
  entryWindow?: string
  audience: Condition[]
  holdout?: number
  goal?: { event: 'purchase' | 'click' | 'reply'; within?: string }
  /** Each holds: so many a day, and so many a week. */
  caps?: readonly { messages: number; per: string }[]
  /** How many customers at most get it, over the campaign. */
  customers?: number
  /** When texts may go. */
  moment?: MomentPart
  languages: FlowLanguage[]
  parts: Part[]
}

/** What the description left open and how it was taken; what could not be as it was wished. Sentences for people. */
export interface Remarks {
  readonly assumptions: string[]
  readonly corrections: string[]
}
