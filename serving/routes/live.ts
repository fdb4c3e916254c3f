import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { liveFeed } from '../live-feed.ts'
import { answers } from '../parameters.ts'
import type { Live } from '../ports/live.ts'

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** The page's files, read once: there are a dozen small ones. */
function pageFiles(): Map<string, { type: string; bytes: Buffer }> {
  const folder = new URL('../live/', import.meta.url)
  const named = (name: string) => ({
    type: `${TYPES[extname(name)] ?? 'application/octet-stream'}; charset=utf-8`,
    bytes: readFileSync(new URL(name, folder)),
  })
  return new Map(readdirSync(folder).map(name => [name, named(name)]))
}

const assetSchema = { hide: true, params: Type.Object({ file: Type.String() }) }
const liveSchema = {
  operationId: 'live',
  summary: 'What happens now, as server-sent events',
  description:
    'Each event is a JSON object with a `type`: first `snapshot`, then `rates`, `segments`, `recommendation` and `text`.',
  tags: ['Operations'],
  produces: ['text/event-stream'],
  response: {
    200: { description: 'Events without end', content: { 'text/event-stream': { schema: { type: 'string' } } } },
    ...answers(503),
  },
}

/** GET /, the page that shows what happens now; GET /live, what it shows. */
export const liveRoutes: FastifyPluginAsyncTypebox<{ live: Live }> = async (app, { live }) => {
  const feed = liveFeed(live)
  app.addHook('preClose', async () => feed.close())

  const files = pageFiles()
  const sendFile = (name: string, reply: FastifyReply): FastifyReply => {
    const file = files.get(name)
    if (file === undefined) return reply.problem(404, 'not_found', `The page has no file ${name}.`)
    return reply.type(file.type).header('cache-control', 'no-cache').send(file.bytes)
  }
  app.get('/', { schema: { hide: true } }, async (_request, reply) => sendFile('index.html', reply))
  app.get('/assets/:file', { schema: assetSchema }, async ({ params }, reply) => sendFile(params.file, reply))

  app.get('/live', { schema: liveSchema }, async (_request, reply) => {
    const stream = feed.open()
    if (stream === undefined) return reply.header('retry-after', 5).problem(503, 'overloaded', 'Too many pages watch already.')
    return reply.type('text/event-stream').headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' }).send(stream)
  })
}
