import type { Item } from './item.ts'

/** How a clause hangs together with what stands before it. `way`: it is done on one of several ways. `late`: its condition stands behind what it is about (`remind them if they don't click`). */
export interface Clause {
  readonly lead: 'if' | 'else' | 'then' | 'none' | 'way'
  readonly late: boolean
  readonly sentence: number
  readonly items: readonly Item[]
}

/** What makes a text. */
export const textActs = new Set([
  'SEND',
  'GIVE',
  'GETS',
  'REMIND',
  'THANK',
  'WELCOME',
  'INVITE',
  'REVIEW',
  'RECOMMEND',
  'PURCHASE_OFFER',
  'FOREVER',
])
/** What makes a step, or speaks of other customers. */
const acts = new Set([
  ...textActs,
  'WAIT',
  'TAG',
  'TAGGED',
  'CALL',
  'CALL_URL',
  'STOP_IT',
  'OTHERS',
  'SHARE',
  'ASKS',
  'AGAIN',
  'GOAL',
  'HOLD',
  'CAP',
])
const ends = new Set(['COMMA', 'STOP', 'THEN', 'IF', 'IF_COND', 'IF_NOT_BOUGHT', 'ELSE', 'AND'])

/**
 * A description in clauses: each tells of one step, or of a condition and what happens under it.
 *
 * @param inUrdu whether `to` closes a condition (`jawab na aye to …`), and is no English word
 */
export function clausesOf(items: readonly Item[], inUrdu = false): Clause[] {
  const clauses: Clause[] = []
  let current: Item[] = []
  let lead: Clause['lead'] = 'none'
  let late = false
  let sentence = 0
  const close = (next: Clause['lead'] = 'none', nextLate = false) => {
    if (current.length > 0 || lead === 'else') clauses.push({ lead, late, sentence, items: current })
    current = []
    lead = next
    late = nextLate
  }
  items.forEach((item, at) => {
    const bare = current.length === 0
    if (item.name === 'STOP') {
      const asks = item.text.includes('?') && lead === 'none' && clauses.length > 0 && isQuestioned(current)
      if (asks) lead = 'if'
      close()
      if (!asks) sentence++
    } else if (item.name === 'COMMA') close(bare ? lead : 'none', bare && late)
    else if (item.name === 'THEN') close(bare && lead !== 'none' ? lead : 'then')
    else if (item.name === 'ELSE') close('else')
    else if (item.name === 'IF' || item.name === 'IF_COND') {
      close(lead === 'else' && bare ? 'else' : 'if', !bare && lead !== 'if' && lead !== 'else' && current.some(isAct))
      if (item.name === 'IF_COND') current.push({ ...item, name: 'COND' })
    } else if (item.name === 'IF_NOT_BOUGHT') {
      close('if')
      current.push({ ...item, name: 'NOT_BUY' })
    } else if (item.name === 'WHEN_BUY' || item.name === 'WHEN_CLICK') {
      if (lead === 'none' && bare && clauses.some(clause => clause.items.some(isText))) lead = 'if'
      current.push(item)
    } else if (item.name === 'AND') {
      const leads = ['IF', 'IF_COND', 'ELSE', 'THEN', 'WHEN_BUY', 'WHEN_CLICK'].includes(items[at + 1]?.name ?? '')
      if (!bare && (leads || partsHere(current, aheadOf(items, at + 1)))) close()
      else if (!bare) current.push(item)
    } else {
      if (!bare && lead !== 'if' && begins(items, at, current)) close()
      if (
        bare &&
        lead === 'none' &&
        ((clauses.length > 0 && (answers(items, at) || arrowAhead(items, at))) ||
          whoDid(items, at, clauses) ||
          (inUrdu && conditionAhead(items, at)))
      )
        lead = 'if'
      current.push(item)
    }
  })
  close()
  return whole(clauses)
}

const WHO = new Set(['COND', 'CUSTOMER', 'FOR', 'SOMEONE', 'TO', 'EVERYONE', 'THEM', 'KO', 'IN', 'WITH'])
const HOW_OFTEN = new Set(['MOST', 'COUNT', 'EVERY_DUR', 'FOREVER', 'AGAIN', 'NUM', 'A'])
/** `text customers (no purchase for 45 days) every 10 days`: what stands between a text and how often it comes. */
const BEGINNING = new Set(['TRIGGER', 'TRIGGER_INACTIVE', 'COND', 'CUSTOMER'])
const isHowOften = ({ items }: Clause): boolean => items.every(({ name }) => HOW_OFTEN.has(name))
const SPAN = new Set(['DUR', 'LATER', 'AFTER', 'AND', 'IN', 'AGAIN'])
const WHEN = new Set(['DUR', 'LATER', 'AFTER', 'AND', 'IN'])

