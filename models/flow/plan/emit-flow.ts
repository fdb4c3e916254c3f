import type { Condition, Flow, FlowEdge, FlowLanguage, FlowStep, FlowTrigger } from '../../../schemas/flow.ts'
import type { FlowShop } from '../flow-shop.ts'
import type { ExperimentPart, MomentPart, OfferingPart, Outline, Part, RepeatPart, TextPart } from './outline.ts'
import { ownWords, writeText } from './texts/write-text.ts'

/** Steps as they are made, which is back to front: ids are settled when all are there. */
class Steps {
  readonly all: FlowStep[] = []
  #made = 0

  /** One of its own that says what the step is for. */
  id(wanted: string): string {
    const plain = wanted
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56)
    return `${plain || 'step'}~${this.#made++}`
  }
}

/** Steps from the first on, with ids that count up in that order where several are for the same. */
function named(steps: readonly FlowStep[]): { readonly steps: readonly FlowStep[]; readonly idOf: (made: string) => string } {
  const taken = new Set<string>()
  const ids = new Map<string, string>()
  for (const { id } of steps) {
    const plain = id.slice(0, id.indexOf('~'))
    let name = plain
    for (let n = 2; taken.has(name); n++) name = `${plain}-${n}`
    taken.add(name)
    ids.set(id, name)
  }
  const idOf = (made: string) => ids.get(made)!
  const renamed = steps.map(step => ({
    ...step,
    id: idOf(step.id),
    events: step.events.map(edge => ({ ...edge, nextStepID: idOf(edge.nextStepID) })),
  }))
  return { steps: renamed as FlowStep[], idOf }
}

/** What every text needs to be written. */
interface Writing {
  readonly steps: Steps
  readonly shop: FlowShop
  readonly languages: readonly FlowLanguage[]
  readonly caps: Outline['caps']
  readonly moment: MomentPart | undefined
  readonly dropped: (what: readonly string[]) => void
}

/**
 * An outline as a flow. Parts are written back to front, each with the id of what comes after it: whatever branches comes together again at
 * the part that follows, so that every step leads to the end.
 */
export function emitFlow(outline: Outline, name: string, shop: FlowShop, dropped: (what: readonly string[]) => void): Flow {
  const steps = new Steps()
  const writing: Writing = { steps, shop, languages: outline.languages, caps: outline.caps, moment: outline.moment, dropped }
  const endId = steps.id('end')
  const body = emitAll(outline.parts, endId, writing, false)
  const first = outline.customers === undefined ? body : limitCustomers(outline.customers, body, endId, steps)
  const all = named([...steps.all.reverse(), { id: endId, type: 'end', events: [] }])
  return {
    initialStepID: all.idOf(first),
    name,
    trigger: triggerOf(outline),
    entry: outline.entry,
    ...(outline.entryWindow === undefined ? {} : { entryWindow: outline.entryWindow }),
    ...(outline.holdout === undefined ? {} : { holdoutPercent: outline.holdout }),
    ...(outline.goal === undefined ? {} : { goal: outline.goal }),
    steps: all.steps,
  }
}

function triggerOf({ trigger, audience }: Outline): FlowTrigger {
  const own = trigger.condition === undefined ? [] : [trigger.condition]
  const conditions = [...own, ...audience.flatMap(condition => ('all' in condition ? condition.all : [condition]))]
  if (conditions.length === 0) return trigger
  return { ...trigger, condition: conditions.length === 1 ? conditions[0]! : { all: conditions } }
}

function limitCustomers(occurrences: number, next: string, endId: string, steps: Steps): string {
  const id = steps.id(`first-${occurrences}`)
  const events: FlowEdge[] = [
    { type: 'allowed', nextStepID: next },
    { type: 'limited', nextStepID: endId },
  ]
  steps.all.push({ id, type: 'limit', occurrences, scope: 'campaign', events })
  return id
}

/** Where a row of parts begins; `next` where it is empty. `timed`: whether the row begins at a good hour already. */
function emitAll(parts: readonly Part[], next: string, writing: Writing, timed: boolean): string {
  let after = next
  for (let at = parts.length - 1; at >= 0; at--) after = emit(parts[at]!, after, writing, timed || keepsHour(parts, at))
  return after
}

/** A whole number of days after a text that went in its window, it is the same hour. */
function keepsHour(parts: readonly Part[], at: number): boolean {
  const [wait, text] = [parts[at - 1], parts[at - 2]]
  return (
    wait?.kind === 'wait' &&
    /^P\d+[DW]$/.test(wait.duration) &&
    text?.kind === 'text' &&
    text.replies.length === 0 &&
    text.clicked === undefined &&
    text.silent === undefined
  )
}

