import type { FlowEdge } from '../../../schemas/flow.ts'
import { smsKeyword } from '../../sms-keyword.ts'
import { yesOrNo } from './yes-or-no.ts'

/** What a customer wrote. `text` is absent where its seal no longer opens, `intent` is the classifier's (models/intents.ts). */
export interface Reply {
  readonly text?: string
  readonly intent?: string
}

/** Other names that flows have for what is understood. */
const ALIASES: Readonly<Record<string, string>> = {
  y: 'yes',
  ok: 'yes',
  positive: 'yes',
  interested: 'yes',
  confirm: 'yes',
  accept: 'yes',
  agree: 'yes',
  n: 'no',
  negative: 'no',
  not_interested: 'no',
  decline: 'no',
  reject: 'no',
  question: 'product_question',
  price: 'price_or_offer',
  discount: 'price_or_offer',
  offer: 'price_or_offer',
  refund: 'return_or_refund',
  return: 'return_or_refund',
  returns: 'return_or_refund',
  order: 'order_status',
  status: 'order_status',
  tracking: 'order_status',
  delivery: 'order_status',
  cancel: 'cancel_or_change',
  change: 'cancel_or_change',
  purchase: 'buy',
  thanks: 'praise',
}
/** Edges of these take what no other edge does. */
const ANYTHING = new Set(['', 'any', 'anything', 'other', 'else', 'default', 'reply'])

/** A name or a text in one form: small letters and digits, what is between them as one sign. */
const plainly = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '')

const nameOf = ({ intent = '' }: FlowEdge): string => {
  const name = plainly(intent)
  return ALIASES[name] ?? name
}

/** Everything that a reply means, by the names of intents, what is surest first. STOP is none: flows never handle it (schemas/flow-rules.md). */
export function meaningsOf({ text = '', intent }: Reply): readonly string[] {
  const said = yesOrNo(text)
  const helps = smsKeyword(text) === 'help'
  return [
    ...(helps ? ['help'] : []),
    ...(said === undefined ? [] : [said]),
    ...(intent === undefined ? [] : [plainly(intent)]),
    // Who asks how to buy has not said no.
    ...(intent === 'buy' && said === undefined ? ['yes'] : []),
  ]
}

/**
 * The way that a reply goes: of the `reply` edges the one whose intent is what the text means, or is among its words; else one that takes
 * anything. Undefined where it goes none. Pure.
 */
export function replyEdge(edges: readonly FlowEdge[], reply: Reply): FlowEdge | undefined {
  const open = edges.filter(({ type }) => type === 'reply')
  const words = `_${plainly((reply.text ?? '').slice(0, 200))}_`
  const word = (edge: FlowEdge): boolean => {
    const name = plainly(edge.intent ?? '')
    return !ANYTHING.has(name) && words.includes(`_${name}_`)
  }
  for (const meaning of meaningsOf(reply)) {
    const edge = open.find(one => !ANYTHING.has(plainly(one.intent ?? '')) && nameOf(one) === meaning)
    if (edge !== undefined) return edge
  }
  return open.find(word) ?? open.find(({ intent = '' }) => ANYTHING.has(plainly(intent)))
}

/** Which of `count` choices a reply takes, from 0: by its number, or by its label. Undefined where it takes none. */
export function choiceOf({ text = '' }: Reply, labels: readonly string[], count: number): number | undefined {
  const said = plainly(text.slice(0, 200))
  const number = /^(?:\D*_)?(\p{Nd}{1,2})(?:_\D*)?$/u.exec(said)?.[1]
  if (number !== undefined) {
    const chosen = digitsOf(number) - 1
    return chosen >= 0 && chosen < count ? chosen : undefined
  }
  const found = labels.findIndex(label => plainly(label) !== '' && `_${said}_`.includes(`_${plainly(label)}_`))
  return found === -1 ? undefined : found
}

/** In Latin, Arabic or Urdu digits; of others NaN, which is no choice. */
const digitsOf = (text: string): number => Number([...text].map(digit => DIGITS.get(digit) ?? 'x').join(''))
const DIGITS = new Map(['0123456789', '٠١٢٣٤٥٦٧٨٩', '۰۱۲۳۴۵۶۷۸۹'].flatMap(ten => [...ten].map((digit, i) => [digit, i] as const)))
