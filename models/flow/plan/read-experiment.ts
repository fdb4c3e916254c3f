import type { FlowDiscount } from '../../../schemas/flow.ts'
import { bareText, lastTextOf } from './add-deed.ts'
import type { Clause } from './clauses.ts'
import type { Item } from './item.ts'
import type { ExperimentPart, Part, Remarks, TextPart } from './outline.ts'
import { deedOf } from './read-clause.ts'

const TELLS = new Set(['TEST', 'VERSUS', 'SHARES'])
const MOST_VARIANTS = 10

/** How many clauses from here on tell of one experiment; 0 where none begins. */
export function experimentClauses(clauses: readonly Clause[], at: number): number {
  const first = clauses[at]!
  const all = (from: number, to: number) => clauses.slice(from, to).flatMap(({ items }) => items)
  if (first.lead === 'if' || first.lead === 'else') return 0
  const tells = (some: readonly Item[]) =>
    some.some(({ name }) => TELLS.has(name)) ||
    (some.some(({ name }) => name === 'THOMPSON') &&
      some.filter(({ name }) => name === 'OFFER' || name === 'QUOTE').length > 1) ||
    (some.some(({ name }) => name === 'SHARE') && some.filter(({ name }) => name === 'SHARE' || name === 'OTHERS').length > 1)
  let to = at
  while (clauses[to] !== undefined && clauses[to]!.sentence === first.sentence && (to === at || goesOn(clauses[to]!))) to++
  if (!tells(all(at, to)) || !begins(first)) return 0
  // What a test is told of may take another sentence: `Test two discounts. 10 % and 20 %.`
  while (
    clauses[to] !== undefined &&
    clauses[to]!.items.every(({ name }) =>
      [
        'OFFER',
        'AND',
        'WORD',
        'QUOTE',
        'COLON',
        'VERSUS',
        'THOMPSON',
        'SHARES',
        'VERSION',
        'A',
        'IN',
        'KO',
        'SE',
        'SEND',
        'SHARE',
        'OTHERS',
        'GIVE',
        'TEST',
        'CUSTOMER',
        'TO',
      ].includes(name),
    ) &&
    clauses[to]!.lead !== 'if' &&
    tellsMore(clauses[to]!)
  )
    to++
  return to - at
}

const tellsMore = ({ items }: Clause): boolean =>
  items.some(({ name }) => ['OFFER', 'QUOTE', 'VERSUS', 'SHARES', 'THOMPSON', 'SHARE', 'OTHERS'].includes(name))
const goesOn = ({ items, lead }: Clause): boolean =>
  lead === 'none' &&
  !items.some(({ name }) => ['WAIT', 'REMIND', 'TAG', 'STOP_IT', 'AGAIN', 'GOAL'].includes(name)) &&
  !items.some(({ name }, i) => name === 'DUR' && items[i + 1]?.name === 'LATER')
const begins = ({ items }: Clause): boolean =>
  items.some(
    ({ name }) =>
      TELLS.has(name) ||
      ['THOMPSON', 'CHOOSE', 'SHARE', 'OFFER', 'SEND', 'GIVE', 'VERSION', 'QUOTE', 'REMIND', 'WELCOME', 'THANK'].includes(name),
  )

/** Variants by what is told: offers, quoted texts, languages, else as many wordings as are asked for. Undefined where nothing is left to compare. */
export function experimentOf(
  clauses: readonly Clause[],
  root: readonly Part[],
  { assumptions, corrections }: Remarks,
): ExperimentPart | undefined {
  const items = clauses.flatMap(clause => clause.items)
  const thompson = items.some(({ name }) => name === 'THOMPSON')
  const deed = deedOf(items)
  const before = lastTextOf(root)
  const bodies = bodiesOf(items, before)
  const variants = bodies.slice(0, MOST_VARIANTS)
  const weights = weightsOf(items, variants.length)
  if (weights === undefined) corrections.push(`The shares of the experiment do not add up to 100: its variants get equal ones.`)
  const equal = equalWeights(variants.length)
  const isFirst = before === undefined
  if (before !== undefined && !items.some(({ name }) => ['SEND', 'GIVE', 'REMIND'].includes(name)) && root.at(-1) === before)
    (root as Part[]).pop()
  else if (!isFirst && root.at(-1)?.kind === 'text') (root as Part[]).push({ kind: 'wait', duration: 'P2D' })
  if (deed.wait !== undefined) (root as Part[]).push({ kind: 'wait', duration: deed.wait })
  if (bodies.length > variants.length)
    corrections.push(`An experiment has at most ${MOST_VARIANTS} variants: the first ${MOST_VARIANTS} were taken.`)
  if (!thompson && weights === undefined)
    assumptions.push('Shares of the variants stay as they are: nothing was said of learning which is best.')
  return {
    kind: 'experiment',
    thompson,
    variants: variants.map((text, at) => ({
      name: nameOf(at),
      weight: (weights ?? equal)[at]!,
      parts: text === undefined ? [] : [text],
    })),
  }
}

