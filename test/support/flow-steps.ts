import type { FlowDiscount, FlowEdge, FlowStep, FlowStepOf, StepType } from '../../schemas/flow.ts'

/** Steps as tests write them: short. An edge is where it leads to, by its type; `reply:yes` and `variant:a` have intents and labels. */
type Edges = Readonly<Record<string, string>>

const edges = (to: Edges, after?: string): FlowEdge[] =>
  Object.entries(to).map(([name, nextStepID]) => {
    const [type, said] = name.split(':') as [FlowEdge['type'], string | undefined]
    const saying = said === undefined ? {} : type === 'variant' ? { label: said } : { intent: said }
    return { type, ...saying, ...(type === 'no_reply' && after !== undefined ? { after } : {}), nextStepID }
  })

const make = <T extends StepType>(type: T, id: string, to: Edges, more: object = {}, after?: string): FlowStepOf<T> =>
  ({ id, type, ...more, events: edges(to, after) }) as FlowStepOf<T>

interface Text {
  readonly content?: string
  readonly link?: string
  readonly discount?: FlowDiscount
  readonly language?: 'en' | 'ur' | 'roman-ur'
}

export const message = (id: string, next: string, text: Text = {}) =>
  make('message', id, { default: next }, { content: `Text ${id}`, ...text })
export const asking = (id: string, to: Edges, after = 'P2D', text: Text = {}) =>
  make('message', id, to, { content: `Text ${id}`, ...text }, after)
export const delay = (id: string, duration: string, next: string) => make('delay', id, { default: next }, { duration })
export const schedule = (id: string, when: object, next: string) => make('schedule', id, { default: next }, when)
export const branching = (id: string, when: object, before: string, within: string, after: string) =>
  make('schedule', id, { before, within, after }, when)
export const split = (id: string, condition: object, match: string, otherwise: string) =>
  make('split', id, { match, else: otherwise }, { condition })
export const segment = (id: string, condition: object, match: string, otherwise: string) =>
  make('segment', id, { match, else: otherwise }, { condition })
export const goal = (id: string, condition: object, match: string, otherwise: string) =>
  make('goal', id, { match, else: otherwise }, { condition })
export const limit = (id: string, occurrences: number, allowed: string, limited: string, more: object = {}) =>
  make('limit', id, { allowed, limited }, { occurrences, ...more })
export const rateLimit = (id: string, messages: number, per: string, allowed: string, limited: string) =>
  make('rate_limit', id, { allowed, limited }, { messages, per })
export const experiment = (id: string, weights: Readonly<Record<string, number>>, to: Edges) =>
  make('experiment', id, Object.fromEntries(Object.entries(to).map(([name, next]) => [`variant:${name}`, next])), {
    variants: Object.entries(weights).map(([name, weight]) => ({ name, weight })),
  })
export const reply = (id: string, intents: readonly string[], to: Edges, after = 'P1D') =>
  make('reply', id, to, { intents }, after)
export const noReply = (id: string, after: string, none: string, some: string) =>
  make('no_reply', id, { no_reply: none, reply: some }, { after })
export const property = (id: string, name: string, value: unknown, next: string) =>
  make('property', id, { default: next }, { name, value })
export const choice = (id: string, to: Edges, more: object = {}) =>
  make('product_choice', id, to, { content: `Text ${id}`, choices: 'recommended', after: 'P1D', ...more })
export const offer = (id: string, to: Edges, more: object = {}) =>
  make('purchase_offer', id, to, { content: `Text ${id}`, after: 'P1D', ...more })
export const purchase = (id: string, to: Edges, more: object = {}) => make('purchase', id, to, { after: 'P1D', ...more })
export const webhook = (id: string, url: string, to: Edges) => make('webhook', id, to, { url })
export const end = (id = 'end') => make('end', id, {})

/** A flow of steps, which begins at the first. */
export const flowOf = (steps: readonly FlowStep[], more: object = {}) => ({
  initialStepID: steps[0]!.id,
  ...more,
  steps: [...steps],
})
