import type { FlowLanguage, FlowTrigger, Weekday } from '../../../schemas/flow.ts'
import { offsetIn } from '../../local-time.ts'
import { type Language, tellingsOf } from '../../text/language.ts'
import type { FlowShop } from '../flow-shop.ts'
import { languagesIn } from './grammar/languages.ts'
import { recencyOf } from './grammar/settled.ts'
import type { Item } from './item.ts'
import type { Outline, Remarks } from './outline.ts'

const USUAL_TIME = '10:00'
const USUAL_INACTIVITY = 'P90D'

/** Everything of an outline but its parts: who enters when and how often, how much they may get, in which language. */
export type Frame = Omit<Outline, 'parts'>

export interface Asked {
  readonly items: readonly Item[]
  /** Conditions that are nobody's branch. */
  readonly audience: Outline['audience']
  readonly shop: FlowShop
  /** Epoch ms. */
  readonly now: number | undefined
  readonly description: string
  /** How many phrases of each language are understood. */
  readonly words: Readonly<Record<Language, number>>
}

export function frameOf(asked: Asked, remarks: Remarks): Frame {
  const { items } = asked
  const find = (name: string) => items.find(item => item.name === name)
  const { trigger, recurs, audience } = beginningOf(asked, remarks)
  const goal = find('GOAL')
  const caps = items.filter(({ name }) => name === 'CAP')
  const hold = find('HOLD') ?? loneShare(items)
  const customers = find('FIRST_CUSTOMERS')?.number
  const moment = momentOf(asked, trigger)
  return {
    trigger,
    ...entryOf(items, trigger, recurs, remarks),
    audience: [...asked.audience, ...audience],
    ...(hold === undefined ? {} : { holdout: bounded(hold.number!, remarks) }),
    ...(goal === undefined
      ? {}
      : { goal: { event: goal.word as 'purchase', ...(goal.duration === undefined ? {} : { within: goal.duration }) } }),
    ...(caps.length === 0
      ? {}
      : { caps: caps.slice(0, 2).map(cap => ({ messages: Math.max(1, Math.floor(cap.number!)), per: cap.duration! })) }),
    ...(customers === undefined || customers < 1 ? {} : { customers: Math.floor(customers) }),
    ...(moment === undefined ? {} : { moment }),
    languages: languagesOf(asked, remarks),
  }
}

/** `send it to 20 % of them`, and nothing of the others. */
function loneShare(items: readonly Item[]): Item | undefined {
  const shares = items.filter(({ name }) => name === 'SHARE')
  const other = items.some(({ name }) => ['OTHERS', 'TEST', 'VERSUS'].includes(name))
  return shares.length === 1 && !other && shares[0]!.number! < 100
    ? { ...shares[0]!, number: 100 - shares[0]!.number! }
    : undefined
}

function bounded(percent: number, { corrections }: Remarks): number {
  if (percent <= 90) return percent
  corrections.push(`A holdout of ${percent} % cannot be: 90 %, the most there is, was taken.`)
  return 90
}

interface Beginning {
  readonly trigger: FlowTrigger
  /** Whether it comes again by itself. */
  readonly recurs: boolean
  readonly audience: Outline['audience']
}

