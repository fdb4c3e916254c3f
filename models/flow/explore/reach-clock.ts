import type { Flow } from '../../../schemas/flow.ts'
import { weekdays } from '../../../schemas/flow.ts'
import { DAY } from '../flow-duration.ts'
import { minuteOf } from '../sending-hours.ts'
import { arrivals } from './arrivals.ts'
import type { ClockGrid } from './clock-grid.ts'
import type { Passage } from './passage.ts'
import type { Situations } from './situations.ts'

/** At which times of the week customers may be in each situation, and how each got there by the fewest steps. A place is situation × cells + cell. */
export interface ReachedTimes {
  /** The place before; −1 where customers enter, −2 where none comes to. */
  readonly before: Int32Array
  /** By which way of the situation before. */
  readonly way: Int32Array
  /** How many steps that took. */
  readonly depth: Int32Array
}

const MINUTE = 60_000

/** Breadth first, so that the first way to a place has the fewest steps. */
export function reachTimes(
  flow: Flow,
  { step, ways }: Situations,
  passages: readonly (readonly Passage[])[],
  grid: ClockGrid,
): ReachedTimes {
  const { cells } = grid
  const before = new Int32Array(step.length * cells).fill(-2)
  const way = new Int32Array(step.length * cells)
  const depth = new Int32Array(step.length * cells)
  const left = new Int32Array(step.length).fill(cells)
  const queue: number[] = []
  const reach = (place: number, from: number, by: number): void => {
    if (before[place] !== -2) return
    before[place] = from
    way[place] = by
    depth[place] = from === -1 ? 0 : depth[from]! + 1
    left[(place - (place % cells)) / cells]!--
    queue.push(place)
  }
  for (const cell of entryCells(flow, grid)) reach(cell, -1, 0)
  for (let i = 0; i < queue.length; i++) {
    const place = queue[i]!
    const at = Math.floor(place / cells)
    ways[at]!.forEach(({ to, edge }, by) => {
      if (left[to] === 0) return
      const { first, count } = arrivals(place % cells, passages[step[at]!]![edge]!, grid)
      for (let n = 0; n < count; n++) reach(to * cells + ((first + n) % cells), place, by)
    })
  }
  return { before, way, depth }
}

/** When customers may enter: by a recurring trigger's days and time, else at any time. */
export function entryCells({ trigger }: Flow, { size, cells, exact }: ClockGrid): number[] {
  const all = Array.from({ length: cells }, (_, cell) => cell)
  if (cells === 1 || trigger?.type !== 'schedule' || trigger.after !== undefined) return all
  const days = trigger.days ?? weekdays
  return days.map(day => Math.floor((weekdays.indexOf(day) * DAY + minuteOf(trigger.time) * MINUTE) / size) * (exact ? 2 : 1))
}
