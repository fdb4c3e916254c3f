import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface CountingGateway {
  readonly url: string
  /** When each text came, in ms of one clock that never steps. */
  readonly arrivals: readonly number[]
  /** The most that waited for an answer at once. */
  readonly most: () => number
  /** Texts that came more than once. */
  readonly repeated: () => number
  close(): Promise<void>
}

/** A gateway that takes everything after `latencyMs`, and keeps of each text no more than a bench of hundreds of thousands can bear. */
export async function countingGateway(latencyMs: number): Promise<CountingGateway> {
  const arrivals: number[] = []
  const known = new Set<string>()
  let [open, most, repeated] = [0, 0, 0]
  const server = createServer((request, response) => {
    most = Math.max(most, ++open)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { reference } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { reference: string }
      arrivals.push(performance.now())
      if (known.has(reference)) repeated++
      known.add(reference)
      setTimeout(() => {
        open--
        response.writeHead(202, { 'content-type': 'application/json' }).end(`{"id":"gw-${arrivals.length}"}`)
      }, latencyMs)
    })
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`,
    arrivals,
    most: () => most,
    repeated: () => repeated,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
