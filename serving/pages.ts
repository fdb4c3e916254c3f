import helmet from '@fastify/helmet'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { docsPages } from './openapi.ts'
import { livePageRoutes } from './routes/live-page.ts'
import { securityHeaders } from './security-headers.ts'

/** What a browser shows: the live page and the pages at /docs, under a policy that lets nothing in from elsewhere. */
export const pages: FastifyPluginAsync = async app => {
  app.register(helmet, securityHeaders)
  app.register(swaggerUi, docsPages)
  app.register(livePageRoutes)
}

/**
 * Answers for programs say only that they are what they are declared to be. The dozen headers of the pages' policy would
 * halve the rate of lookups and mean nothing there.
 */
export function declareTypes(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff')
    done()
  })
}
