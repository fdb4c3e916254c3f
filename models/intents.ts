import { classify, type TextClassifier } from './text/text-classifier.ts'

/** What customers write to a shop for. */
export const intents = [
  'order_status',
  'cancel_or_change',
  'return_or_refund',
  'complaint',
  'product_question',
  'price_or_offer',
  'payment',
  'buy',
  'praise',
  'unsubscribe',
  'other',
] as const
export type Intent = (typeof intents)[number]

/** What a text is most likely written for, and how likely (0–1). Pure. */
export type Intents = (text: string) => { readonly intent: Intent; readonly chance: number }

/** Enough to tell. */
const READ = 2000

/** By a classifier of these intents, read when the first text comes. A text without words or signs is for something else. */
export const intentsBy =
  (classifier: () => TextClassifier): Intents =>
  text => {
    const read = text.slice(0, READ)
    if (read.trim() === '') return { intent: 'other', chance: 1 }
    const { classes } = classifier()
    const chances = classify(classifier(), read)
    const chance = Math.max(...chances)
    return { intent: classes[chances.indexOf(chance)] as Intent, chance }
  }