function beginningOf(asked: Asked, remarks: Remarks): Beginning {
  const { items } = asked
  const { assumptions } = remarks
  const find = (...names: string[]) => items.find(({ name }) => names.includes(name))
  const inactive = find('TRIGGER_INACTIVE')
  const told = welcomed(items) ?? find('TRIGGER') ?? firstDeed(items)
  const recurring = find('RECUR') ?? everyWithoutReminder(items)
  const conditional = inactive !== undefined && told !== undefined && isCondition(items, inactive)
  const lapsed = inactive === undefined || conditional ? [] : [recencyOf(inactive.duration!)]
  if (
    recurring !== undefined &&
    (told === undefined ||
      (['birthday'].includes(told.trigger!.type) === false && items.indexOf(recurring) < items.indexOf(told)))
  )
    return { trigger: recurrence(asked, recurring, remarks), recurs: true, audience: lapsed }
  if (told !== undefined) return { trigger: told.trigger!, recurs: false, audience: lapsed }
  const date = find('DATE') ?? find('HOLIDAY')
  if (date?.name === 'HOLIDAY') assumptions.push(`"${date.text}" was taken as the next ${date.word!.slice(5)}.`)
  if (date !== undefined) return { trigger: dateTrigger(asked, date, remarks), recurs: false, audience: lapsed }
  const days =
    items.find(({ name }, at) => name === 'DAYS' && items.slice(at + 1, at + 3).some(item => item.name === 'TIME')) ??
    find('DAYS')
  const time = find('TIME')
  if (
    days !== undefined &&
    (time !== undefined || inactive === undefined) &&
    !items.some(({ name }, at) => name === 'ONLY' && Math.abs(at - items.indexOf(days)) <= NEAR) &&
    find('WINDOW') === undefined
  ) {
    assumptions.push('A day of the week was said, not that it comes again: each customer gets it once.')
    return {
      trigger: { type: 'schedule', days: [...days.days!], time: time?.time ?? timeSaid(items) ?? USUAL_TIME },
      recurs: false,
      audience: lapsed,
    }
  }
  if (inactive !== undefined) return { trigger: { type: 'inactivity', after: inactive.duration! }, recurs: false, audience: [] }
  return { trigger: impliedTrigger(items, remarks), recurs: false, audience: [] }
}

/** `only on Mondays` is about when texts may go, `on Mondays, only for women` is not. */
const NEAR = 3

/** `after a click, if they buy nothing within 2 days`: of a way, and of nobody's audience. */
const isCondition = (items: readonly Item[], item: Item): boolean => {
  const at = items.indexOf(item)
  return items.slice(Math.max(0, at - 3), at).some(({ name }) => name === 'IF') || items[at + 1]?.name === 'TO'
}

/** Who is welcomed signs up: `new customers get 10 % off their first order` begins before there is an order. */
function welcomed(items: readonly Item[]): Item | undefined {
  const at = items.findIndex(({ trigger }) => trigger?.type === 'first_purchase')
  const welcome = items.slice(0, Math.max(0, at)).some(({ name }) => name === 'NEW_CUSTOMER' || name === 'WELCOME')
  if (at === -1 || !(welcome || items.some(({ trigger }) => trigger?.type === 'signup'))) return undefined
  return items.find(({ trigger }) => trigger?.type === 'signup') ?? { ...items[at]!, trigger: { type: 'signup' } }
}

/** `when they buy` and `after a click` begin the flow where nothing went before; else they are branches of it. */
function firstDeed(items: readonly Item[]): Item | undefined {
  const at = items.findIndex(({ name }) => name === 'WHEN_BUY' || name === 'WHEN_CLICK')
  if (at === -1) return undefined
  const before = items.slice(0, at)
  const first = before.findIndex(({ name }) => ['SEND', 'GIVE', 'OFFER', 'REMIND', 'ASKS'].includes(name))
  const any = items[at]!.word === 'any' && items[at - 1]?.name === 'DUR'
  return any || first === -1 || before.slice(first).every(({ name }) => !['COMMA', 'STOP', 'THEN', 'IF', 'AND'].includes(name))
    ? items[at]
    : undefined
}

function everyWithoutReminder(items: readonly Item[]): Item | undefined {
  const at = items.findIndex(({ name }) => name === 'EVERY_DUR' || name === 'PER_DUR')
  if (at === -1) return undefined
  let from = at
  while (from > 0 && !['COMMA', 'STOP', 'THEN', 'AND'].includes(items[from - 1]!.name)) from--
  let to = at
  while (to < items.length && !['COMMA', 'STOP', 'THEN', 'AND'].includes(items[to]!.name)) to++
  const reminds = items
    .slice(from, to)
    .some(
      ({ name, number }, i, near) =>
        ['REMIND', 'COUNT', 'MOST', 'FOREVER'].includes(name) ||
        (name === 'EVERY_DUR' && number !== undefined) ||
        (name === 'NUM' && number! > 1 && near[i + 1]?.name === 'SEND'),
    )
  return reminds ||
    (items.slice(0, from).some(({ name }) => ['SEND', 'OFFER', 'WAIT', 'REMIND', 'GIVE'].includes(name)) &&
      items.slice(from, to).every(({ name }) => name !== 'SEND'))
    ? undefined
    : items[at]
}

