import type { FastifyHelmetOptions } from '@fastify/helmet'

/**
 * What a page of ours may do: load from here and talk to here, nothing else; not be framed.
 * `data:` images and inline styles are what the pages at /docs need (Swagger UI draws with style attributes); scripts are never inline.
 * No `upgrade-insecure-requests`: on a plain local network there is no https to go to.
 */
export const securityHeaders: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      styleSrcAttr: ["'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  crossOriginEmbedderPolicy: false,
}
