import { flows } from '../../consumers/flows.ts'
import { customerChanges, smsRequests } from '../../schemas/topics.ts'
import { canonical, some } from './fault-words.ts'
import { FoldInMemory, toldTo } from './fold-in-memory.ts'
import { onceEach, readTopic } from './read-topic.ts'
import type { Left } from './scratch-deployment.ts'

/** What a run's campaigns did that a fold of the same log in one piece would not have done, or the other way round. In sentences. */
export async function flowFaults(left: Left): Promise<string[]> {
  const partitions = new Map<number, FoldInMemory<Parameters<typeof flows.fold>[1], Parameters<typeof flows.fold>[0]>>()
  const wanted = new Set<unknown>()
  const customers = new Map<string, number>()
  for (const { value, record } of onceEach(await readTopic(left, customerChanges))) {
    const { partition, timestamp } = record
    const folding = partitions.get(partition) ?? (await FoldInMemory.of(flows))
    partitions.set(partition, folding)
    if ('customerId' in value) customers.set(value.customerId, partition)
    for (const { id } of toldTo(smsRequests, folding.feed(value, { appendedAt: timestamp }))) wanted.add(id)
  }
  const told = onceEach(await readTopic(left, smsRequests)).flatMap(({ value }) =>
    value.campaignId === undefined ? [] : [value.id],
  )
  const asked = new Set<unknown>()
  const again = told.filter(id => asked.size === asked.add(id).size)
  const rows = await left.sql.query('SELECT customer_id, runs FROM flow_instances')
  const runs = new Map(rows.map(row => [row.customer_id as string, row.runs]))
  const elsewhere = [...customers].filter(([id, partition]) => {
    const { runs: expected } = partitions.get(partition)!.entry('instances', [id])
    return canonical(expected) !== canonical(runs.get(id) ?? [])
  })
  return [
    ...some('texts of a campaign that were asked for twice', again),
    ...some(
      'texts of a campaign that nobody asked for',
      [...wanted].filter(id => !asked.has(id)),
    ),
    ...some(
      'texts of a campaign that should not be',
      told.filter(id => !wanted.has(id)),
    ),
    ...some(
      'customers who are elsewhere in a campaign than they should be',
      elsewhere.map(([id]) => id),
    ),
  ]
}
