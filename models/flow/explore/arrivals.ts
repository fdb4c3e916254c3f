import { DAY } from '../flow-duration.ts'
import type { ClockGrid } from './clock-grid.ts'
import type { Passage } from './passage.ts'
import { leastWaitAt, waitAt } from './week-clock.ts'

const MINUTE = 60_000

/** In which cells of the week one may come out, from one cell: `count` of them from `first` on, which may lie in a later week. */
export interface Arrivals {
  readonly first: number
  readonly count: number
}

const nowhere: Arrivals = { first: 0, count: 0 }

/** All cells to which a passage may lead from a cell, and perhaps more, never fewer. */
export function arrivals(cell: number, passage: Passage, grid: ClockGrid): Arrivals {
  const { least, most, clock, instant } = passage
  if (!isOpenAt(cell, passage, grid)) return nowhere
  if (instant !== undefined) return { first: cell, count: grid.cells }
  const { size, exact } = grid
  const last = exact ? cell * size : (cell + 1) * size - 1
  if (clock !== undefined) {
    const first =
      leastWaitAt(clock, cell * size) === 0 ? cell : exact ? cellAfter(cell * size + waitAt(clock, cell * size), size) : cell
    return spanning(first, cellAfter(last + waitAt(clock, last), size), grid)
  }
  return spanning(cellAfter(cell * size + least, size), cellAfter(last + most, size), grid)
}

const cellAfter = (time: number, size: number): number => Math.floor(time / size)

const spanning = (first: number, last: number, { cells }: ClockGrid): Arrivals => ({
  first,
  count: Math.min(cells, last - first + 1),
})

/** Whether the edge may be taken at some time of the cell. */
export function isOpenAt(cell: number, { hours }: Passage, { size, cells, exact }: ClockGrid): boolean {
  if (hours === undefined || cells === 1 || size > DAY) return true
  const from = (cell * size) % DAY
  const to = exact ? from : from + size
  const [opens, closes] = [hours[0] * MINUTE, hours[1] * MINUTE]
  return (from <= closes && to >= opens) || (from === 0 && closes === DAY)
}

/** What is earliest from a cell on: how long it takes at least (ms), and in which cells (one, or two that follow each other) the week then is. */
export interface Earliest {
  readonly took: number
  readonly cell: number
  readonly cells: number
}

/**
 * The earliest that a passage may be over, `atLeast` (ms) after it began; undefined where it is closed. Every passage keeps the order of those who
 * take it, so who is earliest here is earliest wherever both come later.
 */
export function earliest(cell: number, passage: Passage, grid: ClockGrid, atLeast = 0): Earliest | undefined {
  if (!isOpenAt(cell, passage, grid)) return undefined
  const { size, cells, exact } = grid
  const start = cell * size
  const took = Math.max(passage.least, atLeast)
  if (passage.clock === undefined || cells === 1) {
    // On a grid on which it is not exact, what begins somewhere in a cell ends in one of two.
    return { took, cell: Math.floor((start + took) / size) % cells, cells: exact || took % size === 0 || cells === 1 ? 1 : 2 }
  }
  if (exact) {
    const wait = Math.max(took, leastWaitAt(passage.clock, start))
    return { took: wait, cell: ((start + wait) / size) % cells, cells: 1 }
  }
  const end = start + size
  for (let at = start; at <= end; at += MINUTE) if (leastWaitAt(passage.clock, at) === 0) return { took, cell, cells: 2 }
  const wait = waitAt(passage.clock, end)
  return { took: Math.max(took, wait), cell: Math.floor((end + wait) / size) % cells, cells: 1 }
}