/** Clauses with what is told before them (`for those in Lahore, …`) or after them (`do din baad aur chaar din baad yaad dilao`). */
function whole(clauses: readonly Clause[]): Clause[] {
  const done: Clause[] = []
  for (let at = clauses.length - 1; at >= 0; at--) {
    const [clause, next] = [clauses[at]!, done[0]]
    const together = next !== undefined && next.sentence === clause.sentence
    const only = (names: ReadonlySet<string>) => clause.items.every(({ name }) => names.has(name))
    const said = (name: string) => clause.items.some(item => item.name === name)
    if (together && isHowOften(clause) && isHowOften(next)) done[0] = { ...clause, items: [...clause.items, ...next.items] }
    else if (
      together &&
      next.items.every(({ name }) => HOW_OFTEN.has(name)) &&
      (said('REMIND') || (said('SEND') && next.items.some(({ name }) => name === 'EVERY_DUR')))
    )
      done[0] = { ...clause, items: [...clause.items, ...next.items] }
    else if (together && only(BEGINNING) && clauses[at - 1]?.items.some(isText) && isHowOften(next)) {
      const often = done.findIndex(other => !isHowOften(other))
      done.splice(often === -1 ? done.length : often, 0, clause)
    } else if (together && said('SEND') && said('NUM') && next.items[0]?.name === 'EVERY_DUR' && !next.items.some(isText))
      done[0] = { ...clause, items: [...clause.items, ...next.items] }
    else if (together && (clause.lead === 'none' || clause.lead === 'if') && next.lead === 'none' && only(WHO) && said('COND'))
      done[0] = { ...clause, items: [...clause.items, ...next.items] }
    else if (together && clause.lead !== 'if' && next.lead === 'none' && said('DUR') && only(SPAN) && isNextText(next))
      done[0] = { ...clause, items: [...clause.items, ...next.items] }
    else if (
      together &&
      next.lead !== 'if' &&
      (only(WHEN) ||
        (next.lead === 'then' && !clause.items.some(item => isAct(item) || item.name === 'OFFER') && said('LATER'))) &&
      said('DUR') &&
      next.items.some(({ name }) => name === 'DUR') &&
      next.items.some(isText)
    )
      done.unshift({ ...clause, items: [...clause.items, ...sameAct(next)] })
    else done.unshift(clause)
  }
  return done
}

/** `2 days later -> 10 % off`: a text without a time of its own. */
const isNextText = ({ items }: Clause): boolean =>
  items.some(item => isText(item) || item.name === 'OFFER' || item.name === 'QUOTE') &&
  !items.some(({ name }) => ['DUR', 'EVERY_DUR', 'SHARE', 'VERSUS', 'TEST'].includes(name))

/** What a span before it is for as well. An offer that is told `then` is of the last text alone. */
const sameAct = ({ lead, items }: Clause): readonly Item[] =>
  items.filter(({ name }) => !WHEN.has(name) && !(lead === 'then' && OFFERED.has(name)))
const OFFERED = new Set(['OFFER', 'CODE_SAID', 'EXPIRY', 'WITH'])

/** Whether `and` stands between two things to do, not between two of a kind. */
function partsHere(current: readonly Item[], ahead: readonly Item[]): boolean {
  const timed = ahead.some(({ name }) => name === 'DUR')
  if (ahead.some(isAct) || (timed && ahead.some(({ name }) => name === 'OFFER'))) return true
  const others = ({ name }: Item) => name === 'COND' || name === 'NEW_CUSTOMER' || name === 'SHARE'
  const other = ahead.some(others) && current.some(others)
  if (other && ahead.some(({ name }) => name === 'OFFER') && current.some(({ name }) => name === 'OFFER')) return true
  if (['NTH', 'FIRST_N'].includes(ahead[0]?.name ?? '') && ['DUR', 'AFTER'].includes(ahead[1]?.name ?? '')) return true
  const told = ahead.slice(ONE_OF.has(ahead[0]?.name ?? '') ? 1 : 0)
  return timed && told.every(({ name }) => WHEN.has(name)) && current.some(({ name }) => name === 'DUR' || name === 'NOW')
}

/** `one after 3 days and one after a week`. */
const ONE_OF = new Set(['NUM', 'NTH', 'FIRST_N'])

export const isText = ({ name }: Item): boolean => textActs.has(name)
export const isAct = ({ name }: Item): boolean => acts.has(name)

/** Whether a new clause begins with an item although nothing says so: `… wait 3 days`, `… 2 days later send …`. */
function begins(items: readonly Item[], at: number, current: readonly Item[]): boolean {
  const done = current.some(isText) || current.some(({ name }) => name === 'OFFER' || name === 'WAIT')
  if (!done) return false
  const { name } = items[at]!
  if (name === 'WAIT') return !current.some(item => item.name === 'DUR') || current.some(isText)
  const timed =
    (name === 'DUR' && (items[at]!.word === 'later' || items[at + 1]?.name === 'LATER')) ||
    (name === 'AFTER' && items[at + 1]?.name === 'DUR')
  return timed && aheadOf(items, at + 1).some(item => isText(item) || item.name === 'AGAIN')
}

