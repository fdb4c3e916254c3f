import type { Flow, FlowStep, FlowStepOf } from '../../schemas/flow.ts'
import type { QuietHours } from '../quiet-hours.ts'
import { sends } from './edge-forms.ts'
import type { Finding } from './finding.ts'
import { DAY, durationMs } from './flow-duration.ts'
import { graphOf } from './flow-graph.ts'
import type { FlowShop } from './flow-shop.ts'
import { isOpen, minuteOf, overlaps, windowText } from './sending-hours.ts'

const LONGEST_DAYS = 3660

/** Rule 5, and what else can be said of when things happen. */
export const timeRules = (flow: Flow, shop: FlowShop, now: number | undefined): Finding[] => [
  ...flow.steps.flatMap((step, index) => (step.type === 'schedule' ? scheduleRules(step, index, shop, now) : [])),
  ...longRules(flow),
  ...(now === undefined || flow.trigger?.at === undefined ? [] : passed(flow.trigger.at, now, '/trigger/at')),
]

function scheduleRules(step: FlowStepOf<'schedule'>, index: number, shop: FlowShop, now: number | undefined): Finding[] {
  const { id, at } = step
  const window = 'window' in step ? step.window : undefined
  const pointer = `/steps/${index}/window`
  const found: Finding[] = now === undefined || at === undefined ? [] : passed(at, now, `/steps/${index}/at`, id)
  if (step.events.some(({ type }) => type === 'before') && at === undefined && window === undefined) {
    const message = `Step "${id}" asks whether it is before, within or after, and has neither "at" nor "window" to tell by.`
    found.push({ code: 'schedule_branch_unfit', message, pointer: `/steps/${index}`, step: id })
  }
  if (window === undefined) return found
  if (window.from === window.to) {
    const message = `The window of step "${id}" ends when it begins, at ${window.from}.`
    return [...found, { code: 'window_empty', message, pointer, step: id }]
  }
  if (overlaps(window, shop.quiet)) return found
  const message = `The window of step "${id}", ${window.from} to ${window.to}, lies within the quiet hours of the shop, ${windowText(shop.quiet!)}, in which no text goes.`
  return [...found, { code: 'window_in_quiet_hours', message, pointer, step: id }]
}

function passed(at: string, now: number, pointer: string, step?: string): Finding[] {
  if (Date.parse(at) >= now) return []
  const whose = step === undefined ? 'the trigger' : `step "${step}"`
  return [{ code: 'moment_passed', message: `The instant of ${whose}, ${at}, has passed.`, pointer, step }]
}

/** Everything that a customer would wait for. */
function longRules(flow: Flow): Finding[] {
  const long = (text: string | undefined, pointer: string, step?: FlowStep): Finding[] => {
    if (text === undefined || durationMs(text) <= LONGEST_DAYS * DAY) return []
    const whose = step === undefined ? '' : ` of step "${step.id}"`
    return [
      {
        code: 'duration_too_long',
        message: `${text}${whose} is more than ten years: say a shorter time.`,
        pointer,
        step: step?.id,
      },
    ]
  }
  const ofStep = (step: FlowStep, index: number) =>
    (['duration', 'after', 'per'] as const).flatMap(name =>
      long((step as Partial<Record<typeof name, string>>)[name], `/steps/${index}/${name}`, step),
    )
  return [
    ...flow.steps.flatMap((step, i) => [
      ...ofStep(step, i),
      ...step.events.flatMap(({ after }, n) => long(after, `/steps/${i}/events/${n}/after`, step)),
    ]),
    ...long(flow.trigger?.after, '/trigger/after'),
    ...long(flow.entryWindow, '/entryWindow'),
    ...long(flow.goal?.within, '/goal/within'),
  ]
}

/** Texts that go right when a customer enters by the clock, and so wait for quiet hours to end. Of a flow that obeys rule 1. */
export function quietBeginning(flow: Flow, quiet: QuietHours | undefined): Finding[] {
  const { trigger } = flow
  if (trigger?.time === undefined || quiet === undefined || isOpen(minuteOf(trigger.time), quiet)) return []
  const { steps, initial, targets } = graphOf(flow)
  const seen = new Set([initial])
  for (const at of seen) {
    const step = steps[at]!
    if (sends(step)) {
      const message = `Customers enter at ${trigger.time}, within the quiet hours ${windowText(quiet)}: the text of step "${step.id}" waits for them to end.`
      return [{ code: 'trigger_in_quiet_hours', message, pointer: '/trigger/time', step: step.id }]
    }
    if (step.type !== 'delay' && step.type !== 'schedule' && step.type !== 'reply' && step.type !== 'no_reply')
      for (const next of targets[at]!) seen.add(next)
  }
  return []
}
