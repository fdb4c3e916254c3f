import { type Clause, isText } from './clauses.ts'
import type { Item } from './item.ts'

/** What a series is announced by: `three texts`, `a 3-step series`, `remind twice`. */
const COUNTED = new Set(['SEND', 'REMIND', 'WORD', 'SAID_BELOW'])
const MOST_TOLD = 10
/** What a text of a series begins with. */
const WHICH = new Set(['NTH', 'FIRST_N', 'PAST'])
const TIMED = new Set(['DUR', 'NOW'])
const CONTENT = new Set(['OFFER', 'QUOTE', 'WORD', 'THANK', 'WELCOME', 'REVIEW', 'RECOMMEND', 'WINBACK', 'NEW_CUSTOMER'])

/**
 * Clauses of which none only announces what the next ones tell one by one (`send three texts: one now, one after 3 days and one after a week`;
 * `remind them. 1st reminder 1h, 2nd reminder 6h`): it makes no text of its own, and each of the others makes one.
 */
export function toldOneByOne(clauses: readonly Clause[]): Clause[] {
  const done: Clause[] = []
  for (let at = 0; at < clauses.length; at++) {
    const parted = partedAt(clauses, at)
    const told = parted === undefined ? 0 : toldAfter(parted, parted.head)
    if (parted === undefined || told === 0) done.push(clauses[at]!)
    else {
      const act = parted.head.items.some(({ name }) => name === 'REMIND') ? 'REMIND' : 'SEND'
      done.push(announcing(parted.head), ...parted.rest.slice(0, told).map((clause, turn) => telling(clause, turn, act)))
      at += told - (parted.inOne ? 1 : 0)
    }
  }
  return done
}

interface Parted {
  readonly head: Clause
  readonly rest: readonly Clause[]
  /** Whether the first of the rest stands in the clause of the head, behind a colon. */
  readonly inOne: boolean
}

function partedAt(clauses: readonly Clause[], at: number): Parted | undefined {
  const clause = clauses[at]!
  if (clause.lead === 'if' || clause.lead === 'else' || !clause.items.some(isText)) return undefined
  const rest = clauses.slice(at + 1, at + 1 + MOST_TOLD)
  const colon = clause.items.findIndex(({ name }) => name === 'COLON')
  if (colon < 1 || colon === clause.items.length - 1) return { head: clause, rest, inOne: false }
  const [head, tail] = [clause.items.slice(0, colon), clause.items.slice(colon + 1)]
  if (!head.some(isText)) return undefined
  return { head: { ...clause, items: head }, rest: [{ ...clause, items: tail }, ...rest], inOne: true }
}

/** How many of the clauses that follow are the texts that were announced; 0 where they are not. */
function toldAfter({ rest }: Parted, { items, sentence }: Clause): number {
  if (items.some(({ name }) => name === 'DUR' || name === 'OFFER' || name === 'QUOTE' || name === 'TEST')) return 0
  const next = rest[0]?.sentence
  const ahead = next === sentence || next === sentence + 1 ? rest.filter(clause => clause.sentence === next) : []
  let told = 0
  while (told < ahead.length && isTold(ahead[told]!, told)) told++
  const count = countIn(items)
  if (count !== undefined) return count === told ? told : 0
  return told > 1 && isWhich(ahead[0]!) && ahead.slice(1, told).some(isWhich) ? told : 0
}

function countIn(items: readonly Item[]): number | undefined {
  const at = items.findIndex(
    ({ name, number }, i) =>
      number! > 1 && (name === 'COUNT' || (name === 'NUM' && items.slice(i + 1, i + 4).some(item => COUNTED.has(item.name)))),
  )
  return items[at]?.number
}

const isWhich = ({ items: [first] }: Clause): boolean => WHICH.has(first?.name ?? '')

function isTold({ lead, items }: Clause, turn: number): boolean {
  if (lead !== 'none' && lead !== 'then') return false
  if (items.some(({ name }) => name === 'WAIT' || name === 'EVERY_DUR' || name === 'STOP_IT')) return false
  const timed = items.some(({ name }) => TIMED.has(name))
  const marked = timed || WHICH.has(items[0]?.name ?? '')
  const said = items.some(item => isText(item) || CONTENT.has(item.name))
  return turn === 0 ? marked || said : marked
}

/** What is left of an announcement: who it is for, and what begins the flow. */
const announcing = (clause: Clause): Clause => ({
  ...clause,
  items: clause.items.filter(
    ({ name }) => !['SEND', 'REMIND', 'SAID_BELOW', 'COUNT', 'NUM', 'GIVE', 'GETS', 'WORD', 'WINBACK'].includes(name),
  ),
})

/** `1st reminder 1h` and `after 3 days` as texts. */
function telling({ items, ...clause }: Clause, turn: number, act: string): Clause {
  const said = items.filter(({ name, number }, at) => !(at === 0 && (WHICH.has(name) || (name === 'NUM' && number === 1))))
  const makes = said.some(item => isText(item) || item.name === 'OFFER')
  const [first] = items
  return {
    ...clause,
    lead: turn === 0 ? 'none' : 'then',
    items: makes ? said : [...said, { name: act, text: first!.text, start: first!.start, end: first!.end }],
  }
}
