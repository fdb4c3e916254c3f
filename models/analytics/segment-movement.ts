import { NO_SEGMENT } from './rfm/rfm-table.ts'

/** Where customers stood at an instant: a byte each, by number, that is an index into `names`, or `NO_SEGMENT`. */
export interface Standing {
  readonly names: readonly string[]
  readonly segment: Uint8Array
}

/** Customers who went from one segment to another, or stayed in it. `from` null: they had not bought by the first instant; `to` null: they are gone. */
export interface Moved {
  readonly from: string | null
  readonly to: string | null
  readonly customers: number
}

/**
 * How customers moved between two instants: by the segments' names, since a shop may have edited them in between. A number that one of the two does not
 * reach had no segment there, and who had none at both is not counted. So the links add up to everybody who was a customer at either.
 */
export function segmentMovement(first: Standing, second: Standing): Moved[] {
  const [rows, columns] = [first.names.length + 1, second.names.length + 1]
  const counts = new Float64Array(rows * columns)
  const many = Math.max(first.segment.length, second.segment.length)
  for (let c = 0; c < many; c++) counts[placeOf(first, c) * columns + placeOf(second, c)]!++
  const moved: Moved[] = []
  for (let at = 0; at < counts.length; at++) {
    const [from, to] = [first.names[Math.floor(at / columns)] ?? null, second.names[at % columns] ?? null]
    if (counts[at]! > 0 && (from !== null || to !== null)) moved.push({ from, to, customers: counts[at]! })
  }
  return moved
}

/** One behind the last name is nowhere. */
function placeOf({ names, segment }: Standing, customer: number): number {
  const place = customer < segment.length ? segment[customer]! : NO_SEGMENT
  return Math.min(place, names.length)
}
