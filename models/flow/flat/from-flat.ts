import { flowSteps, type StepType } from '../../../schemas/flow.ts'
import { fieldsOfStep } from './flat-schema.ts'

type Bag = Readonly<Record<string, unknown>>
const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A flow that somebody wrote, and what they noted beside it. */
export interface Unflattened {
  /** Whatever it is: the checker says. */
  readonly flow: unknown
  readonly assumptions: readonly string[]
  readonly corrections: readonly string[]
}

const NOTES = 10
const LONGEST_NOTE = 300
const LONGEST_NAME = 120

/**
 * What was written by `flatFlowSchema` as the contract has it. What is the contract's form already stays, since not every server holds to
 * the schema it is given; what is neither stays too, for the checker to tell.
 */
export function fromFlat(value: unknown): Unflattened {
  if (!isBag(value)) return { flow: value, assumptions: [], corrections: [] }
  const { steps, assumptions, corrections, metadata: _, trigger, name, ...rest } = value
  const flow = known({
    ...rest,
    name: typeof name === 'string' ? name.slice(0, LONGEST_NAME) : name,
    trigger: isBag(trigger) ? known({ ...trigger, condition: conditionOf(trigger.condition) }) : trigger,
    steps: Array.isArray(steps) ? steps.map(stepOf) : steps,
  })
  return { flow, assumptions: notes(assumptions), corrections: notes(corrections) }
}

function stepOf(step: unknown): unknown {
  if (!isBag(step)) return step
  const { text, more, ...alone } = step
  const whole = known({ ...(isBag(more) ? more : {}), ...(isBag(text) ? text : {}), ...alone })
  const { condition, events, discount, value, choices } = whole
  return known({
    ...own(whole),
    ...(condition !== undefined && { condition: conditionOf(condition) }),
    ...(Array.isArray(events) && { events: events.map(edge => (isBag(edge) ? known(edge) : edge)) }),
    ...(isBag(discount) && { discount: known(discount) }),
    ...(whole.type === 'property' && { value: scalar(value) }),
    ...(whole.type === 'product_choice' && { choices: choicesOf(choices) }),
  })
}

/** Without the fields of other types, which mean nothing here; but a text is never lost without a word. */
function own(step: Bag): Bag {
  const { type } = step
  if (typeof type !== 'string' || !Object.hasOwn(flowSteps, type)) return step
  const fields = fieldsOfStep(flowSteps[type as StepType])
  return Object.fromEntries(Object.entries(step).filter(([name]) => fields.has(name) || name === 'content'))
}

const choicesOf = (choices: unknown): unknown => {
  if (!Array.isArray(choices)) return choices ?? 'recommended'
  return choices.length === 0 ? 'recommended' : choices.map(choice => (isBag(choice) ? known(choice) : choice))
}

/** Without what is null or absent. */
const known = (bag: Bag): Bag =>
  Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== null && value !== undefined))

function conditionOf(condition: unknown): unknown {
  if (!isBag(condition) || !Array.isArray(condition.comparisons)) return condition
  const each = condition.comparisons.map(comparisonOf)
  const one = each.length === 1 ? each[0] : undefined
  if (condition.match === 'none') return { not: one ?? { any: each } }
  return one ?? (condition.match === 'any' ? { any: each } : { all: each })
}

function comparisonOf(comparison: unknown): unknown {
  if (!isBag(comparison) || !Array.isArray(comparison.values)) return comparison
  const { field, op, values, within } = comparison
  const read = values.map(value => operand(value, String(field), String(op)))
  return known({ field, op, value: op === 'in' || op === 'nin' ? read : read[0], within })
}

const WORDS = /^(segment$|(purchases|clicks)\.(category|product|last_category)$)/

/** Names and ids stay words even where they have digits only. */
function operand(value: unknown, field: string, op: string): unknown {
  if (op === 'exists') return value !== 'false'
  return WORDS.test(field) ? value : scalar(value)
}

/** Text that is a number or a truth, as such; what begins with a zero is a code. */
function scalar(value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (value === 'true' || value === 'false') return value === 'true'
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(value) ? Number(value) : value
}

const notes = (value: unknown): string[] =>
  Array.isArray(value)
    ? value
        .filter((note): note is string => typeof note === 'string' && note.trim() !== '')
        .slice(0, NOTES)
        .map(note => note.trim().slice(0, LONGEST_NOTE))
    : []