function emit(part: Part, next: string, writing: Writing, timed: boolean): string {
  const { steps } = writing
  const add = (wanted: string, step: (id: string) => FlowStep): string => {
    const id = steps.id(wanted)
    steps.all.push(step(id))
    return id
  }
  switch (part.kind) {
    case 'wait':
      return add(`wait-${spoken(part.duration)}`, id => ({
        id,
        type: 'delay',
        duration: part.duration,
        events: [{ type: 'default', nextStepID: next }],
      }))
    case 'property':
      return add(`mark-${part.name}`, id => ({
        id,
        type: 'property',
        name: part.name,
        value: part.value,
        events: [{ type: 'default', nextStepID: next }],
      }))
    case 'webhook':
      return add('call-webhook', id => ({
        id,
        type: 'webhook',
        url: part.url,
        events: [
          { type: 'default', nextStepID: next },
          { type: 'failed', nextStepID: next },
        ],
      }))
    case 'moment':
      return schedule(part, next, writing)
    case 'split': {
      const otherwise = emitAll(part.otherwise, next, writing, timed)
      const match = emitAll(part.match, next, writing, timed)
      return add(`if-${conditionWords(part.condition)}`, id => ({
        id,
        type: 'split',
        condition: part.condition,
        events: [
          { type: 'match', nextStepID: match },
          { type: 'else', nextStepID: otherwise },
        ],
      }))
    }
    case 'purchase': {
      const silent = emitAll(part.silent, next, writing, timed)
      const bought = emitAll(part.bought, next, writing, timed)
      return add('if-they-buy', id => ({
        id,
        type: 'purchase',
        after: part.after,
        events: [
          { type: 'purchased', nextStepID: bought },
          { type: 'no_reply', nextStepID: silent },
        ],
      }))
    }
    case 'experiment':
      return experiment(part, next, writing, timed)
    case 'product_choice':
    case 'purchase_offer':
      return guarded(offering(part, next, writing), next, writing, timed)
    case 'repeat':
      return repeat(part, next, writing)
    case 'text':
      return inLanguages(part, next, writing, timed)
  }
}

function experiment({ variants, thompson }: ExperimentPart, next: string, writing: Writing, timed: boolean): string {
  const events = variants
    .toReversed()
    .map(({ name, parts }): FlowEdge => ({ type: 'variant', label: name, nextStepID: emitAll(parts, next, writing, timed) }))
    .reverse()
  const id = writing.steps.id('experiment')
  writing.steps.all.push({
    id,
    type: 'experiment',
    variants: variants.map(({ name, weight }) => ({ name, weight })),
    allocation: thompson ? 'thompson' : 'fixed',
    events,
  })
  return id
}

/** Text, wait, and round again, as long as the limit allows. */
function repeat({ most, every, text }: RepeatPart, next: string, writing: Writing): string {
  const { steps } = writing
  const limitId = steps.id(`remind-at-most-${most}`)
  const body = emitAll([{ kind: 'wait', duration: every }, text], limitId, writing, false)
  steps.all.push({
    id: limitId,
    type: 'limit',
    occurrences: most,
    scope: 'customer',
    events: [
      { type: 'allowed', nextStepID: body },
      { type: 'limited', nextStepID: next },
    ],
  })
  return limitId
}

/** What stands before each text: the hours in which it may go, and how many may. */
function guarded(id: string, next: string, writing: Writing, timed: boolean): string {
  const { caps = [], moment, steps } = writing
  let first = id
  for (const cap of caps) {
    const limited = steps.id(`at-most-${cap.messages}`)
    steps.all.push({
      id: limited,
      type: 'rate_limit',
      messages: cap.messages,
      per: cap.per,
      events: [
        { type: 'allowed', nextStepID: first },
        { type: 'limited', nextStepID: next },
      ],
    })
    first = limited
  }
  return moment === undefined || timed ? first : schedule(moment, first, writing)
}

function schedule({ window, days, at }: MomentPart, next: string, { steps }: Writing): string {
  const id = steps.id(window !== undefined ? 'wait-for-hours' : days !== undefined ? 'wait-for-day' : 'wait-until')
  const events: FlowEdge[] = [{ type: 'default', nextStepID: next }]
  const more = { ...(days === undefined ? {} : { days: [...days] }), ...(at === undefined ? {} : { at }) }
  if (window !== undefined) steps.all.push({ id, type: 'schedule', window, ...more, events })
  else if (days !== undefined) steps.all.push({ id, type: 'schedule', ...more, days: [...days], events })
  else steps.all.push({ id, type: 'schedule', at: at!, events })
  return id
}

/** Where several languages are asked for, each customer gets the one of their profile; the last is for everybody else. */
function inLanguages(part: TextPart, next: string, writing: Writing, timed: boolean): string {
  const languages =
    part.language === undefined && part.words === undefined ? writing.languages : [part.language ?? writing.languages[0]!]
  const ids = languages.map(language => message(part, language, next, writing))
  const [first, ...others] = ids.map((id, at) => ({ id, language: languages[at]! })).reverse()
  const chosen = others.reduce((otherwise, { id, language }) => {
    const splitId = writing.steps.id(`reads-${language}`)
    writing.steps.all.push({
      id: splitId,
      type: 'split',
      condition: { field: 'profile.language', op: 'eq', value: language },
      events: [
        { type: 'match', nextStepID: id },
        { type: 'else', nextStepID: otherwise },
      ],
    })
    return splitId
  }, first!.id)
  return guarded(chosen, next, writing, timed)
}

