import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'

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

/** GET /, the page that shows what happens now, and its files */
export const livePageRoutes: FastifyPluginAsyncTypebox = async app => {
  const files = pageFiles()
  const send = (name: string, reply: FastifyReply): FastifyReply => {
    const file = files.get(name)
    if (file === undefined) return reply.problem(404, 'not_found', `The page has no file ${name}.`)
    return reply.type(file.type).header('cache-control', 'no-cache').send(file.bytes)
  }
  app.get('/', { schema: { hide: true } }, async (_request, reply) => send('index.html', reply))
  const schema = { hide: true, params: Type.Object({ file: Type.String() }) }
  app.get('/assets/:file', { schema }, async ({ params }, reply) => send(params.file, reply))
}