const nameOf = (at: number): string => String.fromCharCode(97 + at)

function bodiesOf(items: readonly Item[], before: TextPart | undefined): TextPart[] {
  const deed = deedOf(items)
  const base = (turn: number): TextPart => ({
    ...bareText(deed.purpose ?? before?.purpose ?? 'offer'),
    turn,
    ...(deed.link === undefined ? {} : { link: deed.link }),
  })
  const codes = items.filter(({ name }) => name === 'CODE_SAID').map(({ word }) => word!)
  const quotes = items.flatMap(({ name, word }) => (name === 'QUOTE' && /\p{L}/u.test(word!) ? [word!] : []))
  const offers = deed.discounts.map((discount, at): FlowDiscount => {
    const code = codes.length === deed.discounts.length ? codes[at] : codes[0]
    return {
      ...discount,
      ...(code === undefined ? {} : { code }),
      ...(deed.expiry === undefined ? {} : { expiresAfter: deed.expiry }),
    }
  })
  if (quotes.length > 1)
    return quotes.map((words, turn) => ({
      ...base(turn),
      words,
      ...((offers[turn] ?? offers[0]) ? { discount: (offers[turn] ?? offers[0])! } : {}),
    }))
  if (offers.length > 1) return offers.map(discount => ({ ...base(0), discount }))
  if (deed.languages.length > 1)
    return deed.languages.map(language => ({ ...base(0), language, ...(offers[0] ? { discount: offers[0] } : {}) }))
  const plain = items.some(
    ({ name }, at) =>
      ['NOT', 'NO', 'NOTHING'].includes(name) &&
      (at === items.length - 1 || ['OFF', 'OFFER', 'VERSUS', 'SEND', 'GIVE'].includes(items[at + 1]!.name)),
  )
  const compared = items.some(({ name }) => name === 'VERSUS')
  const [only] = offers
  if (only !== undefined && (plain || compared))
    return [{ ...base(0), discount: only }, before?.discount === undefined ? base(0) : { ...base(0), discount: before.discount }]
  const wanted =
    items.find(
      ({ name }, at) =>
        name === 'NUM' &&
        ['VERSION', 'SEND', 'OFF', 'WORD', 'REMIND', 'WELCOME', 'GIVE', 'TEST'].includes(items[at + 1]?.name ?? ''),
    )?.number ?? 2
  const discount = only ?? before?.discount
  return Array.from({ length: Math.min(MOST_VARIANTS, Math.max(2, Math.floor(wanted))) }, (_, turn) => ({
    ...base(turn),
    ...(discount === undefined ? {} : { discount }),
  }))
}

/** Thirds are 33.33, and what is left of 100. */
const hundredths = (share: number): number => Math.round(share * 100) / 100

/** As they are told, the last one what is left; undefined where they are too many or too much. */
function weightsOf(items: readonly Item[], count: number): readonly number[] | undefined {
  const told = items.flatMap(({ name, number, word }) =>
    name === 'SHARE' ? [number!] : name === 'SHARES' ? word!.split(' ').map(Number) : [],
  )
  if (told.length === 0) return equalWeights(count)
  const sum = told.reduce((total, weight) => total + weight, 0)
  if (told.some(weight => weight <= 0) || told.length > count) return undefined
  if (told.length === count)
    return Math.abs(sum - 100) < 0.1 ? [...told.slice(0, -1), hundredths(100 - sum + told.at(-1)!)] : undefined
  if (sum >= 100) return undefined
  const rest = count - told.length
  const left = Math.floor(((100 - sum) / rest) * 100) / 100
  return [...told, ...Array.from({ length: rest - 1 }, () => left), Number((100 - sum - left * (rest - 1)).toFixed(2))]
}

function equalWeights(count: number): readonly number[] {
  const each = Math.floor(100 / count)
  return Array.from({ length: count }, (_, at) => each + (at < 100 - each * count ? 1 : 0))
}
