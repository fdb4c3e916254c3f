import type { FlowDiscount, FlowLanguage } from '../../../schemas/flow.ts'
import { isText } from './clauses.ts'
import { languagesIn } from './grammar/languages.ts'
import type { Item } from './item.ts'
import type { TextPurpose } from './texts/text-purpose.ts'

/** What one clause asks to be done. */
export interface Deed {
  /** Waits before it. */
  readonly wait: string | undefined
  /** Comes again and again, so far apart. */
  readonly every: string | undefined
  readonly count: number | undefined
  readonly most: number | undefined
  readonly forever: boolean
  readonly purpose: TextPurpose | undefined
  readonly isReminder: boolean
  readonly again: boolean
  readonly discounts: readonly FlowDiscount[]
  readonly code: string | undefined
  readonly expiry: string | undefined
  readonly quote: string | undefined
  readonly link: string | undefined
  readonly languages: readonly FlowLanguage[]
  readonly webhook: string | undefined
  readonly property: { readonly name: string; readonly value: string | boolean } | undefined
  readonly products: number | undefined
  readonly makesText: boolean
  readonly ends: boolean
  readonly waits: boolean
}

const purposes: readonly (readonly [string, TextPurpose])[] = [
  ['PURCHASE_OFFER', 'purchase_offer'],
  ['RECOMMEND', 'recommendation'],
  ['REVIEW', 'review'],
  ['THANK', 'order_thanks'],
  ['WELCOME', 'welcome'],
]

export function deedOf(items: readonly Item[]): Deed {
  const has = (...names: string[]) => items.some(({ name }) => names.includes(name))
  const find = (name: string) => items.find(item => item.name === name)
  const calls = has('CALL')
  const url = find('URL')?.word
  const called = find('CALL_URL')?.word ?? (calls ? url : undefined)
  const property = has('TAGGED') ? markOf(find('TAGGED')!.word!) : has('TAG') ? propertyOf(items) : undefined
  const text = items.some(isText) || has('OFFER') || (has('ASKS') && !has('REPLY')) || (has('QUOTE') && property === undefined)
  const purpose = purposes.find(([name]) => has(name))?.[1] ?? (has('ASKS') ? 'question' : undefined)
  const [products] = items.filter(
    ({ name }, at) => name === 'NUM' && ['PRODUCT', 'RECOMMEND', 'WORD'].includes(items[at + 1]?.name ?? ''),
  )
  return {
    wait: find('DUR')?.duration,
    every: find('EVERY_DUR')?.duration ?? (has('REMIND', 'FOREVER') && has('RECUR') ? 'P1D' : undefined),
    count:
      find('COUNT')?.number ??
      find('EVERY_DUR')?.number ??
      items.find(({ name }, at) => name === 'NUM' && ['REMIND', 'SEND', 'AGAIN'].includes(items[at + 1]?.name ?? ''))?.number,
    most: find('MOST')?.number,
    forever: has('FOREVER'),
    purpose,
    isReminder: has('REMIND', 'FOREVER'),
    again: has('AGAIN'),
    discounts: items.flatMap(({ discount }) => discount ?? []),
    code: find('CODE_SAID')?.word,
    expiry: find('EXPIRY')?.duration,
    quote: quoteOf(items),
    link: calls ? undefined : url,
    languages: items.flatMap(languagesIn),
    webhook: called,
    property,
    products:
      products?.number ??
      (find('RECOMMEND') && has('PRODUCT') && items.some(({ text }) => /^(a|one|ek|ایک)$/i.test(text)) ? 1 : undefined),
    makesText:
      text &&
      (called === undefined || has('OFFER', 'THANK', 'WELCOME', 'REVIEW')) &&
      !(property !== undefined && !has('SEND', 'GIVE', 'OFFER')),
    ends: has('STOP_IT'),
    waits: has('WAIT'),
  }
}

/** So many words in quotes are nothing else but what is to be said. */
const SENTENCE = 4
const ALONE = new Set(['QUOTE', 'DUR', 'LATER', 'AFTER', 'NOW', 'AND', 'A', 'NTH', 'NUM', 'DASH'])

/** A quoted text is what to say where it follows a word for saying, or is long enough to be nothing else. */
function quoteOf(items: readonly Item[]): string | undefined {
  const at = items.findIndex(({ name, word }) => name === 'QUOTE' && word !== '')
  if (at === -1) return undefined
  const quote = items[at]!.word!
  const told = items.some(
    item => isText(item) || ['SAYING', 'SAYS', 'COLON', 'ASKS', 'TEST', 'VERSUS', 'VERSION', 'SHARE', 'WITH'].includes(item.name),
  )
  const alone = items.every(({ name }) => ALONE.has(name))
  return (told || alone || quote.split(/\s+/).length >= SENTENCE) && /\p{L}/u.test(quote) ? quote : undefined
}

const nameOf = (said: string): string =>
  said
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=\d)/, '_')
    .replace(/^_+$/, '')
    .slice(0, 64)

function markOf(said: string): Deed['property'] {
  const name = nameOf(said)
  return name === '' ? undefined : { name, value: true }
}

/** `mark them as vip`, `set property status to lapsed`, `unhein vip tag karo`. */
function propertyOf(items: readonly Item[]): { name: string; value: string | boolean } | undefined {
  const at = items.findIndex(({ name }) => name === 'TAG')
  const said = (some: readonly Item[]) =>
    some.filter(
      ({ name }) =>
        !['THEM', 'AS', 'WITH', 'CUSTOMER', 'A', 'KO', 'SOMEONE', 'EVERYONE', 'COLON', 'AND', 'NOW', 'IN'].includes(name),
    )
  const after = said(items.slice(at + 1))
  const [first, second, third] = after.length > 0 ? after : said(items.slice(0, at)).slice(-1)
  const name = nameOf(first?.name === 'QUOTE' ? first.word! : (first?.text ?? ''))
  if (name === '') return undefined
  if (second?.name === 'TO' && third !== undefined) return { name, value: third.name === 'QUOTE' ? third.word! : third.text }
  return { name, value: true }
}
