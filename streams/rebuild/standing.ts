import type { Topic } from '../../schemas/topic.ts'
import type { Ends } from '../ownership.ts'
import type { Tx } from '../sql.ts'

/** Where a processor stands in one partition, as its row says. */
export interface Standing {
  readonly partition: number
  readonly next: number
  readonly generation: number
  readonly sweeping: boolean
  readonly marks: Record<string, readonly [number, number]>
  readonly ends: Ends
}

export interface Reader {
  readonly name: string
  readonly input: Topic
}

/** Where some processors stand; a partition that was never taken has no row. */
export async function standings(tx: Tx, names: readonly string[]): Promise<ReadonlyMap<string, readonly Standing[]>> {
  const rows = await tx.query(
    `SELECT processor, partition, next, generation, cursor IS NOT NULL AS sweeping, marks, ends FROM ownership
     WHERE processor = ANY($1::text[]) ORDER BY processor, partition`,
    [names],
  )
  const found = new Map<string, Standing[]>(names.map(name => [name, []]))
  for (const { processor, ...standing } of rows) found.get(processor as string)!.push(standing as unknown as Standing)
  return found
}

/** The next offset of a partition; 0 where nothing was read. */
export const nextOf = (standing: readonly Standing[] | undefined, partition: number): number =>
  standing?.find(row => row.partition === partition)?.next ?? 0
