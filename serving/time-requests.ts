import type { FastifyInstance } from 'fastify'
import type { Meter } from '../streams/meter.ts'

/** Routes that are answered for as long as somebody watches: how long says nothing about us. */
const ENDLESS = new Set(['/live'])

/** Observes every answer by route and class of status. Call it before routes are added. */
export function timeRequests(app: FastifyInstance, meter: Meter): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'none' } = request.routeOptions
    if (!ENDLESS.has(route)) {
      const status = `${Math.floor(reply.statusCode / 100)}xx`
      meter.observe('http_request_seconds', { route, status }, reply.elapsedTime / 1000)
    }
    done()
  })
}
