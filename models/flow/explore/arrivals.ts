import { DAY, WEEK } from '../flow-duration.ts'
import { type ClockGrid, timeOf } from './clock-grid.ts'
import type { Passage } from './passage.ts'
import { mayGoOn, waitAt } from './week-clock.ts'

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
  const from = timeOf(cell, grid)
  const to = grid.exact ? from : from + grid.size - 1
  if (clock === undefined) return spanning(from + least, to + most, grid)
  return spanning(mayGoOn(clock, from, to) ? from : from + waitAt(clock, from), to + waitAt(clock, to), grid)
}

/** The cells whose times are from one time to another, both included. */
function spanning(from: number, to: number, { size, cells, exact }: ClockGrid): Arrivals {
  const [first, last] = [Math.floor(from / size), Math.floor(to / size)]
  if (!exact) return { first, count: Math.min(cells, last - first + 1) }
  const begins = 2 * first + (from === first * size ? 0 : 1)
  const ends = 2 * last + (to === (last + 1) * size - 1 ? 1 : 0)
  return { first: begins, count: Math.max(0, Math.min(cells, ends - begins + 1)) }
}

/** Whether the edge may be taken at some time of the cell. */
export function isOpenAt(cell: number, { hours }: Passage, grid: ClockGrid): boolean {
  if (hours === undefined || grid.cells === 1) return true
  const from = timeOf(cell, grid) % DAY
  const to = grid.exact ? from : from + grid.size - 1
  return from < hours[1] * MINUTE && to >= hours[0] * MINUTE
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
  const start = timeOf(cell, grid)
  const took = Math.max(passage.least, atLeast)
  if (cells === 1) return { took, cell: 0, cells: 1 }
  if (exact) return backOnGrid(start, Math.max(took, passage.clock === undefined ? 0 : waitAt(passage.clock, start)), grid)
  if (passage.clock === undefined || mayGoOn(passage.clock, start, start + size)) {
    // What begins somewhere in a cell ends in one of two.
    return { took, cell: Math.floor((start + took) / size) % cells, cells: took % size === 0 ? 1 : 2 }
  }
  const end = start + size
  const wait = waitAt(passage.clock, end)
  return { took: Math.max(took, wait), cell: Math.floor((end + wait) / size) % cells, cells: 1 }
}

/** The last time of the grid that is not later: who comes earlier is not later afterwards. */
function backOnGrid(start: number, took: number, { size, cells }: ClockGrid): Earliest {
  const at = start + took
  const whole = Math.floor(at / size) * size
  const last = at === whole + size - 1
  return {
    took: last ? took : took - (at - whole),
    cell: ((2 * Math.round((whole % WEEK) / size) + (last ? 1 : 0)) % cells) as number,
    cells: 1,
  }
}

/** Everywhere that one may come out whose time is theirs to choose, each with the least that it takes: for where being early is no advantage. */
export function everyArrival(
  cell: number,
  passage: Passage,
  grid: ClockGrid,
): { readonly took: number; readonly cell: number }[] {
  const { first, count } = arrivals(cell, passage, grid)
  const { size, cells, exact } = grid
  const latest = timeOf(cell, grid) + (exact ? 0 : size - 1)
  return Array.from({ length: count }, (_, n) => {
    const took = Math.max(passage.least, timeOf(first + n, grid) - latest)
    return { took, cell: (first + n) % cells }
  })
}
