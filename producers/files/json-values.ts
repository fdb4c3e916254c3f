import type { FileFormat } from './file-format.ts'
import { jsonl } from './jsonl.ts'
import { beginning, gather, type Line, type Place } from './lines.ts'

/** One object, or a list of them, however it is laid out. One object is one row. */
export const jsonValues: FileFormat = {
  name: 'json',
  title: 'JSON: an event or a conversation of POST /v1/events, or a list of them',
  recognises(head) {
    const [first = '', second = ''] = head
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '')
    if (first.startsWith('[')) return true
    // An object that goes on over its line. After a broken one of JSON lines the next begins an object of its own.
    return first.startsWith('{') && !first.endsWith('}') && second !== '' && (/[[{]$/.test(first) || /^["[\]}]/.test(second))
  },
  split: objects,
  read: jsonl.read,
}

const [QUOTE, BACKSLASH, OPENS, CLOSES, COMMA, NEWLINE] = Buffer.from('"\\{},\n')
/** What may stand between objects: a list's brackets and commas, white space, a byte order mark. */
const between = new Set(Buffer.from('[], \t\r\n\ufeff'))

/**
 * The objects of a text, numbered from 1. Nothing is kept but the object that is being read, and of that no more than of a line. What is
 * no object costs itself alone, up to the next comma or end of line; a quote or a brace that is never closed takes what follows with it.
 *
 * @param from where `bytes` begin, between two objects
 */
export async function* objects(bytes: AsyncIterable<Uint8Array>, from: Place = beginning): AsyncGenerator<Line> {
  const gathering = gather(from)
  let [depth, quoted, escaped, stray] = [0, false, false, false]
  for await (const chunk of bytes) {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (stray) {
        if (byte !== COMMA && byte !== NEWLINE) continue
        gathering.add(chunk.subarray(start, at))
        yield gathering.end(1)
        start = at + 1
        stray = false
      } else if (quoted) {
        if (!escaped && byte === QUOTE) quoted = false
        escaped = !escaped && byte === BACKSLASH
      } else if (depth === 0 && between.has(byte)) {
        gathering.pass(1)
        start = at + 1
      } else if (byte === OPENS) depth++
      else if (depth === 0) stray = true
      else if (byte === QUOTE) quoted = true
      else if (byte === CLOSES && --depth === 0) {
        gathering.add(chunk.subarray(start, at + 1))
        yield gathering.end()
        start = at + 1
      }
    }
    if (start < chunk.length) gathering.add(chunk.subarray(start))
  }
  if (gathering.size() > 0) yield gathering.end()
}
