import type { Condition } from '../../../schemas/flow.ts'
import { isAct, isText } from './clauses.ts'
import { recencyOf } from './grammar/settled.ts'
import type { Item } from './item.ts'
import type { TextPart } from './outline.ts'

/** What a condition is about: what the customer did since the last text, or how they are. */
export type About =
  | { readonly kind: 'replied'; readonly intent: string | undefined }
  | { readonly kind: 'clicked' | 'silent' | 'not_clicked' | 'bought' | 'not_bought' | 'chosen' | 'none' }
  | { readonly kind: 'state'; readonly condition: Condition }

const intents: Readonly<Record<string, string>> = {
  INTENT_ORDER: 'order_status',
  INTENT_PRICE: 'price_or_offer',
  INTENT_RETURN: 'return_or_refund',
  INTENT_COMPLAINT: 'complaint',
  INTENT_PRODUCT: 'product_question',
  INTENT_PAYMENT: 'payment',
  INTENT_PRAISE: 'praise',
  INTENT_CANCEL: 'cancel_or_change',
}
const NOT = new Set(['NOT', 'NO'])

/** The condition at the beginning of a clause, and the rest of it. */
export function conditionOf(items: readonly Item[]): { about: About; body: readonly Item[]; duration: string | undefined } {
  const end = endOfCondition(items)
  const said = items.slice(0, end)
  return { about: aboutOf(said), body: items.slice(end), duration: said.find(item => item.duration !== undefined)?.duration }
}

/** A condition lasts until `then`, or until something is to be done. */
function endOfCondition(items: readonly Item[]): number {
  const at = items.findIndex(
    (item, i) =>
      (item.name === 'TO' && items[i - 1]?.name !== 'REPLY') ||
      (i > 0 && (isAct(item) || item.name === 'OFFER') && !['ASKS'].includes(item.name) && !isAnswer(items, i)),
  )
  return at === -1 ? items.length : at
}
/** `if they text yes`, `agar wo jawab dein`. */
const isAnswer = (items: readonly Item[], at: number): boolean =>
  ['SEND', 'GIVE'].includes(items[at]!.name) &&
  (['YES', 'NO', 'QUOTE', 'REPLY'].includes(items[at + 1]?.name ?? '') ||
    (items[at]!.name === 'GIVE' && items[at - 1]?.name === 'REPLY') ||
    (items[at]!.name === 'GIVE' && ['REPLY', 'NOT'].includes(items[at + 1]?.name ?? '')))

function aboutOf(items: readonly Item[]): About {
  const names = items.map(({ name }) => name)
  const has = (...some: string[]) => names.some(name => some.includes(name))
  const not = names.some(name => NOT.has(name))
  const said = names.flatMap(name => intents[name] ?? [])
  const intent = said.find(one => one !== 'product_question') ?? said[0]
  if (has('TRIGGER_INACTIVE', 'NOT_BUY')) return inactive(items)
  if (has('SILENT')) return { kind: 'silent' }
  if (has('YES')) return { kind: 'replied', intent: 'yes' }
  if (has('CLICK', 'WHEN_CLICK', 'VIEW')) return { kind: not ? 'not_clicked' : 'clicked' }
  if (has('CHOOSE')) return { kind: not ? 'silent' : 'chosen' }
  if (has('BUY', 'WHEN_BUY', 'FIRST_BUY') && !has('ASKS', 'SAYS')) return { kind: not ? 'not_bought' : 'bought' }
  if (has('REPLY') && !has('SAYS') && has('NOT')) return { kind: 'silent' }
  if (intent !== undefined && !(has('REPLY') && not)) return { kind: 'replied', intent }
  if (has('REPLY') && has('NO'))
    return names.indexOf('NO') < names.indexOf('REPLY') ? { kind: 'silent' } : { kind: 'replied', intent: 'no' }
  if (has('NO') || (has('SAYS') && not)) return { kind: 'replied', intent: 'no' }
  if (has('ASKS')) return { kind: 'replied', intent: 'product_question' }
  if (has('BUY') && has('SAYS')) return { kind: 'replied', intent: 'buy' }
  if (has('REPLY', 'WRITES')) return { kind: not ? 'silent' : 'replied', intent: undefined } as About
  const states = items.flatMap(({ name, condition }) => (name === 'COND' && condition !== undefined ? [condition] : []))
  if (states.length > 0) return { kind: 'state', condition: states.length === 1 ? states[0]! : { all: states } }
  if (has('NOTHING')) return { kind: 'not_bought' }
  if (names.length <= 2 && has('NOT')) return { kind: 'replied', intent: 'no' }
  return { kind: 'none' }
}

function inactive(items: readonly Item[]): About {
  const lone = items.length === 1 && items[0]!.duration !== undefined && /P(\d{2,})D/.test(items[0]!.duration)
  return lone && items[0]!.duration!.length > 4
    ? { kind: 'state', condition: recencyOf(items[0]!.duration!) }
    : { kind: 'not_bought' }
}

const ASKED: readonly string[] = ['review', 'question', 'order_thanks', 'first_thanks']

/** `if they're unhappy` after a question: what they answer to it, not how they are. */
export function answered(about: About, text: TextPart | undefined): About {
  if (about.kind !== 'state' || !('field' in about.condition) || about.condition.field !== 'sentiment') return about
  if (text === undefined || !ASKED.includes(text.purpose)) return about
  return { kind: 'replied', intent: about.condition.op === 'lt' ? 'complaint' : 'praise' }
}

/** `wait a day for the answer`. */
export function isForAnswer(items: readonly Item[]): boolean {
  const has = (wanted: string) => items.some(({ name }) => name === wanted)
  return has('WAIT') && has('DUR') && (has('REPLY') || has('CHOOSE')) && !items.some(isText)
}
