import type { FlowDiscount } from '../../../schemas/flow.ts'
import type { Clause } from './clauses.ts'
import type { Part, Remarks, RepeatPart, TextPart, WaitPart } from './outline.ts'
import type { Deed } from './read-clause.ts'
import type { TextPurpose } from './texts/text-purpose.ts'

const USUAL_PAUSE = 'P2D'
/** A reminder that was wished for without end comes so often. */
export const MOST_REMINDERS = 3
const MANY_REMINDERS = 10

export const bareText = (purpose: TextPurpose, turn = 0): TextPart => ({ kind: 'text', purpose, turn, replies: [] })

export function lastTextOf(parts: readonly Part[]): TextPart | undefined {
  return parts.findLast((part): part is TextPart => part.kind === 'text')
}

/** Adds what a clause asks for to a row of parts: the wait first, then what is done. */
export function addDeed(parts: Part[], deed: Deed, clause: Clause, remarks: Remarks): void {
  const before = parts.at(-1)
  const names = clause.items.map(({ name }) => name)
  const bare = before?.kind === 'text' && names.includes('DUR') && names.every(name => LONE.has(name))
  const topic =
    before?.kind === 'text' &&
    names[0] === 'WORD' &&
    deed.wait !== undefined &&
    !deed.waits &&
    names.some(name => name === 'AFTER' || name === 'LATER' || name === 'IN')
  const dayOf = !deed.waits && clause.items.some(({ name, number }) => number !== undefined && (name === 'DUR' || name === 'NOW'))
  const ofDay = dayOf && names.some(name => !LONE.has(name) && name !== 'NOW') && !names.some(name => NO_TEXT.has(name))
  const bareLink = deed.link !== undefined && before?.kind !== 'text' && clause.items.every(({ name }) => LEADS.has(name))
  if (bareLink) parts.push({ ...textOf(deed, false), bareLink })
  else if (isOfLast(clause, deed, before)) join(before as TextPart, deed)
  else if (topic || ofDay) addText(parts, { ...deed, makesText: true }, clause, remarks)
  else if (deed.makesText || (deed.again && deed.wait !== undefined && !deed.waits)) addText(parts, deed, clause, remarks)
  else if (bare) addText(parts, { ...deed, again: true }, clause, remarks)
  else {
    const alone = deed.wait !== undefined && names.every(name => SPANS.has(name))
    if (alone && before?.kind === 'wait' && before.alone === true) parts.push(bareText('news'))
    if (deed.wait !== undefined) parts.push({ kind: 'wait', duration: deed.wait, ...(alone ? { alone } : {}) })
    else if (deed.waits) {
      remarks.assumptions.push('How long to wait was not said: a day.')
      parts.push({ kind: 'wait', duration: 'P1D' })
    }
    complete(before, deed)
  }
  if (deed.property !== undefined) parts.push({ kind: 'property', ...deed.property })
  if (deed.webhook !== undefined) parts.push({ kind: 'webhook', url: deed.webhook })
}

/** `the last one has 10 % off`, of a series. */
const isOfLast = ({ items }: Clause, { discounts, wait }: Deed, before: Part | undefined): boolean =>
  before?.kind === 'text' &&
  before.turn > 0 &&
  wait === undefined &&
  discounts.length > 0 &&
  items.slice(0, 3).some(({ name, text }) => name === 'REMIND' && /^(last|final)$/i.test(text))

const NO_TEXT = new Set(['TAG', 'TAGGED', 'CALL', 'CALL_URL', 'STOP_IT', 'GOAL'])

/** `after 3 days`, and nothing of what is to be done then. */
const LONE = new Set(['DUR', 'AND', 'AFTER', 'LATER', 'IN', 'GOAL'])

/** `1 hour, then 1 day, then 3 days`: spans in a row, of which each waits for a text. */
const SPANS = new Set(['DUR', 'AND', 'COLON', 'CUSTOMER', 'WALE', 'KO', 'CART', 'A', 'AFTER', 'TRIGGER'])
const LEADS = new Set(['URL', 'TO', 'COLON', 'DASH', 'A', 'COMMA', 'PAR', 'KO'])

