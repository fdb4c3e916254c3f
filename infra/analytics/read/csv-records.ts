/** A record that does not end within so many bytes is none: an unclosed quote would otherwise take the rest of the file with it. */
export const MAX_RECORD = 1024 * 1024
/** Fields of a record that are told apart; what follows is counted alone. */
export const MAX_FIELDS = 4096

const [LF, CR, QUOTE, SPACE] = [10, 13, 34, 32]
/** A byte order mark; files that were put together have one wherever one of them began. */
const MARK = [0xef, 0xbb, 0xbf] as const
/** What comes of a record that does not end where bytes do. */
const [MORE, BROKEN, END] = [-1, -2, -3]

/** One record: fields as places in `bytes`, which hold only until the next one. Quotes are off, doubled ones single. */
export interface Fields {
  readonly bytes: Buffer
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly count: number
}

export type Broken = 'quotes_broken' | 'row_too_long' | 'nul_bytes'

/** Who takes records. Rows are numbered from 1 as spreadsheets do: a header is a row, and so is an empty line, though nobody is told of it. */
export interface RecordTaker {
  row(fields: Fields, row: number): void
  /** A record that cannot be read; `bytes` from `start` to `end` are some of it. */
  broken(how: Broken, row: number, bytes: Buffer, start: number, end: number): void
}

/**
 * Records of CSV (RFC 4180) in one pass over the bytes, without a string: what is asked of 2 million lines must not make objects of them.
 * Lines end by LF, CR LF or CR. A quote opens a field only where the field begins, blanks aside; elsewhere it is a character like others.
 *
 * A broken record costs its own line alone: reading goes on behind the next line end, and whatever stood there is read again. What comes out
 * depends on the bytes, never on how they were cut into chunks: no decision looks further than MAX_RECORD behind where its record begins.
 */
export class CsvRecords implements Fields {
  bytes = Buffer.allocUnsafe(64 * 1024)
  readonly starts = new Int32Array(MAX_FIELDS)
  readonly ends = new Int32Array(MAX_FIELDS)
  count = 0
  rows = 0

  /** Of bytes that go on beyond `MAX_RECORD`, up to the next line end. */
  private skipping = false
  private afterReturn = false
  private nul = false
  private last = false
  private from = 0
  private to = 0
  private readonly doubled = new Uint8Array(MAX_FIELDS)
  private anyDoubled = false
  private fault: Broken = 'row_too_long'
  private readonly ordinary: Uint8Array
  private readonly delimiter: number
  private readonly taker: RecordTaker

  constructor(delimiter: number, taker: RecordTaker) {
    this.delimiter = delimiter
    this.taker = taker
    this.ordinary = new Uint8Array(256).fill(1)
    for (const special of [delimiter, LF, CR]) this.ordinary[special] = 0
  }

  push(chunk: Uint8Array): void {
    this.makeRoom(chunk.length)
    this.bytes.set(chunk, this.to)
    this.to += chunk.length
    this.nul ||= chunk.includes(0)
    this.scan()
  }

  end(): void {
    this.last = true
    this.scan()
  }

  /** What is left of the last chunk goes to the front. */
  private makeRoom(size: number): void {
    const left = this.to - this.from
    if (left + size > this.bytes.length) {
      const larger = Buffer.allocUnsafe((left + size) * 2)
      this.bytes.copy(larger, 0, this.from, this.to)
      this.bytes = larger
    } else this.bytes.copyWithin(0, this.from, this.to)
    this.from = 0
    this.to = left
  }

  private scan(): void {
    while (this.from < this.to) {
      if (this.afterReturn) {
        this.afterReturn = false
        if (this.bytes[this.from] === LF && ++this.from === this.to) return
      }
      const start = this.from
      if (this.skipping) {
        this.from = this.lineEnd(start, this.to)
        continue
      }
      const next = this.record(start)
      if (next === MORE) return
      this.rows++
      if (next === BROKEN) {
        this.skipping = true
        this.from = this.lineEnd(start, Math.min(this.to, start + MAX_RECORD))
        this.taker.broken(this.fault, this.rows, this.bytes, start, this.from)
      } else {
        this.from = next
        this.tell(start, next)
      }
    }
  }

