import { BURST_LINKS, BURST_MS } from './link-visit.ts'

/** Addresses that are remembered: at some 2 KB each where they ask for many links. */
const ADDRESSES = 20_000

/**
 * How many different links each address asked for lately. Of an address no more links are remembered than make a burst, and who was seen
 * longest ago is forgotten first, so that memory has a bound.
 */
export class LinkBursts {
  private readonly seen = new Map<string, Map<string, number>>()

  /** Counts one more visit, at epoch ms: answers how many links it were within `BURST_MS`, `BURST_LINKS` at most. */
  count(address: string, code: string, at: number): number {
    const codes = this.seen.get(address) ?? new Map<string, number>()
    codes.delete(code)
    codes.set(code, at)
    for (const [old, when] of codes) {
      if (codes.size <= BURST_LINKS && when > at - BURST_MS) break
      codes.delete(old)
    }
    this.seen.delete(address)
    this.seen.set(address, codes)
    if (this.seen.size > ADDRESSES) this.seen.delete(this.seen.keys().next().value!)
    return codes.size
  }
}
