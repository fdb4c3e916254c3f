import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { numbersIn } from '../../../support/purchase-arbitraries.ts'
import { sharedData } from '../../../support/shared-data.ts'
import { oracle } from '../../../support/value-oracle.ts'

const python = process.env.TARANG_ORACLES_PYTHON
if (python === undefined)
  process.stderr.write(
    'SKIPPED: test/oracles/value.py (set TARANG_ORACLES_PYTHON to a Python that has test/oracles/requirements.txt)\n',
  )

test.skipIf(python === undefined)(
  'what other people’s code says is what value.json holds',
  () => {
    const script = join(import.meta.dirname, '../../../oracles/value.py')
    const again: unknown = JSON.parse(execFileSync(python!, [script, dirname(sharedData('cdnow.csv.gz'))], { encoding: 'utf8' }))
    expect(Object.keys(again as object)).toEqual(Object.keys(oracle))
    const [told, held] = [numbersIn(again), numbersIn(oracle)]
    expect(told.length).toBe(held.length)
    for (const [i, one] of told.entries()) expect(Math.abs(one - held[i]!)).toBeLessThan(1e-4 * (Math.abs(held[i]!) + 1e-3))
  },
  300_000,
)
