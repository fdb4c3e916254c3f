/** Which row of the file a line was: kept where rows were left out before a line, for lines follow rows else. */
export class RowNumbers {
  private readonly lines: number[] = []
  private readonly offsets: number[] = []
  private offset = Number.NaN

  /** Lines come in their order, from 0. */
  note(line: number, row: number): void {
    if (row - line === this.offset) return
    this.offset = row - line
    this.lines.push(line)
    this.offsets.push(this.offset)
  }

  rowOf(line: number): number {
    let [low, high] = [0, this.lines.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.lines[middle]! <= line) low = middle
      else high = middle - 1
    }
    return line + (this.offsets[low] ?? 0)
  }

  get bytes(): number {
    return this.lines.length * 16
  }
}
