import { IANAZone } from 'luxon'

const MINUTE = 60_000
const DAY = 86_400_000

/** Whether this is the IANA name of a zone, one that luxon knows. */
export const isZone = (name: string): boolean => IANAZone.isValidZone(name)

/** By how many ms the clocks of a zone are ahead of UTC at an instant (epoch ms). The zone must be one (`isZone`). */
export function offsetIn(zone: string, at: number): number {
  const key = `${zone} ${at}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  if (offsets.size >= REMEMBERED) offsets.clear()
  const offset = IANAZone.create(zone).offset(at) * MINUTE
  offsets.set(key, offset)
  return offset
}

/** A million customers are in few zones and asked about at one instant, and Intl takes microseconds for each. Offsets never change. */
const offsets = new Map<string, number>()
const REMEMBERED = 1000

/** Which day it is there: days since 1970-01-01. Two instants are on the same day of the calendar when this is the same. */
export const dayIn = (zone: string, at: number): number => Math.floor((at + offsetIn(zone, at)) / DAY)

/** Which week, from Monday on (ISO 8601); 1970-01-01 was a Thursday. */
export const weekIn = (zone: string, at: number): number => Math.floor((dayIn(zone, at) + 3) / 7)
