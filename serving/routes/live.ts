import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { liveFeed } from '../live-feed.ts'
import { answers } from '../parameters.ts'
import type { Live } from '../ports/live.ts'
import { whenOver } from '../when-over.ts'

const RETRY_AFTER = 5
const schema = {
  operationId: 'live',
  summary: 'What happens now, as server-sent events',
  description:
    'Each event is a JSON object with a `type`: first `snapshot`, then `rates`, `segments`, `recommendation` and `text`.',
  tags: ['Operations'],
  response: {
    200: { description: 'Events without end', content: { 'text/event-stream': { schema: { type: 'string' } } } },
    ...answers(503),
  },
}

/** GET /live, and no HEAD: Fastify's own would read the stream to its end, and it has none. */
export const liveRoutes: FastifyPluginAsyncTypebox<{ live: Live }> = async (app, { live }) => {
  const feed = liveFeed(live)
  app.addHook('preClose', async () => feed.close())
  app.get('/live', { schema, exposeHeadRoute: false }, async (request, reply) => {
    const stream = feed.open()
    if (stream === undefined)
      return reply.header('retry-after', RETRY_AFTER).problem(503, 'overloaded', 'Too many pages watch already.')
    whenOver(request, reply, () => stream.destroy())
    return reply.type('text/event-stream').headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' }).send(stream)
  })
}
