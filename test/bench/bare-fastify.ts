import { readFileSync } from 'node:fs'
import Fastify from 'fastify'

/** A route that returns the same bytes again and again: `bare-fastify.ts FILE`. Tells its parent where it listens. */
const body = readFileSync(process.argv[2]!)
const app = Fastify()
app.get('/recommendations/:customerId', async (_request, reply) => reply.type('application/json; charset=utf-8').send(body))
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }))
