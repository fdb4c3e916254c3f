import type { SegmentRule } from '../segment-rules.ts'

/** How the candidates of a list are put into the order they are shown in. */
export interface Style {
  /** What being the same as a product already on the list costs, in nats of log-odds. */
  readonly variety: number
  /** What the list leans to instead of what the segment's rule says. */
  readonly rule?: SegmentRule
}

/** The list as it is without learning (docs/models.md says what the variety does to accuracy). */
export const usual: Style = { variety: 0.1 }

/** Lists that a customer may get, by the name that answers carry. They differ in order, and in which of what suits about as well is shown. */
export const variants = {
  default: usual,
  /** More of a mixture. */
  varied: { variety: 0.5 },
  /** Nothing but what was learnt of the customer. */
  tailored: { variety: 0, rule: { lean: 'personal', strength: 0 } },
  /** What others like now, first. */
  inviting: { variety: 0.1, rule: { lean: 'popular', strength: 0.5 } },
} as const satisfies Record<string, Style>

export type Variant = keyof typeof variants

/** In the order in which they are counted; a new one goes to the end. */
export const VARIANTS = Object.keys(variants) as readonly Variant[]
