import type { Flow } from '../../../schemas/flow.ts'
import { DAY, WEEK } from '../flow-duration.ts'
import { minuteOf } from '../sending-hours.ts'
import type { Passage } from './passage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/**
 * Times of the week, as far as they are told apart. Where all times of a flow are multiples of a size, two times of each stretch of that size
 * stand for all: its beginning, at which those are who waited for something, and its last millisecond. For from any two times within a stretch a
 * customer meets the same things, sooner the later they begin. Else a cell is a whole stretch.
 */
export interface ClockGrid {
  /** ms; divides the week. */
  readonly size: number
  readonly cells: number
  readonly exact: boolean
}

/** A cell's time of the week (ms): its only one where the grid is exact, else its first. */
export const timeOf = (cell: number, { size, exact }: ClockGrid): number =>
  exact ? (cell >> 1) * size + ((cell & 1) === 1 ? size - 1 : 0) : cell * size

const SIZES = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, WEEK]
const NO_CLOCK: ClockGrid = { size: WEEK, cells: 1, exact: false }

/** The coarsest grid on which a flow is exact, of at most so many cells; where there is none, the finest. One cell where nothing waits for a clock. */
export function clockGrid(flow: Flow, passages: readonly (readonly Passage[])[], most: number): ClockGrid {
  if (!passages.flat().some(({ clock }) => clock !== undefined) && !asksTheClock(flow)) return NO_CLOCK
  const times = timesOf(flow, passages)
  const allowed = SIZES.filter(size => WEEK / size <= Math.max(1, most))
  const fits = allowed.filter(size => (2 * WEEK) / size <= most && size <= DAY && times.every(time => time % size === 0)).at(-1)
  if (fits !== undefined) return { size: fits, cells: (2 * WEEK) / fits, exact: true }
  return { size: allowed[0]!, cells: WEEK / allowed[0]!, exact: false }
}

const asksTheClock = ({ steps }: Flow): boolean =>
  steps.some(step => step.type === 'schedule' && 'window' in step && step.window !== undefined)

function timesOf({ steps, trigger }: Flow, passages: readonly (readonly Passage[])[]): number[] {
  const windows = steps.flatMap(step =>
    step.type === 'schedule' && 'window' in step && step.window ? [step.window.from, step.window.to] : [],
  )
  const clocks = [...windows, ...(trigger?.time === undefined ? [] : [trigger.time])].map(time => minuteOf(time) * MINUTE)
  return [...clocks, ...passages.flat().flatMap(({ least, most }) => [least, most])]
}