function message(part: TextPart, language: FlowLanguage, next: string, writing: Writing): string {
  const { steps, shop } = writing
  const { link, code } = part
  const discount = part.discount === undefined || code === undefined ? part.discount : { code, ...part.discount }
  const asks = part.replies.some(({ intent }) => intent === 'yes' || intent === 'no')
  const own =
    part.words === undefined
      ? undefined
      : ownWords(part.words, { discount, link: link !== undefined, shop: shop.name !== undefined, products: 3 })
  if (own !== undefined && own.dropped.length > 0) writing.dropped(own.dropped)
  const written =
    own?.content ||
    writeText({
      purpose: part.purpose,
      turn: part.turn,
      language,
      discount,
      code: discount === undefined ? code : undefined,
      link: link !== undefined,
      shop: shop.name !== undefined,
      asks,
      products: 0,
    })
  const content =
    own === undefined ||
    own.content === '' ||
    link === undefined ||
    own.content.includes('{{link}}') ||
    /https?:/.test(own.content)
      ? written
      : `${written} {{link}}`
  const events = waysOf(part, next, writing)
  const id = steps.id(
    language === writing.languages[0] || writing.languages.length < 2 ? part.purpose : `${part.purpose}-${language}`,
  )
  steps.all.push({
    id,
    type: 'message',
    content,
    language,
    ...(discount === undefined ? {} : { discount }),
    ...(link === undefined ? {} : { link }),
    events,
  })
  return id
}

function waysOf(part: TextPart, next: string, writing: Writing): FlowEdge[] {
  if (part.replies.length === 0 && part.clicked === undefined && part.silent === undefined)
    return [{ type: 'default', nextStepID: next }]
  const silent = part.silent ?? { after: 'P2D', parts: [] }
  const noReply: FlowEdge = { type: 'no_reply', after: silent.after, nextStepID: emitAll(silent.parts, next, writing, false) }
  const clicked =
    part.clicked === undefined
      ? []
      : [{ type: 'clicked', nextStepID: emitAll(part.clicked, next, writing, false) } satisfies FlowEdge]
  const replies = part.replies
    .toReversed()
    .map(
      ({ intent, parts }): FlowEdge => ({
        type: 'reply',
        ...(intent === undefined ? {} : { intent }),
        nextStepID: emitAll(parts, next, writing, false),
      }),
    )
    .reverse()
  const any = clicked.length + replies.length > 0 ? [] : [{ type: 'reply', nextStepID: next } satisfies FlowEdge]
  return [...replies, ...any, ...clicked, noReply]
}

function offering(part: OfferingPart, next: string, writing: Writing): string {
  const { steps, shop, languages } = writing
  const language = part.language ?? languages[0]!
  const silent = emitAll(part.silent, next, writing, false)
  const taken = emitAll(part.taken, next, writing, false)
  const products = part.kind === 'product_choice' ? part.count : 3
  const own =
    part.words === undefined
      ? undefined
      : ownWords(part.words, {
          discount: part.kind === 'purchase_offer' ? part.discount : undefined,
          link: false,
          shop: shop.name !== undefined,
          products,
        })
  const ask = { turn: 0, language, link: false, shop: shop.name !== undefined, asks: false, products }
  if (part.kind === 'product_choice') {
    const content = own?.content || writeText({ ...ask, purpose: 'recommendation', discount: undefined })
    const id = steps.id('recommend')
    steps.all.push({
      id,
      type: 'product_choice',
      content,
      choices: 'recommended',
      count: part.count,
      after: part.after,
      language,
      events: [
        { type: 'chosen', nextStepID: taken },
        { type: 'no_reply', nextStepID: silent },
      ],
    })
    return id
  }
  const content = own?.content || writeText({ ...ask, purpose: 'purchase_offer', discount: part.discount })
  const id = steps.id('purchase-offer')
  steps.all.push({
    id,
    type: 'purchase_offer',
    content,
    ...(part.discount === undefined ? {} : { discount: part.discount }),
    after: part.after,
    language,
    events: [
      { type: 'purchased', nextStepID: taken },
      { type: 'no_reply', nextStepID: silent },
    ],
  })
  return id
}

/** `P3D` as `3-days`. */
const spoken = (duration: string): string =>
  duration
    .replace(/(\d+)W/, '$1-weeks')
    .replace(/(\d+)D/, '$1-days')
    .replace(/(\d+)H/, '-$1-hours')
    .replace(/(\d+)M/, '-$1-minutes')
    .replace(/(\d+)S/, '-$1-seconds')
    .replace(/[PT]/g, '')
    .replace(/\b1-(\w+)s\b/g, '1-$1')

const conditionWords = (condition: Condition): string =>
  'field' in condition
    ? condition.field === 'segment' && 'value' in condition
      ? String(condition.value)
      : condition.field
    : 'fits'
