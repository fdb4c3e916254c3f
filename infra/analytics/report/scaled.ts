/** Large numbers of an axis in a unit that reads well: options of charts are plain JSON and have no functions that could write them. */
export interface Scaled {
  readonly by: number
  readonly word: '' | 'thousand' | 'million' | 'billion'
}

export function scaleOf(values: readonly number[]): Scaled {
  const most = values.reduce((all, one) => Math.max(all, Math.abs(one)), 0)
  if (most >= 2e9) return { by: 1e9, word: 'billion' }
  if (most >= 2e6) return { by: 1e6, word: 'million' }
  if (most >= 2e4) return { by: 1e3, word: 'thousand' }
  return { by: 1, word: '' }
}

export const scaledBy = (value: number, { by }: Scaled): number => Number((value / by).toPrecision(4))
