import type { FastifyInstance } from 'fastify'
import { noTracer, type Span, type Tracer } from '../streams/tracer.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request is traced: what it leads to goes on from there. */
    span: Span | undefined
  }
}

/**
 * Traces the requests that put something on the log, as part of the caller's trace where they bring a `traceparent`.
 * Lookups are not traced: they lead to nothing. Call it before routes are added.
 */
export function traceRequests(app: FastifyInstance, tracer: Tracer): void {
  app.decorateRequest('span', undefined)
  if (tracer === noTracer) return
  app.addHook('onRequest', (request, _reply, done) => {
    const { url: route } = request.routeOptions
    if (request.method === 'POST' && route !== undefined)
      request.span = tracer.begin('server', `POST ${route}`, given(request.headers.traceparent), {
        'http.request.method': 'POST',
        'http.route': route,
        'url.path': route,
        'url.scheme': request.protocol,
        'tarang.request.id': request.id,
      })
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { span } = request
    span?.note({ 'http.response.status_code': reply.statusCode })
    if (reply.statusCode >= 500) span?.fail(String(reply.statusCode))
    span?.end()
    done()
  })
}

const given = (header: string | string[] | undefined): string | undefined => (typeof header === 'string' ? header : undefined)
