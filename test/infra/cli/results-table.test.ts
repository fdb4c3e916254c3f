import { expect, test } from 'vitest'
import { resultsTable } from '../../../infra/cli/results-table.ts'
import { exampleResults } from '../../../serving/example-results.ts'

test('results tell a person what became of a flow, what its variants brought, and what to do', () => {
  const lines = resultsTable(exampleResults).split('\n')
  expect(lines).toContain('version 1: 3,600 entered, 400 held out, 120 on their way, 3,100 completed, 330 goal, 50 opted_out')
  const at = lines.findIndex(line => line.startsWith('which (version 1)'))
  const cells = (line: string) => line.split(/\s{2,}/)
  expect(lines.slice(at, at + 3).map(cells)).toEqual([
    ['which (version 1)', 'drawn', 'customers', 'purchase', 'per customer', 'percent (95 %)'],
    ['percent', '93 %', '2,400', '260/2,400', '2.71', expect.stringMatching(/^\d\.\d\d to 1\d\.\d\d$/)],
    ['shipping', '7 %', '1,200', '70/1,200', '1.46', expect.stringMatching(/^\d\.\d\d to \d\.\d\d$/)],
  ])
  expect(lines[at + 3]).toMatch(/^Stop: percent is best, by at least \d\.\d+ percentage points\.$/)
})
