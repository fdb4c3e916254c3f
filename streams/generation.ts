import type { Tx } from './sql.ts'

/** Which state of a processor serves: counted up when a rebuilt one takes its place, of which no topic tells. */
export async function generationOf(tx: Tx, processor: string): Promise<number> {
  const [row] = await tx.query('SELECT coalesce(max(generation), 1) AS generation FROM ownership WHERE processor = $1', [
    processor,
  ])
  return row!.generation as number
}