/** A code, an expiry, a link, a quoted text that come after the text they belong to. */
function complete(part: Part | undefined, { code, expiry, link, quote, languages }: Deed): void {
  if (part?.kind !== 'text') return
  if (part.discount === undefined && code !== undefined) part.code ??= code
  if (part.discount !== undefined && code !== undefined) part.discount = { ...part.discount, code }
  if (part.discount !== undefined && expiry !== undefined) part.discount = { ...part.discount, expiresAfter: expiry }
  if (link !== undefined) part.link ??= link
  if (quote !== undefined) part.words ??= quote
  if (languages.length === 1) part.language ??= languages[0]!
}

function addText(parts: Part[], deed: Deed, clause: Clause, remarks: Remarks): void {
  sayOther(deed, remarks)
  const before = parts.at(-1)
  if (deed.purpose === 'recommendation' || deed.purpose === 'purchase_offer') parts.push(...offeringParts(before, deed, remarks))
  else if (before?.kind === 'text' && joins(before, deed, clause)) join(before, deed)
  else parts.push(...textParts(parts, deed, clause.lead === 'way', remarks))
}

/** A text has one discount. */
function sayOther({ discounts }: Deed, { corrections }: Remarks): void {
  const [taken, ...others] = discounts.map(inWords)
  const left = [...new Set(others)].filter(other => other !== taken)
  if (left.length > 0) corrections.push(`A text has one discount: ${taken} was taken, and ${left.join(', ')} left out.`)
}
const inWords = (discount: FlowDiscount): string =>
  discount.type === 'percent' ? `${discount.value} %` : discount.type === 'amount' ? `${discount.value} off` : 'free shipping'

/** What is said right after a text and waits for nothing is more of the same text. */
const joins = (before: TextPart, deed: Deed, { lead }: Clause): boolean =>
  !deed.isReminder &&
  !deed.again &&
  deed.wait === undefined &&
  lead !== 'then' &&
  before.replies.length === 0 &&
  before.clicked === undefined &&
  before.silent === undefined &&
  (before.discount === undefined || deed.discounts.length === 0) &&
  (before.words === undefined || deed.quote === undefined)

function join(before: TextPart, deed: Deed): void {
  if (deed.purpose !== undefined && before.purpose === 'news') before.purpose = deed.purpose
  const [discount] = deed.discounts
  if (discount !== undefined) before.discount ??= discount
  complete(before, deed)
}

const GOES_BEFORE = new Set(['text', 'experiment', 'split', 'product_choice', 'purchase_offer'])

/** One text or several, with the waits before them. */
function textParts(parts: Part[], deed: Deed, onWay: boolean, remarks: Remarks): Part[] {
  const earlier = onWay || parts.some(({ kind }) => GOES_BEFORE.has(kind))
  const reminds = (deed.isReminder || deed.again) && (earlier || parts.some(({ kind }) => kind === 'wait' || kind === 'purchase'))
  const repeats = deed.isReminder || (deed.every !== undefined && earlier) ? Math.max(1, deed.count ?? deed.most ?? 1) : 1
  const comesAgain = deed.every !== undefined || deed.most !== undefined || deed.forever || repeats > 2
  const counted = !earlier && deed.count !== undefined && deed.count > 2 && deed.most === undefined && !deed.forever
  if (comesAgain && !counted && (earlier || deed.isReminder))
    return [...(earlier ? [] : firstOf(deed)), repeatOf(parts, deed, remarks)]
  const told = deed.count ?? (deed.every !== undefined && !deed.isReminder ? deed.most : undefined)
  const count = !earlier && told !== undefined ? told : 1
  const series = count > 1 && !(deed.isReminder && count <= 2) ? seriesOf(deed, count, deed.every ?? USUAL_PAUSE) : undefined
  const waits = pauseBefore(parts.at(-1), deed, reminds, remarks)
  const pause = deed.wait ?? lastWait(parts) ?? USUAL_PAUSE
  const more = repeats === 2 ? [{ kind: 'wait', duration: pause } as const, textOf(deed, true, 'last_reminder')] : []
  return [...waits, ...(series ?? [textOf(deed, reminds), ...more])]
}

/** What comes before the first reminder, after the wait that is said besides how far apart they are. */
const firstOf = (deed: Deed): Part[] => [
  ...(deed.wait !== undefined && deed.every !== undefined ? [{ kind: 'wait', duration: deed.wait } as const] : []),
  textOf(deed, false),
]

