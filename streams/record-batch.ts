import type { Headers, LogRecord, NewRecord } from './log.ts'

/** What a batch keeps of a record: all but where it stands. */
export type BatchRecord = Pick<NewRecord, 'key' | 'value' | 'headers' | 'timestamp'>

const LAYOUT = 1

/**
 * Records as one value, in the manner of Kafka's record batch (KIP-98):
 *
 *     layout (1 byte) · timestamp of the first · header names: count, each as text · record count · records
 *     record: timestamp less the first's · key · value · headers: count, each as index of its name, value as text
 *
 * Numbers are varints of base 128, low bits first; signed ones (timestamps) are zigzag-coded. A text is its length in bytes and
 * UTF-8; a key or value is its length plus one and its bytes, or 0 for none. Timestamps are whole milliseconds.
 */
export function encodeRecords(records: readonly BatchRecord[]): Buffer {
  const names = new Map<string, number>()
  for (const { headers } of records) for (const name in headers) if (!names.has(name)) names.set(name, names.size)
  const first = records[0]?.timestamp ?? 0
  const out = new Writer()
  out.byte(LAYOUT)
  out.signed(first)
  out.number(names.size)
  for (const name of names.keys()) out.text(name, 0)
  out.number(records.length)
  for (const { key, value, headers, timestamp } of records) {
    out.signed(timestamp - first)
    if (key === null) out.byte(0)
    else out.text(key, 1)
    if (value === null) out.byte(0)
    else out.bytes(value)
    const present = Object.keys(headers)
    out.number(present.length)
    for (const name of present) {
      out.number(names.get(name)!)
      out.text(headers[name]!, 0)
    }
  }
  return out.done()
}

/** The records of a batch, the first at offset `base`. Values are views of the batch. Throws on another layout. */
export function decodeRecords(batch: Uint8Array, at: { topic: string; partition: number; base: number }): LogRecord[] {
  const { topic, partition, base } = at
  const from = new Reader(batch)
  const layout = from.byte()
  if (layout !== LAYOUT)
    throw new Error(`${topic}/${partition} has at offset ${base} records of layout ${layout}, which only a newer version reads`)
  const first = from.signed()
  const names = Array.from({ length: from.number() }, () => from.text(from.number()))
  const count = from.number()
  const records = new Array<LogRecord>(count)
  for (let i = 0; i < count; i++) {
    const timestamp = first + from.signed()
    const key = from.number()
    const keyText = key === 0 ? null : from.text(key - 1)
    const value = from.number()
    const valueBytes = value === 0 ? null : from.bytes(value - 1)
    records[i] = { topic, partition, offset: base + i, key: keyText, value: valueBytes, headers: from.headers(names), timestamp }
  }
  return records
}

class Writer {
  private buffer = Buffer.allocUnsafe(4096)
  private at = 0

  done(): Buffer {
    return this.buffer.subarray(0, this.at)
  }

  byte(value: number): void {
    this.room(1)
    this.buffer[this.at++] = value
  }

  /** A whole number from 0 to 2^53 − 1. */
  number(value: number): void {
    this.room(8)
    let rest = value
    while (rest >= 0x80) {
      this.buffer[this.at++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.buffer[this.at++] = rest
  }

  signed(value: number): void {
    this.number(value < 0 ? -value * 2 - 1 : value * 2)
  }

  /** `shift` is 1 where 0 stands for none. */
  text(value: string, shift: 0 | 1): void {
    const length = Buffer.byteLength(value)
    this.number(length + shift)
    this.room(length)
    this.at += this.buffer.write(value, this.at, length, 'utf8')
  }

  bytes(value: Uint8Array): void {
    this.number(value.length + 1)
    this.room(value.length)
    this.buffer.set(value, this.at)
    this.at += value.length
  }

  private room(length: number): void {
    if (this.at + length <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * this.buffer.length, this.at + length))
    larger.set(this.buffer.subarray(0, this.at))
    this.buffer = larger
  }
}

const none: Headers = {}

class Reader {
  private readonly buffer: Buffer
  private at = 0

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    const value = this.buffer[this.at++]
    if (value === undefined) throw new Error('a record batch ends in the middle')
    return value
  }

  number(): number {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }

  signed(): number {
    const value = this.number()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  text(length: number): string {
    return this.bytes(length).toString('utf8')
  }

  bytes(length: number): Buffer {
    const end = this.at + length
    if (end > this.buffer.length) throw new Error('a record batch ends in the middle')
    const bytes = this.buffer.subarray(this.at, end)
    this.at = end
    return bytes
  }

  headers(names: readonly string[]): Headers {
    const count = this.number()
    if (count === 0) return none
    return Object.fromEntries(Array.from({ length: count }, () => [names[this.number()]!, this.text(this.number())]))
  }
}