const timeSaid = (items: readonly Item[]): string | undefined =>
  items.find(({ name }) => name === 'TIME' || name === 'DAYPART')?.time

function recurrence({ items }: Asked, item: Item, { assumptions, corrections }: Remarks): FlowTrigger {
  const days = item.days ?? items.find(({ name }) => name === 'DAYS')?.days
  const time = item.time ?? timeSaid(items)
  if (time === undefined) assumptions.push(`At what time was not said: ${USUAL_TIME}.`)
  const span = item.duration
  const weekly = days ?? (span === 'P1D' || span === undefined ? undefined : (['mon'] as Weekday[]))
  if (days === undefined && weekly !== undefined) assumptions.push('On which day of the week was not said: Monday.')
  if (span !== undefined && !['P1D', 'P1W'].includes(span))
    corrections.push('A schedule comes by days of the week: customers enter on them, each once within the time that was said.')
  return { type: 'schedule', ...(weekly === undefined ? {} : { days: [...weekly] }), time: time ?? USUAL_TIME }
}

/** What may bring the same customer in again. */
const COMES_AGAIN = new Set(['cart_abandoned', 'purchase', 'back_in_stock', 'price_drop', 'message', 'click', 'inactivity'])

function entryOf(
  items: readonly Item[],
  trigger: FlowTrigger,
  recurs: boolean,
  { assumptions }: Remarks,
): Pick<Outline, 'entry' | 'entryWindow'> {
  const find = (name: string) => items.find(item => item.name === name)
  if (find('ENTRY') !== undefined) return { entry: 'once' }
  const cap = find('CAP')
  const seldom = cap?.word === 'entry' && cap.number === 1 && COMES_AGAIN.has(trigger.type) && !recurs
  if (seldom) return { entry: 'per_window', entryWindow: cap.duration! }
  const span = everyWithoutReminder(items)?.duration
  if (recurs)
    return span !== undefined && !['P1D', 'P1W'].includes(span)
      ? { entry: 'per_window', entryWindow: span }
      : { entry: 'per_event' }
  if (trigger.type === 'birthday') return { entry: 'per_event' }
  const every = items.some(
    ({ name, word }) => (name === 'TRIGGER' || name === 'WHEN_BUY' || name === 'WHEN_CLICK') && word === 'every',
  )
  if (every) return { entry: 'per_event' }
  if (COMES_AGAIN.has(trigger.type)) {
    assumptions.push('How often one customer may enter was not said: whenever it happens, at most once a week.')
    return { entry: 'per_window', entryWindow: 'P1W' }
  }
  return { entry: 'once' }
}

/** A day of the calendar, at its hour by the shop's clock. */
function dateTrigger({ items, shop, now }: Asked, item: Item, { assumptions, corrections }: Remarks): FlowTrigger {
  const time = item.time ?? timeSaid(items) ?? items.find(({ name }) => name === 'WINDOW')?.time
  if (time === undefined) assumptions.push(`At what time was not said: ${USUAL_TIME}.`)
  const at = instantOf(item.word!, time ?? USUAL_TIME, shop, now)
  if (at !== undefined) return { type: 'date', at }
  corrections.push(`The day "${item.text}" could not be placed in the calendar: the flow is started by hand.`)
  return { type: 'manual' }
}

