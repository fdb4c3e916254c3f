import type { Meter } from './meter.ts'

/** Tells how often a cache had what was asked of it. */
export function countCache(meter: Meter, cache: string, { hits, misses }: { hits: number; misses: number }): void {
  meter.count('cache_requests_total', { cache, result: 'hit' }, hits)
  meter.count('cache_requests_total', { cache, result: 'miss' }, misses)
}
