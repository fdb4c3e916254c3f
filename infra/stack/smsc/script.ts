import { createServer, type IncomingMessage, type Server } from 'node:http'
import { ordinary, readBehaviour } from './behaviour.ts'
import type { Smsc } from './smsc.ts'

/**
 * How tests tell the network what to do, and ask what reached it:
 *
 *   GET    /status              binds, counts, texts whole and not
 *   GET    /texts?from=N        texts in the order in which they were whole, from the Nth on
 *   DELETE /texts               forgets them
 *   PUT    /behaviour[/NUMBER]  { answer, answerDelayMs, receipts: [{ state, afterMs }] }
 *   DELETE /behaviour           all numbers as usual
 *   POST   /inbound             { from, to, text }; 503 where no gateway took it
 *   POST   /cut                 every connection is lost
 */
export function script(smsc: Smsc): Server {
  return createServer(async (request, response) => {
    const [status, body] = await answer(smsc, request).catch(error => [400, { error: String(error) }] as const)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
}

async function answer(smsc: Smsc, request: IncomingMessage): Promise<readonly [status: number, body: unknown]> {
  const url = new URL(request.url ?? '/', 'http://smsc')
  const [, what, number] = url.pathname.split('/')
  const { received } = smsc
  switch (`${request.method} /${what}`) {
    case 'GET /status':
      return [200, { binds: smsc.binds, ...smsc.counts, whole: received.texts.length, pending: received.pending }]
    case 'GET /texts':
      return [200, received.texts.slice(Number(url.searchParams.get('from') ?? 0))]
    case 'DELETE /texts':
      received.clear()
      return [200, {}]
    case 'PUT /behaviour': {
      const behaviour = readBehaviour(await json(request))
      if (number === undefined) smsc.usual = behaviour
      else smsc.unusual.set(number, behaviour)
      return [200, behaviour]
    }
    case 'DELETE /behaviour':
      smsc.usual = ordinary
      smsc.unusual.clear()
      return [200, {}]
    case 'POST /inbound':
      return (await smsc.inbound((await json(request)) as Parameters<Smsc['inbound']>[0])) ? [200, {}] : [503, {}]
    case 'POST /cut':
      smsc.cut()
      return [200, {}]
    default:
      return [404, { error: `there is no ${request.method} ${url.pathname}` }]
  }
}

async function json(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