/** The next day of that name from now on, where no year is said. */
export function instantOf(date: string, time: string, { zone }: FlowShop, now: number | undefined): string | undefined {
  const [, year, month, day] = /^(\d{4}|-)-(\d\d)-(\d\d)$/.exec(date) ?? []
  if (month === undefined || (year === '-' && now === undefined)) return undefined
  const inYear = (of: number): number => {
    const wall = Date.parse(`${of}-${month}-${day}T${time}:00Z`)
    return wall - offsetIn(zone, wall)
  }
  const thisYear = year === '-' ? new Date(now!).getUTCFullYear() : Number(year)
  const first = inYear(thisYear)
  const at = year === '-' && first <= now! ? inYear(thisYear + 1) : first
  if (Number.isNaN(at)) return undefined
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

/** What a flow is about tells what begins it, where nothing else does. */
function impliedTrigger(items: readonly Item[], { assumptions }: Remarks): FlowTrigger {
  const has = (...names: string[]) => items.some(({ name }) => names.includes(name))
  const assume = (trigger: FlowTrigger, how: string): FlowTrigger => {
    assumptions.push(`What begins the flow was not said: ${how}.`)
    return trigger
  }
  if (has('ABANDON')) return assume({ type: 'cart_abandoned' }, 'an abandoned cart')
  if (has('CART') && !items.some(({ condition }) => JSON.stringify(condition ?? '').includes('cart.')))
    return assume({ type: 'cart_abandoned' }, 'an abandoned cart')
  const others = items.some(
    ({ name, condition }) => name === 'COND' && condition !== undefined && 'field' in condition && condition.field === 'segment',
  )
  if (has('NEW_CUSTOMER') && !others) return assume({ type: 'signup' }, 'a signup')
  if (has('WINBACK') && !others && JSON.stringify(items.map(({ condition }) => condition)).includes('clicks.'))
    return { type: 'manual' }
  if (has('WINBACK')) return assume({ type: 'inactivity', after: USUAL_INACTIVITY }, '90 days without a purchase')
  if (has('WELCOME')) return assume({ type: 'signup' }, 'a signup')
  if (has('REVIEW', 'THANK')) return assume({ type: 'purchase' }, 'a purchase')
  if (!has('EVERYONE', 'COND', 'NOW')) assumptions.push('What begins the flow was not said: it is started by hand.')
  return { type: 'manual' }
}

/** The hours and days in which texts may go. */
function momentOf({ items, shop, now }: Asked, trigger: FlowTrigger): Outline['moment'] {
  const window = items.find(({ name }) => name === 'WINDOW')
  const part = trigger.type === 'schedule' || trigger.type === 'date' ? undefined : items.find(({ name }) => name === 'DAYPART')
  const time =
    trigger.type === 'schedule' || trigger.type === 'date' || window !== undefined
      ? undefined
      : items.find(({ name }) => name === 'TIME')
  const days =
    items.find(({ name }) => name === 'OTHER_DAYS')?.days ??
    (trigger.type === 'schedule' ? undefined : items.find(({ name }) => name === 'DAYS')?.days)
  const date = trigger.type === 'date' || trigger.type === 'manual' ? undefined : items.find(({ name }) => name === 'DATE')
  const at = date === undefined ? undefined : instantOf(date.word!, date.time ?? timeSaid(items) ?? USUAL_TIME, shop, now)
  const hours =
    window !== undefined
      ? { from: window.time!, to: window.until! }
      : part !== undefined
        ? { from: part.time!, to: part.until! }
        : time !== undefined
          ? hourFrom(time.time!)
          : undefined
  if (hours === undefined && days === undefined && at === undefined) return undefined
  return {
    kind: 'moment',
    ...(hours === undefined ? {} : { window: hours }),
    ...(days === undefined ? {} : { days }),
    ...(at === undefined ? {} : { at }),
  }
}

const hourFrom = (time: string): { from: string; to: string } => ({
  from: time,
  to: `${String((Number(time.slice(0, 2)) + 1) % 24).padStart(2, '0')}${time.slice(2)}`,
})

/** Those that are said; else the one of the description. */
function languagesOf({ items, description, words }: Asked, { assumptions }: Remarks): FlowLanguage[] {
  const said = [...new Set(items.flatMap(languagesIn))]
  if (items.some(({ name }) => name === 'OWN_LANGUAGE')) return ['ur', 'roman-ur', 'en']
  if (said.length > 0) return said
  const { arabic, ...telling } = tellingsOf(description)
  const [english, roman] = [telling.english + words.english, telling.roman + words['roman-urdu']]
  const language: FlowLanguage = arabic > 0.4 ? 'ur' : roman > english ? 'roman-ur' : 'en'
  assumptions.push(
    `No language was said: the texts are in ${{ en: 'English', ur: 'Urdu', 'roman-ur': 'Roman Urdu' }[language]}${/\p{L}/u.test(description) ? ', as the description is' : ''}.`,
  )
  return [language]
}
