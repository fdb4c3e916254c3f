import type { Condition, Flow, FlowStep } from '../../schemas/flow.ts'

/** A flow as a model answers it by `flatFlowSchema`, every field there: the way back from `fromFlat`, for flows whose conditions are one level deep. */
export function flatAnswer(flow: Flow, notes: { assumptions?: string[]; corrections?: string[] } = {}): Record<string, unknown> {
  const { metadata: _, trigger, steps, ...rest } = flow
  return {
    name: null,
    entry: null,
    entryWindow: null,
    holdoutPercent: null,
    goal: null,
    ...rest,
    trigger:
      trigger === undefined
        ? null
        : {
            segment: null,
            after: null,
            at: null,
            days: null,
            time: null,
            ...trigger,
            condition: flatCondition(trigger.condition),
          },
    steps: steps.map(flatStep),
    assumptions: [],
    corrections: [],
    ...notes,
  }
}

const ALONE = ['id', 'type', 'events', 'duration', 'after', 'condition', 'label']
const TEXT = ['content', 'language', 'discount', 'link']

function flatStep(step: FlowStep): Record<string, unknown> {
  const fields = Object.entries(step)
  const text = Object.fromEntries(fields.filter(([name]) => TEXT.includes(name)))
  const more = Object.fromEntries(fields.filter(([name]) => ![...ALONE, ...TEXT].includes(name)))
  if (step.type === 'property') more.value = String(step.value)
  if (step.type === 'product_choice' && step.choices === 'recommended') more.choices = null
  return {
    id: step.id,
    type: step.type,
    text: Object.keys(text).length === 0 ? null : { content: null, language: null, discount: null, link: null, ...text },
    duration: 'duration' in step ? step.duration : null,
    after: 'after' in step ? step.after : null,
    condition: 'condition' in step ? flatCondition(step.condition) : null,
    more: Object.keys(more).length === 0 ? null : { at: null, days: null, window: null, url: null, ...more },
    events: step.events.map(edge => ({ label: null, intent: null, after: null, ...edge })),
  }
}

function flatCondition(condition: Condition | undefined): unknown {
  if (condition === undefined) return null
  if ('all' in condition) return { match: 'all', comparisons: condition.all.map(flatComparison) }
  if ('any' in condition) return { match: 'any', comparisons: condition.any.map(flatComparison) }
  if ('not' in condition) return { match: 'none', comparisons: [flatComparison(condition.not)] }
  return { match: 'all', comparisons: [flatComparison(condition)] }
}

function flatComparison(comparison: Condition): unknown {
  if (!('field' in comparison)) throw new Error('conditions within conditions are not written flat')
  const { field, op, value = true, within = null } = comparison
  return { field, op, values: [value].flat().map(String), within }
}
