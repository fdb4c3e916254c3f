import type { Comparison, Condition, Flow, FlowEdge, FlowStep } from '../../schemas/flow.ts'

/** What all customers of a small flow do, found by trying everything at whole units of time. */
export interface Walked {
  readonly reached: ReadonlySet<string>
  readonly perDay: number
  readonly perWeek: number
  /** Steps whose text a cap let through. */
  readonly went: ReadonlySet<string>
}

/** At most so many texts within the last hours. */
interface Cap {
  readonly most: number
  readonly hours: number
}

const UNIT = 6
const DAY = 24
const WEEK = 168
/** Right before a full unit: in time for a window that ends then. */
const EARLIER = 1 / 1000
const NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** One customer at one moment; times in hours since Monday midnight before entry. */
interface Moment {
  readonly step: string
  readonly now: number
  readonly texts: readonly number[]
  /** Those of them that the cap let through. */
  readonly sent: readonly number[]
  readonly passes: Readonly<Record<string, readonly number[]>>
  /** Fields and their values, or undefined where a field is not known. */
  readonly customer: Readonly<Record<string, string | number | undefined>>
}

/**
 * The flow's rules as plainly as they can be written, walked by every customer there may be: entering at every unit of the week and right before
 * it, answering at every unit, changing in any way whenever time passes. Undefined where that is more than `most` moments.
 */
export function walk(flow: Flow, customers: readonly Moment['customer'][], cap: Cap, most: number): Walked | undefined {
  const byId = new Map(flow.steps.map(step => [step.id, step]))
  const seen = new Set<string>()
  const reached = new Set<string>()
  const went = new Set<string>()
  let [perDay, perWeek] = [0, 0]
  const rest: Moment[] = []
  const come = (moment: Moment): void => {
    const step = byId.get(moment.step)!
    const sent = step.type !== 'purchase' || step.content !== undefined ? 'content' in step : false
    const texts = [...moment.texts, ...(sent ? [moment.now] : [])].filter(at => at > moment.now - WEEK)
    const goes = sent && moment.sent.filter(at => at > moment.now - cap.hours).length < cap.most
    if (goes) went.add(step.id)
    const here = { ...moment, texts, sent: [...moment.sent, ...(goes ? [moment.now] : [])].filter(at => at > moment.now - WEEK) }
    const key = keyOf(here)
    if (seen.has(key)) return
    seen.add(key)
    reached.add(step.id)
    perWeek = Math.max(perWeek, texts.length)
    perDay = Math.max(perDay, texts.filter(at => at > moment.now - DAY).length)
    rest.push(here)
  }
  for (const customer of customers)
    for (const entered of entriesOf(flow))
      come({ step: flow.initialStepID, now: entered, texts: [], sent: [], passes: {}, customer })
  for (let moment = rest.pop(); moment !== undefined; moment = rest.pop()) {
    if (seen.size > most) return undefined
    const step = byId.get(moment.step)!
    for (const edge of step.events)
      for (const { at, passes } of goings(step, edge, moment)) {
        const to = { step: edge.nextStepID, now: at, texts: moment.texts, sent: moment.sent, passes }
        for (const customer of at === moment.now ? [moment.customer] : customers) come({ ...to, customer })
      }
  }
  return { reached, perDay, perWeek, went }
}

function entriesOf({ trigger }: Flow): number[] {
  const all = Array.from({ length: WEEK / UNIT }, (_, n) => WEEK + n * UNIT)
  if (trigger?.type !== 'schedule') return all.flatMap(now => [now, now - EARLIER])
  return all.filter(
    now => now % DAY === Number(trigger.time.slice(0, 2)) && (trigger.days ?? NAMES).includes(NAMES[Math.floor(now / DAY) % 7]!),
  )
}

