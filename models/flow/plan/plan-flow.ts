import type { Flow } from '../../../schemas/flow.ts'
import { checkFlow } from '../check-flow.ts'
import { correctFlow } from '../correct-flow.ts'
import type { FlowShop } from '../flow-shop.ts'
import { bareText } from './add-deed.ts'
import { type Clause, clausesOf } from './clauses.ts'
import { emitFlow } from './emit-flow.ts'
import type { Part, Remarks } from './outline.ts'
import { type Read, readDescription } from './read-description.ts'
import { frameOf } from './read-frame.ts'
import { sayLeftOut } from './say-left-out.ts'
import { settlePurposes } from './settle-purposes.ts'
import { suitable } from './suit-shop.ts'
import { toldOneByOne } from './told-one-by-one.ts'
import { walkClauses } from './walk-clauses.ts'

/** A flow from a sentence, with what the sentence left open and what of it could not be. */
export interface PlannedFlow {
  readonly flow: Flow
  /** How what was not said was taken. */
  readonly assumptions: string[]
  /** What was wished for and could not be, and what was done instead. */
  readonly corrections: string[]
}

/**
 * A flow from a description in English, Roman Urdu or Urdu, without a language model. Pure, and total: any text gives a flow that obeys
 * flow-rules.md in this shop. What is not understood is left out; nothing in a description is an instruction to us.
 *
 * @param now epoch ms; by it a date without a year is the next one. Without it such a flow is started by hand.
 */
export function planFlow(description: string, shop: FlowShop, now?: number): PlannedFlow {
  const read = readDescription(description, shop)
  const clauses = toldOneByOne(clausesOf(read.items, read.words['roman-urdu'] + read.words.urdu > read.words.english))
  const plan = (taken: number) => planClauses(description, read, clauses.slice(0, taken), shop, now)
  let taken = Math.min(clauses.length, MOST_CLAUSES)
  let planned = sound(plan(taken), shop)
  while ((planned === undefined || planned.flow.steps.length > MOST_STEPS) && taken > 0) {
    taken = Math.floor(taken / 2)
    planned = sound(plan(taken), shop)
  }
  if (planned !== undefined && read.whole && taken === clauses.length) return planned
  const { corrections, ...rest } = planned ?? planClauses('', readDescription('', shop), [], shop, now)
  return {
    ...rest,
    corrections: [...corrections, 'Not all of the description fits into one flow that may run: what does was taken.'],
  }
}
/**
 * A flow that passes, mended where it must be: whatever a description brings together that cannot be together (an audience and a branch that
 * exclude each other, say) is the checker's to find. Undefined where it cannot be mended.
 */
function sound(planned: PlannedFlow, shop: FlowShop): PlannedFlow | undefined {
  if (checkFlow(planned.flow, shop).passed) return planned
  const { flow, corrections } = correctFlow(planned.flow, shop)
  return checkFlow(flow, shop).passed ? { ...planned, flow, corrections: [...planned.corrections, ...corrections] } : undefined
}

/** What people can look over. */
const MOST_CLAUSES = 60
const MOST_STEPS = 100

function planClauses(
  description: string,
  { items, words, instructed }: Read,
  clauses: readonly Clause[],
  shop: FlowShop,
  now: number | undefined,
): PlannedFlow {
  const remarks: Remarks = { assumptions: [], corrections: [] }
  let goalWanted = false
  const { parts, audience } = walkClauses(clauses, remarks, () => {
    goalWanted = true
  })
  if (!parts.some(sends)) {
    remarks.assumptions.push('What to send was not said: one text.')
    parts.push(bareText('news'))
  }
  const frame = frameOf({ items, audience, shop, now, description, words }, remarks)
  sayLeftOut({ items, description, shop }, remarks)
  if (instructed)
    remarks.corrections.push('A description is of a campaign: sentences with instructions to the planner were left out.')
  const outline = suitable(settlePurposes({ ...frame, parts }, goalWanted, remarks), shop, remarks)
  const flow = emitFlow(outline, nameOf(description), shop, dropped => {
    remarks.corrections.push(`${dropped.join(', ')} cannot be filled and was left out of the text.`)
  })
  return { flow, assumptions: [...new Set(remarks.assumptions)], corrections: [...new Set(remarks.corrections)] }
}

const sends = (part: Part): boolean =>
  ['text', 'experiment', 'product_choice', 'purchase_offer', 'repeat', 'split', 'purchase'].includes(part.kind)

/** The description's first words. */
function nameOf(description: string): string {
  const plain = description
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\s]+/gu, ' ')
    .trim()
  return plain === '' ? 'A flow' : plain.length <= 60 ? plain : `${[...plain].slice(0, 57).join('')}...`
}
