import type { segments } from './segments.ts'

/** What the lists of a segment lean to, of what suits the customer about as well. */
export type Lean =
  /** What costs more than they usually pay. */
  | 'premium'
  /** What costs less. */
  | 'value'
  /** What trends. */
  | 'popular'
  /** Nothing but what suits them. */
  | 'personal'

export interface SegmentRule {
  readonly lean: Lean
  /** How much it counts: ln of what the odds of an item that fits wholly are multiplied by. */
  readonly strength: number
}

const PERSONAL: SegmentRule = { lean: 'personal', strength: 0 }
/** Below this average of how their messages are felt, nobody is led to dearer things. */
const UPSET = -0.2

/** Rules by segment. */
export type SegmentRules = Readonly<Record<string, SegmentRule>>

/** One rule a segment, as the table `segment_rules` begins; a shop edits that. Small strengths only reorder what is nearly alike (docs/models.md says what they cost). */
export const segmentRules: Readonly<Record<(typeof segments)[number], SegmentRule>> = {
  Champions: { lean: 'premium', strength: 0.1 },
  Loyal: { lean: 'premium', strength: 0.05 },
  'Potential Loyalist': PERSONAL,
  New: { lean: 'popular', strength: 0.1 },
  Promising: { lean: 'popular', strength: 0.1 },
  'Need Attention': PERSONAL,
  'About To Sleep': { lean: 'value', strength: 0.05 },
  "Can't Lose": PERSONAL,
  'At Risk': { lean: 'value', strength: 0.05 },
  Hibernating: { lean: 'value', strength: 0.1 },
  Lost: { lean: 'popular', strength: 0.1 },
}

/** The rule for a customer's lists; of a segment with another name, and without one, personal. */
export function ruleFor(
  { segment, mood }: { readonly segment: string | null; readonly mood: number },
  rules: SegmentRules = segmentRules,
): SegmentRule {
  const rule = (segment === null || !Object.hasOwn(rules, segment) ? undefined : rules[segment]) ?? PERSONAL
  return rule.lean === 'premium' && mood < UPSET ? PERSONAL : rule
}
