import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { describeOracles } from '../support/oracles.ts'
import { numbersIn } from '../support/purchase-arbitraries.ts'
import { sharedData } from '../support/shared-data.ts'
import { oracle } from '../support/value-oracle.ts'

describeOracles('lifetimes and scipy', ask => {
  test('say of the shared data what value.json holds, which other tests compare with', async () => {
    const again: unknown = JSON.parse(await ask('value.py', dirname(sharedData('cdnow.csv.gz'))))
    expect(Object.keys(again as object)).toEqual(Object.keys(oracle))
    const [told, held] = [numbersIn(again), numbersIn(oracle)]
    expect(told.length).toBe(held.length)
    for (const [i, one] of told.entries()) expect(Math.abs(one - held[i]!)).toBeLessThan(1e-4 * (Math.abs(held[i]!) + 1e-3))
  }, 300_000)
})
