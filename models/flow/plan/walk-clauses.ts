import type { Condition } from '../../../schemas/flow.ts'
import { addDeed, bareText, lastTextOf } from './add-deed.ts'
import { type Clause, isAct } from './clauses.ts'
import type { OfferingPart, Part, PurchasePart, Remarks, SplitPart, TextPart } from './outline.ts'
import { type Deed, deedOf } from './read-clause.ts'
import { experimentClauses, experimentOf } from './read-experiment.ts'
import { type About, answered, conditionOf, isForAnswer } from './read-if.ts'

/** How long an answer is waited for where nothing is said. */
export const USUAL_ANSWER = 'P2D'
const USUAL_PURCHASE = 'P3D'

type Branching = TextPart | SplitPart | PurchasePart | OfferingPart

/** Where the next part goes, and what it may hang on. */
interface Place {
  readonly root: Part[]
  block: Part[]
  sentence: number
  /** What an `otherwise` is otherwise to. */
  branching: Branching | undefined
  /** What was added last, for a condition that comes late. */
  added: { readonly block: Part[]; readonly from: number } | undefined
}

/** What clauses ask for, in the order of the telling, and of whom. */
interface Walked {
  readonly parts: Part[]
  /** Conditions that are nobody's branch. */
  readonly audience: Condition[]
}

/** Parts of a flow from clauses. `goalWanted` is called where only those go on who have not bought. */
export function walkClauses(clauses: readonly Clause[], remarks: Remarks, goalWanted: () => void): Walked {
  const root: Part[] = []
  const place: Place = { root, block: root, sentence: 0, branching: undefined, added: undefined }
  const audience: Condition[] = []
  for (let at = 0; at < clauses.length; at++) {
    const clause = clauses[at]!
    if (clause.sentence !== place.sentence && clause.lead !== 'else') place.block = root
    place.sentence = clause.sentence
    const tested = experimentClauses(clauses, at)
    const arms = tested > 0 ? 0 : armsAt(clauses, at)
    if (arms === 0 && clause.lead !== 'if' && clause.lead !== 'else')
      for (const { items } of clauses.slice(at, at + Math.max(1, tested))) audience.push(...conditionsIn(items))
    if (tested > 0) {
      const experiment = experimentOf(clauses.slice(at, at + tested), root, remarks)
      if (experiment !== undefined) push(place, experiment)
      at += tested - 1
    } else if (arms > 0) {
      push(place, splitOf(clauses.slice(at, at + arms), remarks))
      at += arms - 1
    } else if (clause.lead === 'else' || othersOf(clause, place)) otherwise(place, clause, remarks)
    else if (root.length > 0 && followsTrigger(clause)) root.unshift({ kind: 'wait', duration: deedOf(clause.items).wait! })
    else if (clause.lead === 'if' && begins(clause) && asked(root, deedOf(clause.items))) continue
    else if (clause.lead === 'if') conditional(place, clause, clauses[at + 1], remarks, goalWanted)
    else add(place, clause, remarks)
  }
  return { parts: root, audience }
}

/** `…, a day after signup`: how long after the beginning, wherever it is said. */
const followsTrigger = ({ lead, items }: Clause): boolean =>
  lead === 'none' &&
  items.some(({ name }) => name === 'DUR') &&
  items.some(({ name }) => name === 'TRIGGER' || name === 'WHEN_BUY' || name === 'ABANDON') &&
  (!items.some(item => isAct(item) || item.name === 'OFFER') ||
    items.every(({ name }) => ['SEND', 'DUR', 'WHEN_BUY', 'LATER'].includes(name)))

/** `three days after an order ask …`, told last. */
const begins = ({ items }: Clause): boolean => items[0]?.name === 'WHEN_BUY'

/** `the rest`, where some have clicked or answered. */
const othersOf = ({ lead, items }: Clause, { branching }: Place): boolean =>
  lead !== 'if' && branching?.kind === 'text' && items.slice(0, 2).some(({ name }) => name === 'OTHERS')

/** `agar nahi to`: a no where an answer was asked for, else an otherwise. */
const isBareNo = (items: Clause['items'], about: { readonly kind: string }): boolean =>
  about.kind === 'replied' && items[0]?.name === 'NOT' && items[1]?.name === 'TO'

const conditionsIn = (items: Clause['items']): Condition[] =>
  items.flatMap(({ name, condition }) => (name === 'COND' && condition !== undefined ? [condition] : []))

function push(place: Place, part: Part): void {
  place.block.push(part)
  place.added = undefined
}

