import type { Topic } from '../schemas/topic.ts'
import type { Log } from './log.ts'
import { DONE_UP_TO } from './owed-answers.ts'
import type { Tx } from './sql.ts'
import type { TopicNames } from './topic-names.ts'

interface Reader {
  readonly name: string
  readonly input: Topic
}

/** When any processor committed last, epoch ms: while this moves, work is done, however much there is left. */
export async function lastCommit(sql: Tx): Promise<number> {
  const [row] = await sql.query('SELECT coalesce(max(committed_at), 0) AS at FROM ownership')
  return row!.at as number
}

/** How many records the group's processors have not folded yet, or owe answers since, over all instances; and sweeps that are not over. */
export async function recordsLeft(sql: Tx, log: Log, names: TopicNames, readers: readonly Reader[]): Promise<number> {
  const rows = await sql.query(
    `SELECT processor, partition, cursor IS NOT NULL AS sweeping, ${DONE_UP_TO} AS next FROM ownership o`,
  )
  const next = new Map(rows.map(row => [`${row.processor}/${row.partition}`, row.next as number]))
  let left = rows.filter(({ sweeping }) => sweeping).length
  for (const { name, input } of readers)
    for (const [partition, { start, end }] of (await log.offsets(names.of(input))).entries())
      left += Math.max(0, end - Math.max(start, next.get(`${name}/${partition}`) ?? 0))
  return left
}
