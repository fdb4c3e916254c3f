import { DataValidationError } from '../customer-analytics-error.ts'

const PAGE_BITS = 20
const PAGE = 1 << PAGE_BITS
/** Places of keys are numbers of 32 bits. */
const MAX_PAGES = 2 ** (32 - PAGE_BITS)
/** Bytes of a key: its length stands in one. */
export const MAX_KEY = 255

/**
 * Numbers byte strings in the order in which they first come: 0, 1, 2 … What an id is called costs a string only where somebody asks for it, and the ids of
 * orders are asked for by nobody.
 *
 * Open addressing with linear probing (Knuth, The Art of Computer Programming 3, 6.4): hash and number of a key lie side by side, so that most look-ups
 * touch one cache line. Keys are compared byte by byte; equal hashes are not equal keys.
 */
export class ByteTable {
  size = 0
  private slots = new Int32Array(2 * 1024)
  private mask = 1023
  /** Keys with their lengths before them, none over the edge of a page. */
  private readonly pages: Uint8Array[] = []
  private places = new Uint32Array(512)
  private free = 0
  private latest = -1

  /** The number of a key of at most `MAX_KEY` bytes, a new one where it is not known. */
  number(bytes: Uint8Array, start: number, end: number): number {
    // Lines of an order stand together in most files.
    if (this.latest >= 0 && this.is(this.latest, bytes, start, end)) return this.latest
    const hash = hashOf(bytes, start, end)
    let { slots, mask } = this
    let slot = hash & mask
    for (let number = slots[2 * slot + 1]!; number !== 0; number = slots[2 * slot + 1]!) {
      if (slots[2 * slot] === hash && this.is(number - 1, bytes, start, end)) {
        this.latest = number - 1
        return number - 1
      }
      slot = (slot + 1) & mask
    }
    if (4 * this.size >= 3 * mask) {
      this.rehash()
      ;({ slots, mask } = this)
      slot = hash & mask
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask
    }
    this.keep(bytes, start, end)
    slots[2 * slot] = hash
    slots[2 * slot + 1] = ++this.size
    this.latest = this.size - 1
    return this.latest
  }

  text(number: number): string {
    const place = this.places[number]!
    const page = this.pages[place >>> PAGE_BITS]!
    const from = (place & (PAGE - 1)) + 1
    return Buffer.from(page.buffer, page.byteOffset + from, page[from - 1]!).toString('utf8')
  }

  /** Memory that is in use. */
  get bytes(): number {
    return this.slots.byteLength + this.places.byteLength + this.pages.length * PAGE
  }

  /** Ids tend to differ at their ends. */
  private is(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const place = this.places[number]!
    const page = this.pages[place >>> PAGE_BITS]!
    const from = place & (PAGE - 1)
    const length = end - start
    if (page[from] !== length) return false
    for (let at = length; at > 0; at--) if (page[from + at] !== bytes[start + at - 1]) return false
    return true
  }

  private keep(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start
    if ((this.free & (PAGE - 1)) + 1 + length > PAGE || this.pages.length === 0) {
      if (this.pages.length === MAX_PAGES)
        throw new DataValidationError('memory_short', 'The ids of one column have more than 4 GB together.')
      this.free = this.pages.length * PAGE
      this.pages.push(new Uint8Array(PAGE))
    }
    if (this.size === this.places.length) this.places = grown(this.places)
    this.places[this.size] = this.free
    const page = this.pages[this.free >>> PAGE_BITS]!
    const to = this.free & (PAGE - 1)
    page[to] = length
    for (let at = 0; at < length; at++) page[to + 1 + at] = bytes[start + at]!
    this.free += length + 1
  }

  private rehash(): void {
    const old = this.slots
    const slots = new Int32Array(old.length * 2)
    const mask = slots.length / 2 - 1
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue
      let slot = old[from]! & mask
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask
      slots[2 * slot] = old[from]!
      slots[2 * slot + 1] = old[from + 1]!
    }
    this.slots = slots
    this.mask = mask
  }
}

function grown(places: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.ceil(places.length * 1.5))
  larger.set(places)
  return larger
}

/** FNV-1a (Fowler, Noll, Vo), its bits mixed once more: taken modulo a power of two, ids that count up would crowd. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}
