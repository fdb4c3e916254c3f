import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { readLinkCode } from '../../models/link-code.ts'
import type { Clock } from '../../streams/clock.ts'
import { type LinkPage, linkPage } from '../link-page.ts'
import type { LinkClicks, LinkHit, Links } from '../ports/links.ts'

export interface LinkRoutes {
  readonly links: Links
  readonly linkClicks: LinkClicks
  readonly clock: Clock
}

const schema = { hide: true, params: Type.Object({ code: Type.String() }) }

/** GET /r/:code, which people open on their phones: so what goes wrong is a page for them, and no problem of a program's. */
export const linkRoutes: FastifyPluginAsyncTypebox<LinkRoutes> = async (app, { links, linkClicks, clock }) => {
  app.setErrorHandler((error, request, reply) => {
    request.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, 'a link could not be looked up')
    return show(request, reply.header('retry-after', 2), 503, 'away')
  })
  app.get('/r/:code', { schema }, async (request, reply) => {
    const code = readLinkCode(request.params.code)
    const link = code === undefined ? undefined : await links.find(code)
    if (code === undefined || link === undefined) return show(request, reply, 404, 'unknown')
    if (link.expiresAt <= clock.now()) return show(request, reply, 410, 'expired')
    const full = linkClicks.take(hitOf(code, request))
    if (full !== undefined) await full
    return reply.code(302).header('cache-control', 'no-store').header('location', link.destination).send()
  })
}

function show(request: FastifyRequest, reply: FastifyReply, status: number, kind: LinkPage['kind']): FastifyReply {
  const { html, policy } = linkPage(kind, request.headers['accept-language'])
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', policy)
    .header('x-robots-tag', 'noindex')
    .header('referrer-policy', 'no-referrer')
    .send(html)
}

/**
 * Behind a proxy everybody has the proxy's address; what it says of theirs is taken as it is. Who lies there only hides that they are
 * many, and those whom bursts are to find do not lie.
 */
function hitOf(code: string, { method, headers, ip }: FastifyRequest): LinkHit {
  const purpose = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].flatMap(name => headers[name] ?? []).join(' ')
  const forwarded = [headers['x-forwarded-for']].flat()[0]?.split(',', 1)[0]?.trim()
  return {
    code,
    method,
    userAgent: headers['user-agent'],
    purpose: purpose === '' ? undefined : purpose,
    address: forwarded === undefined || forwarded === '' ? ip : forwarded,
  }
}