function add(place: Place, clause: Clause, remarks: Remarks): void {
  const from = place.block.length
  const deed = deedOf(clause.items)
  if (asked(place.root, deed)) return
  const offering = place.block.at(-1)
  if (isForAnswer(clause.items) && (offering?.kind === 'product_choice' || offering?.kind === 'purchase_offer')) {
    offering.after = deed.wait!
    return
  }
  addDeed(place.block, deed, clause, remarks)
  if (place.block.length > from) place.added = { block: place.block, from }
}

/** `VIPs get 30 %, the others 10 %`: how many clauses are ways of one split; 0 where this begins none. */
function armsAt(clauses: readonly Clause[], at: number): number {
  const [first, second] = [clauses[at]!, clauses[at + 1]]
  const gives = (clause: Clause) =>
    clause.items.some(item => isAct(item) || item.name === 'OFFER' || item.name.startsWith('LANG_'))
  const conditioned = (clause: Clause) => armCondition(clause) !== undefined
  const others = (clause: Clause) =>
    clause.items.some(({ name }) => name === 'OTHERS') || (clause.lead === 'else' && clause.items.length > 0)
  if (first.lead !== 'none' || !conditioned(first) || !gives(first) || second === undefined) return 0
  let arms = 1
  while (
    clauses[at + arms] !== undefined &&
    conditioned(clauses[at + arms]!) &&
    clauses[at + arms]!.lead !== 'else' &&
    gives(clauses[at + arms]!)
  )
    arms++
  const last = clauses[at + arms]
  if (last !== undefined && others(last)) return arms + 1
  return arms > 1 && first.sentence === clauses[at + 1]!.sentence ? arms : 0
}

/** Who a way is for. New customers are a segment beside others; alone they are who signs up. */
const armCondition = ({ items }: Clause): Condition | undefined =>
  (items.find(({ name }) => name === 'COND') ?? items.find(({ name }) => name === 'NEW_CUSTOMER'))?.condition

function splitOf(clauses: readonly Clause[], remarks: Remarks): SplitPart {
  const [first, ...rest] = clauses
  const condition = armCondition(first!)!
  const match: Part[] = []
  addDeed(match, deedOf(first!.items), first!, remarks)
  const other: Part[] = []
  const [next] = rest
  if (next !== undefined && armCondition(next) !== undefined && next.lead !== 'else') other.push(splitOf(rest, remarks))
  else if (next !== undefined) addDeed(other, deedOf(next.items), { ...next, lead: 'none' }, remarks)
  return { kind: 'split', condition, match, otherwise: other }
}

function otherwise(place: Place, clause: Clause, remarks: Remarks): void {
  const { branching } = place
  if (branching === undefined) {
    add(place, { ...clause, lead: 'then' }, remarks)
    return
  }
  const deed = deedOf(clause.items)
  const waits = branching.kind !== 'split' ? deed.wait : undefined
  place.block = silentOf(branching, waits, remarks)
  addDeed(
    place.block,
    waits === undefined ? deed : { ...deed, wait: undefined, waits: false },
    { ...clause, lead: 'way' },
    remarks,
  )
  place.added = undefined
}

/** Where goes who did not do what was hoped for. */
function silentOf(part: Branching, after: string | undefined, remarks: Remarks): Part[] {
  if (part.kind === 'split') return part.otherwise
  if (part.kind === 'text') {
    if (part.silent === undefined) {
      if (after === undefined)
        remarks.assumptions.push(`How long an answer or click is waited for was not said: ${spoken(USUAL_ANSWER)}.`)
      part.silent = { after: after ?? USUAL_ANSWER, said: after !== undefined, parts: [] }
    } else if (after !== undefined && !part.silent.said) Object.assign(part.silent, { after, said: true })
    return part.silent.parts
  }
  if (after !== undefined) part.after = after
  return part.silent
}
const spoken = (duration: string): string => ({ P2D: '2 days', P3D: '3 days', P1D: 'a day' })[duration] ?? duration

