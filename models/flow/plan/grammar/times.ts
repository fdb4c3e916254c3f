import { type Weekday, weekdays } from '../../../../schemas/flow.ts'
import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'

const PART = '(MORNING|AFTERNOON|EVENING|NIGHT|NOON)'
const DAYNAME = '(MON|TUE|WED|THU|FRI|SAT|SUN)'
const MONTHNAME = '(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)'
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

/** When a part of the day is meant as a moment, and as a window. */
export const dayParts: Readonly<Record<string, { readonly time: string; readonly until: string }>> = {
  MORNING: { time: '09:00', until: '12:00' },
  NOON: { time: '12:00', until: '14:00' },
  AFTERNOON: { time: '13:00', until: '17:00' },
  EVENING: { time: '18:00', until: '21:00' },
  NIGHT: { time: '20:00', until: '22:00' },
}

const number = (value: number): Made => ({ name: 'NUM', number: value })
const two = (value: number): string => String(value).padStart(2, '0')

/** Up to six o'clock nobody means the night, where nothing says which half of the day. */
const LAST_BARE = 6

/** What the clock shows: by am and pm, by the part of the day, else as it stands. Undefined for 25 o'clock. */
function timeOf(items: readonly Item[]): Made {
  const said = items.find(({ name }) => name === 'CLOCK' || name === 'NUM')!
  const [hour, minute] =
    said.name === 'CLOCK' ? said.word!.split(':').map(Number) : [Math.floor(said.number!), Math.round((said.number! % 1) * 60)]
  const has = (name: string) => items.some(item => item.name === name)
  if (!Number.isInteger(hour) || hour! > 24 || minute! > 59) return undefined
  const late =
    has('PM') ||
    ((has('AFTERNOON') || has('EVENING')) && hour! < 12) ||
    (has('NOON') && hour! < 6) ||
    (has('NIGHT') && hour! > 5 && hour! < 12)
  const early = has('AM') || has('NIGHT')
  const bare = !late && !early && !has('MORNING') && hour! >= 1 && hour! <= LAST_BARE && !said.word?.startsWith('0')
  const full = late || bare ? (hour! % 12) + 12 : early && hour === 12 ? 0 : hour! % 24
  return { name: 'TIME', time: `${two(full)}:${two(minute!)}` }
}

/** Two times as a window; `10 to 8` and `from 9 to 5` end in the evening. */
function windowOf(items: readonly Item[]): Made {
  const [first, second] = items.filter(({ name }) => name === 'TIME' || name === 'NUM')
  const [from, until] = [first!, second!].map(end => (end.name === 'TIME' ? end.time : timeOf([end])?.time))
  if (from === undefined || until === undefined) return undefined
  const isEvening = until < from && until < '12:00' && !/[ap]/i.test(second!.text)
  return windowFrom(from, isEvening ? `${two(Number(until.slice(0, 2)) + 12)}${until.slice(2)}` : until)
}

const windowFrom = (from: string, until: string): Made => (from === until ? undefined : { name: 'WINDOW', time: from, until })

/** Where only one end is said, the other is that of a usual day. */
const DAY_BEGINS = '09:00'
const DAY_ENDS = '21:00'
const after = (time: string): Made => (time < DAY_ENDS ? windowFrom(time, DAY_ENDS) : undefined)
const before = (time: string): Made => (time > DAY_BEGINS ? windowFrom(DAY_BEGINS, time) : undefined)

const within = ([from, to]: readonly Item[]): Made => windowFrom(from!.time!, to!.time!)

/** Of two times of which one is to be later and one sooner: texts go between them, by day. */
function daylight(items: readonly Item[]): Made {
  const [from, to] = items.flatMap(({ name, time }) => (name === 'TIME' ? [time!] : [])).sort()
  return windowFrom(from!, to!)
}

const dayOf = (name: string): Weekday | undefined => weekdays.find(day => day.toUpperCase() === name)

function daysOf(items: readonly Item[]): Made {
  const days = items.flatMap(({ name, days: some = [] }) => [dayOf(name), ...some].filter(day => day !== undefined))
  return { name: 'DAYS', days: weekdays.filter(day => days.includes(day)) }
}

function dayRange(items: readonly Item[]): Made {
  const [from, to] = items.flatMap(({ name }) => dayOf(name) ?? []).map(day => weekdays.indexOf(day))
  const days = weekdays.filter((_, at) => (from! <= to! ? at >= from! && at <= to! : at >= from! || at <= to!))
  return { name: 'DAYS', days }
}

/** `word` is `2026-08-14`, or `--08-14` where no year is said. */
function dateOf(items: readonly Item[]): Made {
  const month = items.map(({ name }) => months.indexOf(name) + 1).find(at => at > 0)!
  const numbers = items.flatMap(item => (item.name === 'NUM' || item.name === 'NTH' ? [item.number!] : []))
  const day = numbers.find(value => value >= 1 && value <= 31)
  const year = numbers.find(value => value >= 2000 && value < 2100)
  if (day === undefined || !Number.isInteger(day)) return undefined
  return { name: 'DATE', word: `${year ?? '-'}-${two(month)}-${two(day)}` }
}

