import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { answers } from '../parameters.ts'
import type { MetricsText } from '../ports/metrics.ts'
import type { Readiness } from '../ports/readiness.ts'

export interface OperationRoutes {
  readonly version: string
  /** Which data this is, the same for all instances on it. */
  readonly deployment: string
  readonly readiness: Readiness
  readonly metrics: MetricsText
}

const RETRY_AFTER = 2
const tags = ['Operations']
const Check = Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.Optional(Type.String()) })

const healthSchema = {
  operationId: 'health',
  summary: 'The process is alive',
  tags,
  response: { 200: Type.Object({ status: Type.Literal('ok'), version: Type.String(), deployment: Type.String() }) },
}
const readySchema = {
  operationId: 'ready',
  summary: 'Requests are welcome; if not, why not',
  tags,
  response: { 200: Type.Object({ ready: Type.Literal(true), checks: Type.Array(Check) }), ...answers(503) },
}
const metricsSchema = {
  operationId: 'metrics',
  summary: 'Metrics in the text format of Prometheus',
  tags,
  response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } }, ...answers() },
}

/** GET /health, /ready, /metrics */
export const operationRoutes: FastifyPluginAsyncTypebox<OperationRoutes> = async (
  app,
  { version, deployment, readiness, metrics },
) => {
  app.get('/health', { schema: healthSchema }, async () => ({ status: 'ok' as const, version, deployment }))

  app.get('/ready', { schema: readySchema }, async (_request, reply) => {
    const checks = await readiness()
    const missing = checks.filter(check => !check.ok)
    if (missing.length === 0) return reply.send({ ready: true, checks: [...checks] })
    const detail = `Not ready: ${missing.map(({ name, detail }) => (detail === undefined ? name : `${name} (${detail})`)).join(', ')}.`
    return reply.header('retry-after', RETRY_AFTER).problem(503, 'not_ready', detail, { ready: false, checks })
  })

  app.get('/metrics', { schema: metricsSchema }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
}
