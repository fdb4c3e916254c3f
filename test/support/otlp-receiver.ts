import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it came over OTLP/HTTP (JSON); kinds are OTLP's numbers. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  /** Undefined of a root. */
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: 'server' | 'client' | 'producer' | 'consumer'
  readonly attributes: Readonly<Record<string, unknown>>
  readonly links: readonly string[]
  /** The message of an error; undefined where it went well. */
  readonly failure: string | undefined
  readonly service: unknown
}

/** A real receiver of traces on this machine. */
export interface OtlpReceiver {
  /** What OTEL_EXPORTER_OTLP_ENDPOINT takes. */
  readonly url: string
  spans(): readonly ReceivedSpan[]
  /** Everything that came, as it came. */
  text(): string
  close(): Promise<void>
}

/** With a `key`, what comes without it is turned away. */
export async function otlpReceiver({ port = 0, key }: { port?: number; key?: string } = {}): Promise<OtlpReceiver> {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const known = key === undefined || request.headers.authorization === `Bearer ${key}`
    const wanted = known && request.url === '/v1/traces' && request.headers['content-type'] === 'application/json'
    if (wanted) bodies.push(Buffer.concat(chunks).toString())
    response.writeHead(wanted ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => bodies.flatMap(body => spansIn(JSON.parse(body))),
    text: () => bodies.join('\n'),
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

const KINDS = { 2: 'server', 3: 'client', 4: 'producer', 5: 'consumer' } as const

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

interface ExportedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: keyof typeof KINDS
  readonly attributes: readonly Attribute[]
  readonly links: readonly { readonly spanId: string }[]
  readonly status: { readonly code: number; readonly message?: string }
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly ExportedSpan[] }[]
  }[]
}

const spansIn = ({ resourceSpans }: Exported): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = valuesOf(resource.attributes)['service.name']
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, kind, attributes, links, status }) => ({
        traceId,
        spanId,
        parentSpanId: parentSpanId || undefined,
        name,
        kind: KINDS[kind],
        attributes: valuesOf(attributes),
        links: links.map(link => link.spanId),
        failure: status.code === 2 ? (status.message ?? '') : undefined,
        service,
      })),
    )
  })

const valuesOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