/** `yes: send the link`. */
const answers = (items: readonly Item[], at: number): boolean =>
  (['A', 'ON'].includes(items[at]?.name ?? '') && answers(items, at + 1)) ||
  (items[at - 1]?.name === 'ON' && ['YES', 'NO'].includes(items[at]?.name ?? '')) ||
  (['YES', 'NO'].includes(items[at]?.name ?? '') &&
    ['DASH', 'COLON', 'TO', 'SEND', 'GIVE', 'OFFER', 'GETS'].includes(items[at + 1]?.name ?? '')) ||
  (/^INTENT_/.test(items[at]?.name ?? '') && ['TO', 'GETS', 'COLON', 'CALL', 'CALL_URL'].includes(items[at + 1]?.name ?? ''))

/** `whoever clicks gets …`, `unhappy ones get …` after a question, `customers asking for a refund are …`. */
function whoDid(items: readonly Item[], at: number, before: readonly Clause[]): boolean {
  const ahead = aheadOf(items, at)
  const acts = ahead.findIndex((item, i) => i > 0 && (isAct(item) || item.name === 'OFFER') && item.name !== 'ASKS')
  if (acts === -1 && items[at + ahead.length]?.name !== 'IF_NOT_BOUGHT') return false
  const said = ahead.slice(0, acts === -1 ? undefined : acts)
  const earlier = (names: ReadonlySet<string>) => before.some(clause => clause.items.some(({ name }) => names.has(name)))
  const [first] = said
  if (first?.name === 'COND')
    return said.length === 1 && JSON.stringify(first.condition).includes('"sentiment"') && earlier(QUESTIONS)
  if (!PEOPLE.has(first?.name ?? '') || /^(they|he|she)$/i.test(first!.text)) return false
  const did = said.find(({ name }) => !PEOPLE.has(name) && !['NOT', 'ONLY', 'TO'].includes(name))
  if (did?.name === 'ASKS') return said.some(({ name }) => name.startsWith('INTENT_'))
  return (earlier(textActs) || earlier(QUESTIONS)) && DEEDS.has(did?.name ?? '')
}
const QUESTIONS = new Set(['REVIEW', 'ASKS'])
const PEOPLE = new Set(['SOMEONE', 'CUSTOMER', 'THEM', 'EVERYONE'])
const DEEDS = new Set(['CLICK', 'REPLY', 'SAYS', 'YES', 'NO', 'SAYING', 'CHOOSE', 'BUY', 'NOT_BUY', 'WHEN_CLICK'])

const CONDITIONS = /^(INTENT_\w+|YES|NO|NOT|REPLY|CLICK|BUY|NOT_BUY|BOUGHT|CHOOSE|ASKS|SAYS|SILENT|NOTHING|TRIGGER_INACTIVE)$/
const LONGEST_CONDITION = 8

/** `shikayat ho to …`, `jawab na aye 2 din tak to …`: Urdu has conditions without an if. */
function conditionAhead(items: readonly Item[], at: number): boolean {
  const ahead = aheadOf(items, at)
  const to = ahead.findIndex(({ name }) => name === 'TO')
  if (to < 1 || to > LONGEST_CONDITION) return false
  const said = ahead.slice(0, to)
  const answers = said.some(({ name }) => name === 'REPLY')
  return (
    said.some(({ name }) => CONDITIONS.test(name)) &&
    !said.some(item => (isText(item) && !(answers && item.name === 'GIVE')) || item.name === 'OFFER')
  )
}

/** `No answer within 3 days? Ask once more.` */
const isQuestioned = (items: readonly Item[]): boolean =>
  items.length <= LONGEST_CONDITION &&
  items.some(({ name }) => CONDITIONS.test(name)) &&
  !items.some(item => isText(item) || item.name === 'OFFER')

/** `no reply -> remind them`: an arrow after a condition. */
function arrowAhead(items: readonly Item[], at: number): boolean {
  const said = aheadOf(items, at)
  const end = items[at + said.length]
  return (
    end !== undefined &&
    /^(?:[-=–—]+>|[→⇒➡])$/.test(end.text) &&
    said.length <= LONGEST_CONDITION &&
    said.some(({ name }) => CONDITIONS.test(name)) &&
    !said.some(item => isText(item) || item.name === 'OFFER')
  )
}

/** What follows before the clause ends. */
function aheadOf(items: readonly Item[], from: number): readonly Item[] {
  let to = from
  while (to < items.length && !ends.has(items[to]!.name)) to++
  return items.slice(from, to)
}