/** When a customer may go over an edge, and what has been passed then. */
function goings(
  step: FlowStep,
  edge: FlowEdge,
  { now, texts, passes, customer }: Moment,
): { at: number; passes: Moment['passes'] }[] {
  const at = (time: number) => [{ at: time, passes }]
  const upTo = (hours: number) => Array.from({ length: hours / UNIT + 1 }, (_, n) => ({ at: now + n * UNIT, passes }))
  switch (step.type) {
    case 'delay':
      return at(now + hoursOf(step.duration))
    case 'split':
    case 'segment':
    case 'goal':
      return truth(step.condition, customer) === (edge.type === 'match') ? at(now) : []
    case 'schedule': {
      if (edge.type !== 'default') return partOf(step, now) === edge.type ? at(now) : []
      let time = now
      while (!open(step, time)) time = Math.floor(time) + 1
      return at(time)
    }
    case 'limit': {
      const earlier = passes[step.id] ?? []
      const counted = step.per === undefined ? earlier : earlier.filter(time => time > now - hoursOf(step.per!))
      if (step.scope === 'campaign') return at(now)
      const lets = counted.length < step.occurrences
      if (lets !== (edge.type === 'allowed')) return []
      return [{ at: now, passes: lets ? { ...passes, [step.id]: [...earlier, now] } : passes }]
    }
    case 'rate_limit': {
      const recent = texts.filter(time => time > now - hoursOf(step.per)).length
      return edge.type === 'limited' || recent < step.messages ? at(now) : []
    }
    default: {
      const wait = 'after' in step ? step.after : step.events.find(({ type }) => type === 'no_reply')?.after
      if (wait === undefined) return at(now)
      return edge.type === 'no_reply' ? at(now + hoursOf(wait)) : upTo(hoursOf(wait))
    }
  }
}

function open(step: FlowStep & { type: 'schedule' }, time: number): boolean {
  const { window, days } = step as { window?: { from: string; to: string }; days?: readonly (typeof NAMES)[number][] }
  const dayAt = (at: number) => NAMES[((Math.floor(at / DAY) % 7) + 7) % 7]!
  const hour = ((time % DAY) + DAY) % DAY
  const [from, to] = window === undefined ? [0, DAY] : [Number(window.from.slice(0, 2)), Number(window.to.slice(0, 2))]
  const fits = (at: number) => days === undefined || days.includes(dayAt(at))
  if (from < to) return hour >= from && hour < to && fits(time)
  return (hour >= from && fits(time)) || (hour < to && fits(time - DAY))
}

/** Of today's window, which does not go over midnight. */
function partOf(step: FlowStep & { type: 'schedule' }, time: number): string {
  const { window } = step as { window: { from: string; to: string } }
  const hour = time % DAY
  return hour < Number(window.from.slice(0, 2)) ? 'before' : hour < Number(window.to.slice(0, 2)) ? 'within' : 'after'
}

/** Of what is not known nothing holds. */
function truth(condition: Condition, customer: Moment['customer']): boolean {
  if ('not' in condition) return !truth(condition.not, customer)
  if ('all' in condition) return condition.all.every(part => truth(part, customer))
  if ('any' in condition) return condition.any.some(part => truth(part, customer))
  return holds(condition as Comparison, customer[(condition as Comparison).field])
}

function holds({ op, value }: Comparison, is: string | number | undefined): boolean {
  if (op === 'exists') return (is !== undefined) === (value !== false)
  if (is === undefined) return false
  if (op === 'eq') return is === value
  if (op === 'ne') return is !== value
  if (op === 'in') return value.includes(is)
  if (op === 'nin') return !value.includes(is)
  if (op === 'contains') return String(is).includes(String(value))
  if (op === 'lt') return Number(is) < value
  if (op === 'lte') return Number(is) <= value
  return op === 'gt' ? Number(is) > value : Number(is) >= Number(value)
}

function hoursOf(duration: string): number {
  const [, days, hours] = /^P(?:(\d+)D)?(?:T(\d+)H)?$/.exec(duration)!
  return 24 * Number(days ?? 0) + Number(hours ?? 0)
}

/** What may still matter: ages, the time of the week, what is known. */
function keyOf({ step, now, texts, sent, passes, customer }: Moment): string {
  const ages = (times: readonly number[]) => times.map(at => (now - at).toFixed(3)).join()
  const limits = Object.entries(passes).map(([id, times]) => `${id}:${ages(times.map(at => Math.max(at, now - WEEK)))}`)
  return [step, (now % WEEK).toFixed(3), ages(texts), ages(sent), limits.sort().join(';'), JSON.stringify(customer)].join('|')
}
