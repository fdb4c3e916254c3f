const FIRST_ROWS = 5

/** How often something happened, where it did first, and one example in words. */
export interface Tally {
  readonly count: number
  readonly firstRows: readonly number[]
  readonly example: string
}

/** Tallies by reason; the memory they take does not grow with the file. */
export class Tallies {
  readonly #byReason = new Map<string, { count: number; firstRows: number[]; example: string }>()

  add(reason: string, row: number, example = reason): void {
    const tally = this.#byReason.get(reason) ?? { count: 0, firstRows: [], example }
    tally.count += 1
    if (tally.firstRows.length < FIRST_ROWS) tally.firstRows.push(row)
    this.#byReason.set(reason, tally)
  }

  all(): Record<string, Tally> {
    return Object.fromEntries(this.#byReason)
  }
}
