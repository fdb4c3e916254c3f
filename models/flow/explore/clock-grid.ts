import type { Flow } from '../../../schemas/flow.ts'
import { DAY, WEEK } from '../flow-duration.ts'
import { minuteOf } from '../sending-hours.ts'
import type { Passage } from './passage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Times of the week, as far as they are told apart. */
export interface ClockGrid {
  /** ms; divides the week. */
  readonly size: number
  readonly cells: number
  /** Whether all times of the flow are on the grid: then a cell stands for its beginning, else for all times in it. */
  readonly exact: boolean
}

const SIZES = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, WEEK]
const NO_CLOCK: ClockGrid = { size: WEEK, cells: 1, exact: true }

/** The coarsest grid on which a flow is exact, of at most so many cells; where there is none, the finest. One cell where nothing waits for a clock. */
export function clockGrid(flow: Flow, passages: readonly (readonly Passage[])[], most: number): ClockGrid {
  if (!passages.flat().some(({ clock }) => clock !== undefined) && !asksTheClock(flow)) return NO_CLOCK
  const times = timesOf(flow, passages)
  const allowed = SIZES.filter(size => WEEK / size <= Math.max(1, most))
  const fits = allowed.filter(size => size <= DAY && times.every(time => time % size === 0))
  const size = fits.at(-1) ?? allowed[0]!
  return { size, cells: WEEK / size, exact: fits.length > 0 }
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