/** The wait that is said; one that nobody said between two texts. */
function pauseBefore(before: Part | undefined, deed: Deed, reminds: boolean, { assumptions }: Remarks): WaitPart[] {
  if (deed.wait !== undefined) return [{ kind: 'wait', duration: deed.wait }]
  if (before === undefined || !['text', 'experiment', 'product_choice'].includes(before.kind)) return []
  assumptions.push(`No wait was said before ${reminds ? 'the reminder' : 'the next text'}: 2 days.`)
  return [{ kind: 'wait', duration: USUAL_PAUSE }]
}

/** How long was waited last. */
const lastWait = (parts: readonly Part[]): string | undefined =>
  parts.findLast((part): part is WaitPart => part.kind === 'wait')?.duration

export function discountOf({ discounts, code, expiry }: Deed): FlowDiscount | undefined {
  const [discount] = discounts
  if (discount === undefined) return undefined
  return { ...discount, ...(code === undefined ? {} : { code }), ...(expiry === undefined ? {} : { expiresAfter: expiry }) }
}

/** What of a deed a text of any kind has. */
const saidOf = (deed: Deed) => {
  const discount = discountOf(deed)
  const [language] = deed.languages.length === 1 ? deed.languages : []
  return {
    ...(discount === undefined ? {} : { discount }),
    ...(deed.quote === undefined ? {} : { words: deed.quote }),
    ...(language === undefined ? {} : { language }),
  }
}

function textOf(
  deed: Deed,
  reminds: boolean,
  purpose: TextPurpose = reminds ? 'reminder' : deed.discounts.length > 0 ? 'offer' : 'news',
): TextPart {
  return {
    ...bareText(deed.purpose ?? purpose),
    ...saidOf(deed),
    ...(deed.link === undefined ? {} : { link: deed.link }),
    ...bareCode(deed),
  }
}

/** `send them the code NEXT10`, and nothing of what it is for. */
const bareCode = ({ code, discounts }: Deed): { code?: string } => (code === undefined || discounts.length > 0 ? {} : { code })

/** A wait that stands right before a reminder that comes again is how far apart reminders are. */
function repeatOf(parts: Part[], deed: Deed, { assumptions, corrections }: Remarks): RepeatPart {
  const told = deed.most ?? deed.count
  const most = Math.max(1, Math.floor(Math.min(told ?? MOST_REMINDERS, MANY_REMINDERS)))
  const before = parts.at(-1)
  const waited = before?.kind === 'wait' && deed.every === undefined && deed.wait === undefined ? before.duration : undefined
  if (waited !== undefined) parts.pop()
  const every = deed.every ?? deed.wait ?? waited
  if (deed.forever || (told !== undefined && told > MANY_REMINDERS))
    corrections.push(`Reminders without end cannot be: at most ${most}, then the flow ends.`)
  else if (told === undefined) assumptions.push(`How often to remind was not said: at most ${most} times.`)
  if (every === undefined) assumptions.push('How far apart reminders are was not said: 2 days.')
  return { kind: 'repeat', most, every: every ?? USUAL_PAUSE, text: textOf(deed, true) }
}

/** So many texts, one after another. */
const seriesOf = (deed: Deed, count: number, every: string): Part[] =>
  Array.from({ length: Math.min(Math.floor(count), MANY_REMINDERS) }, (_, turn): Part[] => {
    const text = textOf(deed, false)
    return turn === 0
      ? [text]
      : [
          { kind: 'wait', duration: every },
          { ...text, turn },
        ]
  }).flat()

function offeringParts(before: Part | undefined, deed: Deed, { assumptions }: Remarks): Part[] {
  const kind = deed.purpose === 'recommendation' ? 'product_choice' : 'purchase_offer'
  const wait = deed.wait ?? (before?.kind === 'text' ? 'P1D' : undefined)
  if (kind === 'product_choice' && deed.products === undefined)
    assumptions.push('How many products to recommend was not said: 3.')
  assumptions.push('How long an answer to the offer is waited for was not said: 3 days.')
  const count = Math.min(10, Math.max(1, Math.floor(deed.products ?? 3)))
  const discounted = kind === 'product_choice' && deed.discounts.length > 0
  if (discounted) assumptions.push('Products to choose from carry no discount: who chooses one is sent it.')
  return [
    ...(wait === undefined ? [] : [{ kind: 'wait', duration: wait } as const]),
    {
      kind,
      count,
      after: 'P3D',
      ...saidOf(deed),
      taken: discounted ? [textOf({ ...deed, purpose: undefined }, false)] : [],
      silent: [],
    },
  ]
}
