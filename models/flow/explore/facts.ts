import type { Comparison, Condition } from '../../../schemas/flow.ts'
import { above, disjoint, rangeOf, type Values, valuesOf } from './field-values.ts'

/** Something that is known of a customer for as long as no time passes: that a comparison holds, or that it does not. */
interface Fact {
  /** The same for the same condition. */
  readonly key: string
  readonly holds: boolean
  /** Undefined where it is a condition of several others. */
  readonly comparison: Comparison | undefined
  /** Of such a condition: whether more is known by it than by its parts, and whether it may hold by itself. */
  readonly open?: { readonly families: readonly string[]; readonly bought: boolean; readonly possible: boolean } | undefined
}

/** What is known, in the order in which it came to be. Equal keys, equal facts. */
export interface Facts {
  readonly key: string
  readonly list: readonly Fact[]
}

export const nothing: Facts = { key: '', list: [] }

/** More are not remembered: to know less is sound. */
const MOST = 32
/** Conditions of more comparisons are not looked into. */
const MOST_ASKED = 40

/**
 * What is known once a condition holds, or does not; undefined where that cannot be, given what was known. Simple contradictions are seen:
 * one condition both ways, and two comparisons of one field whose values have nothing in common. What is not seen counts as possible.
 * A comparison with a field of which nothing is known holds for `ne`, `nin` and what `not` makes of others, perhaps; so it is never ruled out.
 */
export function assume(facts: Facts, condition: Condition, holds: boolean): Facts | undefined {
  if (asked(condition, 0) <= MOST_ASKED) return assumed(facts, condition, holds)
  return known(facts, { key: '?', holds: true, comparison: undefined, open: { families: [], bought: false, possible: false } })
}

/** How many comparisons a condition has, beside those counted; not counted on beyond what is looked into. */
function asked(condition: Condition, counted: number): number {
  if ('field' in condition || counted > MOST_ASKED) return counted + 1
  const parts = 'not' in condition ? [condition.not] : 'all' in condition ? condition.all : condition.any
  let sum = counted
  for (const part of parts) if (sum <= MOST_ASKED) sum = asked(part, sum)
  return sum
}

function assumed(facts: Facts, condition: Condition, holds: boolean): Facts | undefined {
  if ('field' in condition) return known(facts, { key: keyOf(condition), holds, comparison: condition })
  if ('not' in condition) return assumed(facts, condition.not, !holds)
  const parts = 'all' in condition ? condition.all : condition.any
  const whole = { key: JSON.stringify(condition), holds, comparison: undefined }
  const every = 'all' in condition ? holds : !holds
  if (every) return parts.reduce<Facts | undefined>((so, part) => so && assumed(so, part, holds), known(facts, whole))
  const possible = parts.map(part => assumed(facts, part, holds)).filter(so => so !== undefined)
  if (possible.length === 0) return undefined
  if (possible.length === 1) return known(possible[0]!, whole)
  const alone = parts.map(part => assumed(nothing, part, holds))
  const fields = fieldsIn(condition)
  const open = {
    families: [...new Set(fields.map(familyOf))],
    bought: fields.some(isBought),
    possible: alone.some(so => so !== undefined && isSure(so)),
  }
  return known(facts, { ...whole, open })
}

/** What is left when a field has been set, or may have changed. */
export function forget({ list }: Facts, field: (field: string) => boolean): Facts {
  return made(list.filter(({ comparison }) => comparison !== undefined && !field(comparison.field)))
}

function known(facts: Facts, fact: Fact): Facts | undefined {
  if (fact.comparison !== undefined && disjoint(valuesOf(fact.comparison, fact.holds), rangeOf(fact.comparison.field)))
    return undefined
  if (facts.list.some(({ key, holds }) => key === fact.key && holds === fact.holds)) return facts
  if (facts.list.some(other => contradict(other, fact))) return undefined
  return facts.list.length >= MOST ? facts : made([...facts.list, fact])
}

const made = (list: readonly Fact[]): Facts => ({
  list,
  key: list.map(({ key, holds }) => `${holds ? '' : '!'}${key}`).join('&'),
})

const keyOf = ({ field, op, value, within }: Comparison): string =>
  `${field} ${op} ${JSON.stringify(op === 'exists' ? value !== false : value)} ${within ?? ''}`

/** Fields that have to do with each other so that what is known of one may settle another: scores and the segment that is made of them, and the like. */
function familyOf(field: string): string {
  if (/^(segment|rfm\.[rf])$/.test(field)) return 'scores'
  if (/^(rfm\.frequency|purchases\.count)$/.test(field)) return 'orders'
  if (/^(rfm\.monetary|purchases\.total)$/.test(field)) return 'spent'
  return /^(purchases|cart|clicks|message)\./.exec(field)?.[1] ?? field
}

/** Whether it is about what somebody bought: who bought nothing has no recency either, and spent nothing. */
const isBought = (field: string): boolean => /^(rfm\.(recency|frequency|monetary)$|purchases\.)/.test(field)

/** What fields may be of those who bought something. */
const ofBuyers = (field: string): Values => ({
  unknown: false,
  interval: above(/count|frequency/.test(field) ? 1 : 0, field === 'rfm.recency'),
})

/**
 * Whether some customer surely is as is known: of fields that have to do with each other only one is spoken of, and that one once or as intervals
 * (of which every two meet, and so all: Helly 1923); and where several things are known of what they bought, each may be of somebody who bought.
 */
export function isSure({ list }: Facts): boolean {
  const families = new Map<string, Comparison | undefined>()
  const bought = list.filter(({ comparison, open }) => (comparison === undefined ? open?.bought : isBought(comparison.field)))
  if (bought.length > 1 && !bought.every(({ comparison, holds }) => comparison !== undefined && mayBeBuyer(comparison, holds)))
    return false
  return list.every(({ comparison, open }) => {
    if (comparison === undefined)
      return open === undefined || (open.possible && open.families.every(family => isNew(families, family)))
    const family = familyOf(comparison.field)
    const other = families.get(family)
    if (isNew(families, family, comparison)) return true
    return (
      other !== undefined &&
      other.field === comparison.field &&
      other.within === comparison.within &&
      isOrder(other) &&
      isOrder(comparison)
    )
  })
}

const mayBeBuyer = (comparison: Comparison, holds: boolean): boolean =>
  comparison.within === undefined &&
  (/(category|product)$/.test(comparison.field) || !disjoint(valuesOf(comparison, holds), ofBuyers(comparison.field)))

function isNew(families: Map<string, Comparison | undefined>, family: string, comparison?: Comparison): boolean {
  const fresh = !families.has(family)
  families.set(family, comparison)
  return fresh
}

const fieldsIn = (condition: Condition): string[] => {
  if ('field' in condition) return [condition.field]
  const parts = 'not' in condition ? [condition.not] : 'all' in condition ? condition.all : condition.any
  return parts.flatMap(fieldsIn)
}

const isOrder = ({ op }: Comparison): boolean => op === 'lt' || op === 'lte' || op === 'gt' || op === 'gte'

function contradict(a: Fact, b: Fact): boolean {
  if (a.key === b.key) return a.holds !== b.holds
  if (a.comparison === undefined || b.comparison === undefined) return false
  if (a.comparison.field !== b.comparison.field || a.comparison.within !== b.comparison.within) return false
  // Of many values one may be and another too.
  if (/^(purchases|clicks)\.(category|product)$/.test(a.comparison.field)) return false
  return disjoint(valuesOf(a.comparison, a.holds), valuesOf(b.comparison, b.holds))
}