function conditional(place: Place, clause: Clause, next: Clause | undefined, remarks: Remarks, goalWanted: () => void): void {
  const { about: said, body, duration } = conditionOf(clause.items)
  const about = answered(said, lastTextOf(place.block) ?? lastTextOf(place.root))
  if (
    isBareNo(clause.items, about) &&
    place.branching !== undefined &&
    !(place.branching.kind === 'text' && place.branching.replies.length > 0)
  ) {
    otherwise(place, { ...clause, items: body }, remarks)
    return
  }
  const late = clause.late && !body.some(item => isAct(item) || item.name === 'OFFER')
  const moved = late && place.added !== undefined ? place.added.block.splice(place.added.from) : []
  if (late && place.added !== undefined) place.block = place.added.block
  const wait = moved[0]?.kind === 'wait' && about.kind !== 'state' ? moved[0].duration : undefined
  const deed = deedOf(body)
  const span = duration ?? wait ?? (about.kind === 'silent' || about.kind === 'not_clicked' ? deed.wait : undefined)
  const open = opened(place, about, span, duration !== undefined, next?.lead === 'else', remarks, goalWanted)
  if (open === undefined) {
    place.block.push(...moved)
    add(place, { ...clause, lead: 'none', items: body }, remarks)
    return
  }
  place.block = open
  open.push(...(wait === undefined ? moved : moved.slice(1)))
  const absorbed = span !== undefined && span === deed.wait && duration === undefined
  const way = { ...clause, lead: 'way', items: body } as const
  addDeed(open, absorbed ? { ...deed, wait: undefined, waits: false } : deed, way, remarks)
  place.added = undefined
}

/** The way that a condition opens; undefined where it says nothing that can be told apart. */
function opened(
  place: Place,
  about: About,
  span: string | undefined,
  said: boolean,
  hasElse: boolean,
  remarks: Remarks,
  goalWanted: () => void,
): Part[] | undefined {
  if (about.kind === 'none') return undefined
  if (about.kind === 'state')
    return branch(place, { kind: 'split', condition: about.condition as Condition, match: [], otherwise: [] }).match
  if (about.kind === 'bought' || (about.kind === 'not_bought' && hasElse)) {
    if (span === undefined) remarks.assumptions.push('How long a purchase is waited for was not said: 3 days.')
    const part = branch(place, { kind: 'purchase', after: span ?? USUAL_PURCHASE, bought: [], silent: [] })
    return about.kind === 'bought' ? part.bought : notBought(place, part)
  }
  if (about.kind === 'not_bought') {
    if (place.branching?.kind === 'purchase') return place.branching.silent
    const purchase = place.block.at(-1)
    if (purchase?.kind === 'purchase') return purchase.silent
    goalWanted()
    if (span !== undefined) place.block.push({ kind: 'wait', duration: span })
    return place.block
  }
  const offering =
    place.branching?.kind === 'product_choice' || place.branching?.kind === 'purchase_offer'
      ? place.branching
      : offeringIn(place.root)
  if (about.kind === 'chosen' && offering !== undefined) {
    place.branching = offering
    return offering.taken
  }
  if (about.kind === 'silent' && offering !== undefined && lastTextOf(place.root) === undefined)
    return silentOf(offering, span, remarks)
  const text =
    place.branching?.kind === 'text' ? place.branching : (lastTextOf(place.block) ?? lastTextOf(place.root) ?? question(place))
  place.branching = text
  if (about.kind === 'silent') return silentOf(text, span, remarks)
  if (about.kind === 'not_clicked') {
    text.clicked ??= []
    return silentOf(text, span, remarks)
  }
  if (about.kind === 'clicked') {
    if (span !== undefined) silentOf(text, span, remarks)
    text.clicked ??= []
    return text.clicked
  }
  if (about.kind !== 'replied') return undefined
  if (span !== undefined && said) silentOf(text, span, remarks)
  const known = text.replies.find(({ intent }) => intent === about.intent)
  if (known !== undefined) return known.parts
  const reply = { intent: about.intent, parts: [] }
  text.replies.push(reply)
  return reply.parts
}

function branch<T extends Branching>(place: Place, part: T): T {
  place.block.push(part)
  place.branching = part
  return part
}

/** `if they haven't bought … otherwise …`: the otherwise is who has. */
function notBought(place: Place, part: PurchasePart): Part[] {
  place.branching = {
    kind: 'split',
    condition: { field: 'purchases.count', op: 'gte', value: 1 },
    match: part.silent,
    otherwise: part.bought,
  }
  return part.silent
}

const offeringIn = (parts: readonly Part[]): OfferingPart | undefined =>
  parts.findLast((part): part is OfferingPart => part.kind === 'product_choice' || part.kind === 'purchase_offer')

/** What was to be asked, told after what is to be done about the answer. */
function asked(root: Part[], { purpose, wait, quote }: Deed): boolean {
  const at = root.findIndex(part => part.kind === 'text' && part.implied === true)
  const text = root[at]
  if (text?.kind !== 'text' || (purpose !== 'question' && purpose !== 'review')) return false
  Object.assign(text, { purpose, implied: false }, quote === undefined ? {} : { words: quote })
  if (wait !== undefined) root.splice(at, 0, { kind: 'wait', duration: wait })
  return true
}

/** Something must have been asked for there to be an answer. */
function question(place: Place): TextPart {
  const text: TextPart = { ...bareText('question'), implied: true }
  place.block.push(text)
  return text
}
