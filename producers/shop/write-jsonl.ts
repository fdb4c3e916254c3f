import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Inbound } from '../../schemas/events.ts'

const CHUNK = 256 * 1024

export interface Written {
  readonly events: number
  readonly bytes: number
  /** The time of the last event, ISO 8601; with the span of the shop it tells how far the writing is. */
  readonly reached: string
}

/**
 * Writes one event per line, no faster than `out` takes them, and ends `out` (but not standard output).
 * `onProgress` is told after every quarter of a megabyte.
 */
export async function writeJsonl(
  events: Iterable<Inbound>,
  out: Writable,
  onProgress?: (written: Written) => void,
): Promise<Written> {
  let written: Written = { events: 0, bytes: 0, reached: '' }
  const add = (lines: readonly string[], reached: string): Buffer => {
    const chunk = Buffer.from(lines.join(''))
    written = { events: written.events + lines.length, bytes: written.bytes + chunk.length, reached }
    onProgress?.(written)
    return chunk
  }
  await pipeline(() => chunks(events, add), out, { end: out !== process.stdout })
  return written
}

async function* chunks(
  events: Iterable<Inbound>,
  add: (lines: readonly string[], reached: string) => Buffer,
): AsyncGenerator<Buffer> {
  let [lines, size, reached]: [string[], number, string] = [[], 0, '']
  for (const event of events) {
    const line = `${JSON.stringify(event)}\n`
    lines.push(line)
    size += line.length
    reached = event.occurredAt
    if (size >= CHUNK) {
      yield add(lines, reached)
      lines = []
      size = 0
    }
  }
  if (lines.length > 0) yield add(lines, reached)
}
