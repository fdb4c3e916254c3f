/** When a field was last set (epoch ms), and by which event. */
export type Stamp = readonly [at: number, id: string]

/** Fields that events set one by one, and what set each. */
export interface Stamped<F> {
  readonly fields: F
  readonly stamps: Readonly<Record<string, Stamp>>
}

/**
 * Sets the fields that nothing newer has set: by (at, id), never by arrival, so that events may come in any order (engine rule 12).
 * What `told` leaves out, or has as undefined, stays. Answers the same object when nothing changes.
 */
export function setNewest<F extends object>(before: Stamped<F>, told: Partial<F>, [at, id]: Stamp): Stamped<F> {
  const newer = Object.entries(told).filter(([name, value]) => {
    const last = before.stamps[name]
    return value !== undefined && (last === undefined || last[0] < at || (last[0] === at && last[1] < id))
  })
  if (newer.length === 0) return before
  return {
    fields: { ...before.fields, ...(Object.fromEntries(newer) as Partial<F>) },
    stamps: { ...before.stamps, ...Object.fromEntries(newer.map(([name]) => [name, [at, id] as const])) },
  }
}
