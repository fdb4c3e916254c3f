import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui'
import { scopeOf } from './access.ts'

/** The document at /openapi.json. Which scope a route needs is written in from the table that enforces it. */
export const openapi = (version: string): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Tarang',
      version,
      description:
        'Publish what customers do; look up what they are worth and what to show them. Errors are RFC 9457 problems with a stable `code` and a `fix`. Times are ISO 8601 UTC, money is a decimal string.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    tags: ['Events', 'Customers', 'Segments', 'Recommendations', 'SMS', 'Campaigns', 'Analytics', 'Operations'].map(name => ({
      name,
    })),
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key made by `tarang keys add --scope …`' } },
    },
  },
  transform: ({ schema, url, route }) => {
    const scope = scopeOf([route.method].flat()[0] ?? 'GET', url)
    if (schema === undefined || scope === undefined || scope === 'open') return { schema: schema ?? { hide: true }, url }
    const description = [schema.description, `Needs the scope \`${scope}\`, where keys are needed.`].filter(Boolean).join('\n\n')
    return { schema: { ...schema, description, security: [{ key: [] }] }, url }
  },
})

/** The pages at /docs, which load nothing from elsewhere. */
export const docsPages: FastifySwaggerUiOptions = {
  routePrefix: '/docs',
  validatorUrl: false,
  uiConfig: {
    layout: 'BaseLayout',
    docExpansion: 'list',
    deepLinking: true,
    displayRequestDuration: true,
    tryItOutEnabled: false,
  },
  theme: { title: 'Tarang API' },
}
