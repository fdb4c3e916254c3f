import { durationMs, spanText } from '../../models/flow/flow-duration.ts'
import type { Condition, Flow, FlowDiscount, FlowEdge, FlowStep } from '../../schemas/flow.ts'

/** A flow as its author reads it: who enters, then the steps in their order, what comes of a choice indented below it. Each step stands there once. */
export function flowTree(flow: Flow): string {
  const steps = new Map(flow.steps.map(step => [step.id, step]))
  const numbers = new Map<string, number>()
  const lines = head(flow)
  const walk = (first: string, indent: string): void => {
    for (let id: string | undefined = first; id !== undefined; ) {
      const known = numbers.get(id)
      const step = steps.get(id)
      if (known !== undefined || step === undefined) {
        lines.push(`${indent}→ ${known === undefined ? id : `step ${known}`}`)
        return
      }
      numbers.set(id, numbers.size + 1)
      lines.push(`${indent}${numbers.size}. ${stepWords(step)}`)
      const below = `${indent}   `
      lines.push(...details(step).map(detail => `${below}${detail}`))
      const [only, more] = step.events
      if (only !== undefined && (more !== undefined || only.type !== 'default'))
        for (const edge of step.events) {
          lines.push(`${below}${edgeWords(edge, step)}:`)
          walk(edge.nextStepID, `${below}  `)
        }
      id = more === undefined && only?.type === 'default' ? only.nextStepID : undefined
    }
  }
  walk(flow.initialStepID, '')
  return lines.join('\n')
}

function head({ name, trigger, entry, entryWindow, holdoutPercent, goal }: Flow): string[] {
  const often = { once: 'once', per_event: 'each time', per_window: `once in ${entryWindow ? span(entryWindow) : 'a while'}` }
  const within = goal?.within === undefined ? '' : ` within ${span(goal.within)}`
  return [
    ...(name === undefined ? [] : [name]),
    `begins   ${trigger === undefined ? 'by hand' : triggerWords(trigger)}`,
    `enters   ${often[entry ?? 'once']}`,
    ...(goal === undefined ? [] : [`leaves   at a ${goal.event}${within}`]),
    ...(holdoutPercent === undefined ? [] : [`held out ${holdoutPercent} % of them`]),
    '',
  ]
}

function triggerWords({ type, segment, after, at, days, time, condition }: NonNullable<Flow['trigger']>): string {
  const parts = [
    type === 'manual' ? 'by hand' : type.replaceAll('_', ' '),
    segment,
    after === undefined ? undefined : `after ${span(after)}`,
    at,
    days?.join(', '),
    time === undefined ? undefined : `at ${time}`,
    condition === undefined ? undefined : `where ${conditionWords(condition)}`,
  ]
  return parts.filter(part => part !== undefined).join(' ')
}

/** A step's name, where it has one, and what it does. */
const stepWords = (step: FlowStep): string => `${step.label === undefined ? '' : `${step.label}: `}${doing(step)}`

function doing(step: FlowStep): string {
  switch (step.type) {
    case 'message':
      return `text ${quoted(step.content)}`
    case 'product_choice':
      return `let them choose ${step.choices === 'recommended' ? 'of what suits them' : `of ${step.choices.length} products`}, waiting ${span(step.after)} ${quoted(step.content)}`
    case 'purchase_offer':
      return `offer${step.cart ? ' their cart' : ''}, waiting ${span(step.after)} ${quoted(step.content)}`
    case 'purchase':
      return `wait ${span(step.after)} for a purchase${step.content === undefined ? '' : ` ${quoted(step.content)}`}`
    case 'delay':
      return `wait ${span(step.duration)}`
    case 'schedule':
      return `wait until ${[step.at, step.days?.join(', '), step.window && `${step.window.from}–${step.window.to}`].filter(Boolean).join(' ')}`
    case 'segment':
    case 'split':
      return `where ${conditionWords(step.condition)}`
    case 'goal':
      return `goal: ${conditionWords(step.condition)}`
    case 'experiment':
      return `experiment${step.allocation === 'thompson' ? ', more and more to what works' : ''}`
    case 'rate_limit':
      return `at most ${count(step.messages, 'text')} per ${span(step.per)}`
    case 'limit':
      return `at most ${count(step.occurrences, 'time')}${step.per === undefined ? '' : ` per ${span(step.per)}`}${step.scope === 'campaign' ? ' in the whole campaign' : ''}`
    case 'reply':
      return 'wait for a reply'
    case 'no_reply':
      return `wait ${span(step.after)} for a reply`
    case 'property':
      return `set ${step.name} to ${JSON.stringify(step.value)}`
    case 'webhook':
      return `call ${step.url}`
    case 'end':
      return 'end'
  }
}

function details(step: FlowStep): string[] {
  const language = 'language' in step ? step.language : undefined
  const discount = 'discount' in step ? step.discount : undefined
  const link = step.type === 'message' ? step.link : undefined
  return [
    [language, discount && discountWords(discount), link].filter(part => part !== undefined).join(' · '),
    ...(step.type === 'message' ? [step.imageUrl ?? '', step.contactCard ? `card of ${step.contactCard.name}` : ''] : []),
  ].filter(detail => detail !== '')
}

function discountWords({ type, value, currency, code, expiresAfter }: FlowDiscount): string {
  const off = { percent: `${value} % off`, amount: `${currency ?? ''} ${value} off`.trim(), free_shipping: 'free delivery' }
  return [off[type], code && `code ${code}`, expiresAfter && `for ${span(expiresAfter)}`].filter(Boolean).join(', ')
}

function edgeWords({ type, label, intent, after }: FlowEdge, step: FlowStep): string {
  if (type === 'match') return 'yes'
  if (type === 'else') return 'no'
  if (type === 'variant') {
    const weight = step.type === 'experiment' ? step.variants.find(({ name }) => name === label)?.weight : undefined
    return `${label}${weight === undefined ? '' : `, ${weight} %`}`
  }
  const words = [type.replaceAll('_', ' '), intent, after && `within ${span(after)}`]
  return words.filter(Boolean).join(' ')
}

const OPS: Readonly<Record<string, string>> = {
  eq: 'is',
  ne: 'is not',
  contains: 'has',
  lt: '<',
  lte: '≤',
  gt: '>',
  gte: '≥',
  in: 'is one of',
  nin: 'is none of',
}

function conditionWords(condition: Condition): string {
  if ('all' in condition) return joined(condition.all, 'and')
  if ('any' in condition) return joined(condition.any, 'or')
  if ('not' in condition) return `not (${conditionWords(condition.not)})`
  const { field, op, value, within } = condition
  const compared =
    op === 'exists' ? `${field} is ${value === false ? 'un' : ''}known` : `${field} ${OPS[op]} ${[value].flat().join(', ')}`
  return `${compared}${within === undefined ? '' : ` within ${span(within)}`}`
}

const joined = (conditions: readonly Condition[], word: string): string =>
  conditions
    .map(one => (conditions.length > 1 && ('all' in one || 'any' in one) ? `(${conditionWords(one)})` : conditionWords(one)))
    .join(` ${word} `)

const span = (duration: string): string => spanText(durationMs(duration))
const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`
const quoted = (content: string): string => `“${content.replace(/\s+/g, ' ')}”`
