import Fastify from 'fastify'

/** A route that always leads to the same place. Tells its parent where it listens. */
const app = Fastify()
app.get('/r/:code', async (_request, reply) =>
  reply.code(302).header('cache-control', 'no-store').header('location', 'https://shop.example/sale').send(),
)
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }))
