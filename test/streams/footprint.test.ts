import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { footprint } from '../../streams/footprint.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What so many of them take in the heap in truth, each. */
function measured(make: (n: number) => unknown): number {
  const count = 20_000
  const held: unknown[] = Array.from({ length: count }, (_, n) => make(n)) // compiles what makes them
  held.fill(undefined)
  collect()
  collect()
  const before = process.memoryUsage()
  for (let n = 0; n < count; n++) held[n] = make(n)
  collect()
  const after = process.memoryUsage()
  return (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / held.length
}

test.each<[string, (n: number) => unknown]>([
  [
    'a customer from the database',
    n => JSON.parse(`{"seq":${n},"rfm":{"firstAt":1700000000000,"gross":${n}},"segment":"loyal"}`),
  ],
  [
    'what a customer is drawn to',
    n => ({
      affinities: Array.from({ length: 30 }, (_, i) => ({ productId: `product-${n}-${i}`, value: n / 7, at: 1.7e12 + n })),
    }),
  ],
  [
    'what a customer bought',
    n => new Map(Array.from({ length: 40 }, (_, i) => [`p-${n}-${i}`, { times: 1, firstAt: 1.7e12 + n }])),
  ],
  ['a short record', n => ({ seq: n, at: 1.7e12 + n, weight: n / 3 })],
  ['a long text', n => JSON.parse(`{"text":"${n}${'x'.repeat(2000)}"}`)],
  ['bytes', n => new Uint8Array(500).fill(n)],
])('the footprint of %s is within a factor of two of what it takes: else memory is bounded by a wish', (_, make) => {
  const ratio = footprint(make(12_345)) / measured(make)
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
})
