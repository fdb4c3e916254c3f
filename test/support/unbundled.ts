import type { NewRecord } from '../../streams/log.ts'
import { markHeaders } from '../../streams/marks.ts'

/** A record and what its value holds, whether it came with a schema id or bare, alone or in a bundle: then with its own key, time, mark and trace. */
export interface Told<V, R extends NewRecord> {
  readonly record: R
  readonly value: V
}

interface Item {
  readonly mark?: readonly [number, number]
  readonly at: number
  readonly trace?: string
  readonly key: string
  readonly value: unknown
}

/** A record of the wire as the records it carries, each with the headers it would have had alone. */
export function unbundled<V, R extends NewRecord>(record: R): Told<V, R>[] {
  const value = decode(record.value!)
  if (!Array.isArray(value)) return [{ record, value: value as V }]
  return (value as Item[]).map(({ mark, at, trace, key, value }) => {
    const { ce_source = '', ce_type = '' } = record.headers
    const { type } = value as { type?: string }
    const headers = {
      ...record.headers,
      ...(mark === undefined ? {} : markHeaders(ce_source, ...mark)),
      ce_type: ce_type.replace('.bundle', type === undefined ? '' : `.${type}`),
      ce_time: new Date(at).toISOString(),
      ...(trace === undefined ? {} : { traceparent: trace }),
    }
    return { record: { ...record, key, timestamp: at, headers }, value: value as V }
  })
}

/** Confluent's header is a zero and four bytes. */
const decode = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8', bytes[0] === 0 ? 5 : 0))