  private tell(start: number, next: number): void {
    const { bytes, taker, rows } = this
    if (this.count === 1 && this.starts[0] === this.ends[0]) return
    if (this.nul && bytes.subarray(start, next).includes(0)) taker.broken('nul_bytes', rows, bytes, start, next)
    else {
      if (this.anyDoubled) this.undouble()
      taker.row(this, rows)
    }
  }

  /** Where the line after this one begins; `to` where that is not known yet, and then skipping goes on. */
  private lineEnd(from: number, to: number): number {
    const { bytes } = this
    let at = from
    while (at < to && bytes[at] !== LF && bytes[at] !== CR) at++
    if (at === to) return to
    this.skipping = false
    this.afterReturn = bytes[at] === CR
    return at + 1
  }

  /** Where the next record begins, `MORE` when this one goes on behind the bytes, or `BROKEN`. */
  private record(start: number): number {
    const { bytes, starts, ends, doubled, ordinary, delimiter, to } = this
    const limit = Math.min(to, start + MAX_RECORD)
    let [at, count] = [start, 0]
    this.anyDoubled = false
    if (bytes[start] === MARK[0] && start + 3 <= limit && bytes[start + 1] === MARK[1] && bytes[start + 2] === MARK[2]) at += 3
    for (;;) {
      let [first, past] = [at, -1]
      if (at < limit && (bytes[at] === QUOTE || bytes[at] === SPACE)) {
        while (at < limit && bytes[at] === SPACE) at++
        if (at < limit && bytes[at] === QUOTE) {
          first = at + 1
          past = this.closing(start, first, limit, count)
          if (past < 0) return past
          at = past + 1
          while (at < limit && bytes[at] === SPACE) at++
          if (at < limit && ordinary[bytes[at]!] === 1) return this.faulty('quotes_broken')
        }
      }
      if (past === -1) {
        while (at < limit && ordinary[bytes[at]!] === 1) at++
        past = at
        if (count < MAX_FIELDS) doubled[count] = 0
      }
      if (at === limit) {
        const out = this.outOfBytes(start, limit, 'row_too_long')
        if (out !== END) return out
      }
      if (count < MAX_FIELDS) {
        starts[count] = first
        ends[count] = past
      }
      count++
      if (at === limit || bytes[at] !== delimiter) break
      at++
    }
    this.count = count
    this.afterReturn = at < limit && bytes[at] === CR
    return Math.min(at + 1, to)
  }

  /** Where the quote stands that closes a field, or what `record` comes to without one. */
  private closing(start: number, from: number, limit: number, field: number): number {
    const { bytes, doubled } = this
    let at = from
    let twice = 0
    for (;;) {
      while (at < limit && bytes[at] !== QUOTE) at++
      if (at + 1 >= limit) {
        const out = this.outOfBytes(start, limit, 'quotes_broken')
        if (out !== END) return out
        if (at === limit) return this.faulty('quotes_broken')
      }
      if (at + 1 === limit || bytes[at + 1] !== QUOTE) break
      twice = 1
      at += 2
    }
    if (field < MAX_FIELDS) doubled[field] = twice
    if (twice === 1) this.anyDoubled = true
    return at
  }

  /** All bytes that a record may have are read. */
  private outOfBytes(start: number, limit: number, fault: Broken): number {
    if (limit - start === MAX_RECORD) return this.faulty(fault)
    return this.last ? END : MORE
  }

  private faulty(fault: Broken): number {
    this.fault = fault
    return BROKEN
  }

  private undouble(): void {
    const { bytes, starts, ends, doubled } = this
    for (let field = 0; field < Math.min(this.count, MAX_FIELDS); field++) {
      if (doubled[field] === 0) continue
      let to = starts[field]!
      for (let at = to; at < ends[field]!; at++) {
        bytes[to++] = bytes[at]!
        if (bytes[at] === QUOTE) at++
      }
      ends[field] = to
    }
  }
}
