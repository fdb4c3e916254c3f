import { answerOf } from '../models/recommendation-answer.ts'
import type { Recommendation } from '../schemas/records.ts'
import type { Table } from '../streams/table.ts'

/** The newest list of each customer, and its answer as it is sent when nothing else is asked. */
export const recommendationTable: Table<Recommendation> = {
  name: 'recommendations',
  key: ['customer_id'],
  columns: [
    { name: 'seq', type: 'bigint', value: r => r.seq },
    { name: 'recommendation_id', type: 'text', value: r => r.recommendationId },
    { name: 'as_of', type: 'bigint', value: r => Date.parse(r.asOf) },
    { name: 'body', type: 'jsonb', value: r => JSON.stringify(r) },
    { name: 'answer', type: 'text', value: r => JSON.stringify(answerOf(r)) },
  ],
  entry: row => row.body as Recommendation,
  empty: ([customerId]) => {
    throw new Error(`recommendations are answers, not state: nobody loads that of ${customerId}`)
  },
}
