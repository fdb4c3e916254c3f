import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { formatMoney } from '../../models/money.ts'
import type { RfmCuts } from '../../schemas/records.ts'
import type { Clock } from '../../streams/clock.ts'
import { freshEnough } from '../after.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { After, answers } from '../parameters.ts'
import type { Freshness } from '../ports/freshness.ts'
import type { Segments, SegmentTotal } from '../ports/segments.ts'
import { presentRfm, RfmView } from '../present-rfm.ts'

export interface SegmentRoutes {
  readonly segments: Segments
  readonly freshness: Freshness
  readonly cuts: () => RfmCuts
  readonly clock: Clock
}

const Total = Type.Object({ name: Type.String(), customers: Type.Integer(), revenue: Type.String() })
const totalsSchema = {
  operationId: 'listSegments',
  summary: 'Segments with their customers and revenue, best first',
  tags: ['Segments'],
  querystring: Type.Object({ after: After }),
  response: { 200: Type.Object({ segments: Type.Array(Total) }, { title: 'Segments' }), ...answers(400, 503) },
}
const Member = Type.Object({ customerId: Type.String(), rfm: Type.Union([RfmView, Type.Null()]) })
const membersSchema = {
  operationId: 'listSegmentCustomers',
  summary: 'Customers of a segment, a page at a time',
  tags: ['Segments'],
  params: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }),
  querystring: Type.Object({
    cursor: Type.Optional(Type.String({ maxLength: 2000, description: 'nextCursor of the page before' })),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    after: After,
  }),
  response: {
    200: Type.Object(
      { customers: Type.Array(Member), nextCursor: Type.Union([Type.String(), Type.Null()]) },
      { title: 'SegmentCustomers' },
    ),
    ...answers(400, 404, 503),
  },
}

/** GET /segments, GET /segments/:name/customers */
export const segmentRoutes: FastifyPluginAsyncTypebox<SegmentRoutes> = async (app, { segments, freshness, cuts, clock }) => {
  const totals = shared(() => segments.recentTotals())

  app.get('/segments', { schema: totalsSchema }, async ({ query }, reply) => {
    if (query.after !== undefined && !(await freshEnough(freshness, query.after, reply))) return reply
    const all = query.after === undefined ? await totals() : await segments.totals()
    return reply.send({ segments: all.map(presentTotal) })
  })

  app.get('/segments/:name/customers', { schema: membersSchema }, async ({ params: { name }, query }, reply) => {
    const from = query.cursor === undefined ? undefined : decodeCursor(name, query.cursor)
    if (query.cursor !== undefined && from === undefined)
      return reply.problem(400, 'cursor_invalid', `The cursor is not one of this list, ${name}.`)
    if (query.after !== undefined && !(await freshEnough(freshness, query.after, reply))) return reply
    const found = await segments.members(name, query.limit + 1, from)
    if (found === undefined) return reply.problem(404, 'segment_unknown', `There is no segment ${name}.`)
    const page = found.slice(0, query.limit)
    const [last, current, now] = [page.at(-1), cuts(), clock.now()]
    return reply.send({
      customers: page.map(({ customerId, rfm }) => ({ customerId, rfm: presentRfm(rfm, current, now) })),
      nextCursor: found.length > query.limit && last !== undefined ? encodeCursor(name, last.customerId) : null,
    })
  })
}

export const presentTotal = ({ name, customers, revenue }: SegmentTotal) => ({ name, customers, revenue: formatMoney(revenue) })

/** The same work for all who ask while it runs: totals may read every customer, however many watch them. */
function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= work().finally(() => {
      running = undefined
    })
    return running
  }
}
