/** Growth that cannot be told from chance, in MiB, or as a share of what there is. */
const CHANCE = { mib: 12, share: 1 / 10 } as const

export interface Memory {
  /** MiB that are kept after a measurement. */
  readonly mib: number
  /** By how much that is more than before, in MiB. */
  readonly grown: number
}

/**
 * What instances keep, and how much more that is after a measurement than before it; `heap` says what one keeps, in MiB. Not looked at meanwhile: a collection
 * of everything holds a process up, and leaves it with less room for what is young.
 */
export async function watchMemory(heaps: readonly (() => Promise<number | undefined>)[]): Promise<{ end(): Promise<Memory[]> }> {
  const look = () => Promise.all(heaps.map(async heap => (await heap()) ?? Number.NaN))
  const before = await look()
  return { end: async () => (await look()).map((mib, i) => ({ mib, grown: mib - before[i]! })) }
}

/** Whether more is kept than before, beyond what may be chance. An instance that died kept nothing, which is no good sign either. */
export const isGrowing = ({ mib, grown }: Memory): boolean => !(grown <= Math.max(CHANCE.mib, mib * CHANCE.share))
