import type { Flow } from '../../schemas/flow.ts'
import { comparisonsOf, replacedAt } from './conditions-of.ts'
import { sends } from './edge-forms.ts'
import type { Finding } from './finding.ts'
import type { FlowShop } from './flow-shop.ts'

/** Triggers that come again, by themselves or as often as a customer likes. */
const RECURRING = ['schedule', 'birthday']
const AS_OFTEN_AS_LIKED = ['click', 'message', 'purchase', 'cart_abandoned']
const USUAL_WINDOW = 'P30D'

/** Who enters and how often (rule 5), and whether the segments that are named are the shop's. */
export const entryRules = (flow: Flow, shop: FlowShop): Finding[] => [
  ...windowRules(flow),
  ...repeatRules(flow, shop),
  ...segmentRules(flow, shop.segments),
]

function windowRules(flow: Flow): Finding[] {
  const { entry, entryWindow, ...rest } = flow
  if (entry === 'per_window' && entryWindow === undefined) {
    const fix = () => ({
      flow: { ...flow, entryWindow: USUAL_WINDOW },
      correction: `Customers may enter once in ${USUAL_WINDOW}: the flow said per_window, and no window.`,
    })
    const message = 'The flow is entered per window, and has no "entryWindow" that says how long one is.'
    return [{ code: 'entry_window_missing', message, pointer: '', fix }]
  }
  if (entry === 'per_window' || entryWindow === undefined) return []
  const fix = () => ({
    flow: { ...rest, ...(entry === undefined ? {} : { entry }) },
    correction: `Took out the window of entry, ${entryWindow}: the flow is not entered per window.`,
  })
  const message = `"entryWindow" is read by nothing where "entry" is ${entry ?? 'once'}: make it per_window, or take the window out.`
  return [{ code: 'entry_window_unused', message, pointer: '/entryWindow', fix }]
}

function repeatRules({ trigger, entry, steps }: Flow, shop: FlowShop): Finding[] {
  if (trigger === undefined) return []
  if ((entry ?? 'once') === 'once' && RECURRING.includes(trigger.type)) {
    const message = `The trigger ${trigger.type} comes again, and each customer enters once: make "entry" per_event if they are to enter each time.`
    return [{ code: 'entry_once_recurs', message, pointer: '/trigger' }]
  }
  if (entry !== 'per_event' || shop.caps.length > 0 || !AS_OFTEN_AS_LIKED.includes(trigger.type) || !steps.some(sends)) return []
  const message = `Customers enter with every ${trigger.type.replace('_', ' ')}, and the shop has no caps: what is shown of texts within a day holds for one entry.`
  return [{ code: 'entry_unbounded', message, pointer: '/entry' }]
}

function segmentRules(flow: Flow, known: readonly string[]): Finding[] {
  const { trigger } = flow
  const unknown = (name: string, pointer: string, step?: string): Finding[] => {
    if (known.includes(name)) return []
    const alike = known.filter(other => letters(other) === letters(name))
    const fix = () => ({
      flow: replacedAt(flow, pointer, alike[0]!),
      correction: `The segment "${name.slice(0, 60)}" is now written "${alike[0]!}".`,
    })
    const where = step === undefined ? 'The trigger' : `Step "${step}"`
    const message = `${where} names the segment "${name.slice(0, 60)}", which the shop does not have: it has ${known.join(', ')}.`
    return [{ code: 'segment_unknown', message, pointer, step, ...(alike.length === 1 ? { fix } : {}) }]
  }
  const compared = comparisonsOf(flow).flatMap(({ comparison: { field, op, value }, pointer, step }) => {
    if (field !== 'segment') return []
    if (op === 'in' || op === 'nin') return value.flatMap((name, i) => unknown(String(name), `${pointer}/value/${i}`, step))
    return op === 'eq' || op === 'ne' ? unknown(String(value), `${pointer}/value`, step) : []
  })
  return [...(trigger?.segment === undefined ? [] : unknown(trigger.segment, '/trigger/segment')), ...compared]
}

/** A name without what is written now so, now so: `at-risk` is `At Risk`, `cant lose` is `Can't Lose`. */
const letters = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
