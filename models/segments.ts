/** Named segments by R (rows, 5 first) and F (columns, 1 first): contracts/api.md's default. M sets the strategy within one, not the name. */
export const segmentTable = [
  ['New', 'Potential Loyalist', 'Potential Loyalist', 'Champions', 'Champions'],
  ['Promising', 'Potential Loyalist', 'Potential Loyalist', 'Loyal', 'Loyal'],
  ['About To Sleep', 'About To Sleep', 'Need Attention', 'Loyal', 'Loyal'],
  ['Hibernating', 'Hibernating', 'At Risk', 'At Risk', "Can't Lose"],
  ['Lost', 'Lost', 'At Risk', 'At Risk', "Can't Lose"],
] as const

/** The eleven names, best first. */
export const segments = [
  'Champions',
  'Loyal',
  'Potential Loyalist',
  'New',
  'Promising',
  'Need Attention',
  'About To Sleep',
  "Can't Lose",
  'At Risk',
  'Hibernating',
  'Lost',
] as const

/** The segment of two scores from 1 to 5. */
export function segmentOf(r: number, f: number): string {
  const name = segmentTable[5 - r]?.[f - 1]
  if (name === undefined) throw new Error(`scores go from 1 to 5, got R${r} F${f}`)
  return name
}
