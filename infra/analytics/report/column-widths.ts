/** How wide a column would be in one line a cell, and how wide it must be. */
export interface ColumnWish {
  readonly wishes: number
  readonly needs: number
}

/**
 * Widths of columns that fill `width`: all get what they need, and share what is left by what they wish beyond it; where there is more
 * than they wish, by their wishes; where there is less than they need, all become narrower alike.
 */
export function columnWidths(columns: readonly ColumnWish[], width: number): number[] {
  const sum = (of: (column: ColumnWish) => number) => columns.reduce((total, column) => total + of(column), 0)
  const [wishes, needs] = [sum(({ wishes }) => wishes), sum(({ needs }) => needs)]
  if (wishes <= width) return columns.map(column => (column.wishes * width) / wishes)
  if (needs >= width) return columns.map(column => (column.needs * width) / needs)
  return columns.map(column => column.needs + ((column.wishes - column.needs) * (width - needs)) / (wishes - needs))
}