const partTime = (items: readonly Item[]): Made => {
  const part = dayParts[items.find(({ name }) => name in dayParts)!.name]!
  return { name: 'DAYPART', ...part }
}

/** All days but those that are said. */
const otherDays = ([item]: readonly Item[]): Made => {
  const days = weekdays.filter(day => !item!.days!.includes(day))
  return days.length === 0 ? undefined : { name: 'OTHER_DAYS', days }
}

/** Days of the calendar that have names and stay where they are, as MM-DD. */
const holidays: Readonly<Record<string, string>> = {
  NEW_YEAR: '01-01',
  VALENTINES_DAY: '02-14',
  WOMENS_DAY: '03-08',
  PAKISTAN_DAY: '03-23',
  LABOUR_DAY: '05-01',
  INDEPENDENCE_DAY: '08-14',
  CHRISTMAS: '12-25',
}
const HOLIDAY = `(${Object.keys(holidays).join('|')})`

/** Times of the clock, windows, weekdays, dates, and what comes again and again. */
export const times: readonly Rule[] = [
  rule('HALF PAST NUM', items => number(items.at(-1)!.number! + 0.5)),
  rule('QUARTER PAST NUM', items => number(items.at(-1)!.number! + 0.25)),
  rule('QUARTER (TO|BEFORE) NUM', items => number(items.at(-1)!.number! - 0.25)),
  rule(`${PART} (AT|KO|MEIN|KE|COMMA)? (CLOCK|NUM) (AM|PM)? OCLOCK?(?!PERCENT)`, items => timeOf(items)),
  rule(`(CLOCK|NUM) OCLOCK? (IN|AT|MEIN)? ${PART}`, timeOf),
  rule('(CLOCK|NUM) (AM|PM|OCLOCK) (AM|PM)?', timeOf),
  rule('CLOCK', timeOf),
  rule('(AT|BY)? MIDNIGHT', () => ({ name: 'TIME', time: '00:00' })),
  rule('AT NOON', () => ({ name: 'TIME', time: '12:00' })),
  rule('(?<=(BETWEEN|FROM|AND|TO|DASH|UNTIL|BEFORE|AFTER|BY)) NOON (?!(KO|SE|MEIN))', ([item]) =>
    item!.language === 'english' ? { name: 'TIME', time: '12:00' } : undefined,
  ),
  rule('NOON (?=(TO|DASH|UNTIL) (TIME|NUM))', () => ({ name: 'TIME', time: '12:00' })),
  rule('AT TIME', ([, time]) => ({ name: 'TIME', time: time!.time! })),
  rule('AGED BETWEEN? NUM (AND|TO|DASH|SE) NUM', items => ({ name: 'AGE_RANGE', time: '', ...ages(items) })),
  rule('BETWEEN NUM (AND|TO|DASH) NUM AGED', items => ({ name: 'AGE_RANGE', ...ages(items) })),
  rule('(BETWEEN|FROM)? TIME (AND|TO|DASH|SE|UNTIL|BEFORE) TIME (TAK|BETWEEN)*', windowOf),
  rule('(BETWEEN|FROM) NUM (AND|TO|DASH|SE) (TIME|NUM) (TAK|BETWEEN)*', windowOf),
  rule('NUM (TO|DASH|SE|AND) TIME (TAK|BETWEEN|MEIN)*', windowOf),
  rule('(NOT|NO|SEND)* BEFORE NUM (OR|AND|COMMA)* NOT? (AFTER|LATER) (TIME|NUM)', windowOf),
  rule('(NOT|NO|SEND)* BEFORE TIME (OR|AND|COMMA)* (NOT)? (AFTER|LATER) TIME', items =>
    within(items.filter(({ name }) => name === 'TIME')),
  ),
  rule('TIME SE? BEFORE (AND|OR|COMMA|NOT|SEND)* TIME (SE|KE)* LATER (NOT|ONLY|SEND)*', items => daylight(items)),
  rule('TIME (SE|KE)* LATER (AND|OR|COMMA|NOT|SEND)* TIME SE? BEFORE (NOT|ONLY|SEND)*', items => daylight(items)),
  rule('AFTER TIME (AND|OR|COMMA|NOT|SEND)* (BEFORE|UNTIL) TIME', items => daylight(items)),
  rule('(NOT BEFORE|AFTER|ONLY AFTER) TIME', items => after(items.at(-1)!.time!)),
  rule('TIME (LATER)', items => after(items[0]!.time!)),
  rule('(NOT AFTER|BEFORE|UNTIL) TIME', items => before(items.at(-1)!.time!)),
  rule('AT (?=NUM(?!(PERCENT|TIMES|CUSTOMER|PRODUCT|VERSION))) NUM', timeOf),
  rule(`${DAYNAME} (TO|DASH|SE) ${DAYNAME} TAK?`, dayRange),
  rule(`${DAYNAME} ((COMMA|AND|OR|COMMA AND|COMMA OR|SLASH)? ${DAYNAME})*`, daysOf),
  rule('WEEKDAYS', () => ({ name: 'DAYS', days: weekdays.slice(0, 5) })),
  rule('WEEKEND', () => ({ name: 'DAYS', days: weekdays.slice(5) })),
  rule(`(?<=(NOT|NO|EXCEPT) (SEND|GIVE|REMIND|EVER|THEM|EVERYONE|NOTHING|A|ON|IN)*) DAYS`, otherDays),
  rule(`DAYS (?=(KO|PAR|MEIN|DAY|ON)* (SEND|REMIND)? NOT)`, otherDays),
  rule(`DAYS (?=(KO|SE)? EXCEPT)`, otherDays),
  rule(`(NUM|NTH) (A|IN|DAY)? ${MONTHNAME} (COMMA? NUM)?`, dateOf),
  rule(`${MONTHNAME} (NUM|NTH) (COMMA? NUM)?`, dateOf),
  rule(`${HOLIDAY} (COMMA|ON|IN|KO|PAR|A|DAY)* DATE`, ([, ...rest]) => ({ name: 'DATE', word: rest.at(-1)!.word! })),
  rule(`DATE (COMMA|ON|IN|KO|PAR|A|DAY)* ${HOLIDAY}`, ([date]) => ({ name: 'DATE', word: date!.word! })),
  rule(HOLIDAY, ([day]) => ({ name: 'HOLIDAY', word: `--${holidays[day!.name]}` })),
  rule('ISO_DATE', ([date]) => ({ name: 'DATE', word: date!.word! })),
  rule(`(EVERY|DAILY) ${PART}`, items => ({ name: 'RECUR', time: partTime(items)!.time! })),
  rule('EVERY TIME', ([, time]) => ({ name: 'RECUR', time: time!.time! })),
  rule(`DAILY (AT|IN|KO|COMMA)? (TIME|DAYPART)?`, items => recurring(items)),
  rule(`EVERY DAYS ${PART}`, items => ({ name: 'RECUR', days: items[1]!.days!, time: partTime(items)!.time! })),
  rule('EVERY (DUR|DAY|WEEK|HAFTA|MONTH|YEAR|HOUR|MINUTE)', items => ({
    name: 'EVERY_DUR',
    duration: items[1]!.duration ?? unitSpan(items[1]!.name),
  })),
  rule('(WEEKLY|MONTHLY)', ([item]) => ({ name: 'EVERY_DUR', duration: item!.name === 'WEEKLY' ? 'P1W' : 'P30D' })),
  rule('(COUNT|A) (A|PER|IN) (DAY|WEEK|HAFTA|MONTH)', items => ({
    name: 'PER_DUR',
    number: items[0]!.number ?? 1,
    duration: unitSpan(items[2]!.name),
  })),
  rule('COUNT DUR (?!(LATER|AFTER|BEFORE|SE|STOP_IT))', ([count, span]) =>
    /^an? /i.test(span!.text) ? { name: 'PER_DUR', number: count!.number!, duration: span!.duration! } : undefined,
  ),
  rule('EVERY DAYS (AT|KO|COMMA|ON)* TIME?', items => recurring(items)),
  rule(`(ON|IN|AT|MEIN|KO)? ${PART} (KO|MEIN|ONLY)?`, partTime),
  rule('(DATE|HOLIDAY) (COMMA|AT|KO|ON|IN|PAR)* TIME', items => ({
    name: items[0]!.name,
    word: items[0]!.word!,
    time: items.at(-1)!.time!,
  })),
  rule('TIME (COMMA|ON|KO)* DATE', items => ({ name: 'DATE', word: items.at(-1)!.word!, time: items[0]!.time! })),
]

export const unitSpan = (name: string): string =>
  ({ DAY: 'P1D', WEEK: 'P1W', HAFTA: 'P1W', MONTH: 'P30D', YEAR: 'P365D', HOUR: 'PT1H', MINUTE: 'PT1M' })[name] ?? 'P1D'

function recurring(items: readonly Item[]): Made {
  const days = items.find(item => item.days !== undefined)?.days
  const time = items.find(item => item.time !== undefined)?.time
  return { name: 'RECUR', ...(days === undefined ? {} : { days }), ...(time === undefined ? {} : { time }) }
}

const ages = (items: readonly Item[]): { number: number; word: string } => {
  const [from, to] = items.flatMap(item => (item.name === 'NUM' ? [item.number!] : []))
  return { number: from!, word: String(to!) }
}
