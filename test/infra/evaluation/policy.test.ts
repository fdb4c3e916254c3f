import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loggedExposures } from '../../../infra/evaluation/logged-exposures.ts'
import { estimatesOf } from '../../../infra/evaluation/policy-estimates.ts'
import { policyTable } from '../../../infra/evaluation/policy-table.ts'
import { readDecisions } from '../../../infra/evaluation/read-decisions.ts'
import { VARIANTS } from '../../../models/learning/variants.ts'
import { Random } from '../../../models/random.ts'
import type { Sql } from '../../../streams/sql.ts'
import { freshSql } from '../sms/sms-fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'tarang-policy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (text: string) => {
  const path = join(folder, 'log.csv')
  writeFileSync(path, text)
  return path
}

describe('a log of decisions from a CSV', () => {
  test('is read with its arms by name, and every other column as a number of the context', async () => {
    const { arms, log } = await readDecisions(file('arm,x,propensity,reward,cluster\nb,1.5,0.5,1,ada\na,2,0.25,0,eve\n'))
    expect(arms).toEqual(['a', 'b'])
    expect(log).toEqual([
      { arm: 1, propensity: 0.5, reward: 1, features: [1.5], cluster: 'ada' },
      { arm: 0, propensity: 0.25, reward: 0, features: [2], cluster: 'eve' },
    ])
  })

  test.each([
    ['arm,reward\na,1\n', /no column propensity/],
    ['arm,propensity,reward\na,0,1\n', /line 2: a propensity is above 0/],
    ['arm,propensity,reward\na,1.5,1\n', /line 2: a propensity is above 0/],
    ['arm,propensity,reward\na,0.5,yes\n', /line 2: expected a number in column reward, got "yes"/],
    ['arm,propensity,reward,x\na,0.5,1,\n', /line 2: expected a number in column x/],
    ['arm,propensity,reward\na,0.5\n', /Invalid Record Length/],
    ['arm,propensity,reward\n', /no row below its header/],
    ['', /no row below its header/],
  ])('%j is refused with what is wrong', async (text, message) => {
    await expect(readDecisions(file(text))).rejects.toThrow(message)
  })

  test('the table tells every arm by every estimator, and what to be wary of', async () => {
    const random = new Random('policy table', 1)
    const rows = Array.from({ length: 2000 }, () => {
      const arm = random.chance(0.9) ? 'usual' : 'new'
      return `${arm},${arm === 'usual' ? 0.9 : 0.1},${random.chance(arm === 'usual' ? 0.1 : 0.3) ? 1 : 0},${random.float()}`
    })
    const logged = await readDecisions(file(['arm,propensity,reward,x', ...rows, 'rare,0.001,0,0.5'].join('\n')))
    const estimates = estimatesOf(logged)
    const [better, , usual] = estimates.arms
    expect([better!.arm, better!.dr.low > usual!.dr.high]).toEqual(['new', true])
    const table = policyTable(estimates)
    expect(table).toMatch(/^2001 decisions; as they were made, 0\.1\d+ a decision/)
    expect(table).toMatch(/^new +\d+ +0\.\d{4} +0\.\d{4} to 0\.\d{4}/m)
    expect(table).toMatch(/^rare: worth only 1 decisions/m)
  })
})

describe('decisions from exposures', () => {
  let sql: Sql
  beforeAll(async () => {
    sql = await freshSql()
  })
  afterAll(() => sql.close())
  beforeEach(() => sql.script('TRUNCATE exposures'))

  const expose = (
    id: string,
    variant: string,
    by: string,
    more: { clicked?: string[]; bought?: string[]; revenue?: number } = {},
  ) =>
    sql.query(
      `INSERT INTO exposures (recommendation_id, hour, customer_id, at, variant, propensity, context, items, made, clicked, bought, revenue)
       VALUES ($1, 1, 'ada', 1000, $2, 0.25, '{1,0.5}', '[]', $3::jsonb, $4, $5, $6)`,
      [id, variant, JSON.stringify({ lineage: { choice: { by } } }), more.clicked ?? [], more.bought ?? [], more.revenue ?? 0],
    )

  test('are those whose variant was a choice, with the reward that is asked for', async () => {
    await expose('r1', 'varied', 'thompson', { clicked: ['tea'], bought: ['cup'], revenue: 25_000 })
    await expose('r2', 'default', 'linear')
    await expose('r3', 'default', 'rule', { clicked: ['tea'] })
    const rewards = async (reward: Parameters<typeof loggedExposures>[2]) =>
      (await loggedExposures(sql, VARIANTS, reward)).log.map(one => [VARIANTS[one.arm], one.reward]).sort()
    expect(await rewards('any')).toEqual([
      ['default', 0],
      ['varied', 1],
    ])
    expect(await rewards('revenue')).toEqual([
      ['default', 0],
      ['varied', 2.5],
    ])
    expect((await loggedExposures(sql, VARIANTS, 'click')).log[0]).toMatchObject({
      propensity: 0.25,
      features: [0.5],
      cluster: 'ada',
    })
  })

  test('where there are none, or the instant is none, that is said', async () => {
    await expect(loggedExposures(sql, VARIANTS, 'any')).rejects.toThrow(/once 100 lists were looked up/)
    await expect(loggedExposures(sql, VARIANTS, 'any', 'yesterday')).rejects.toThrow(/--since: expected an instant/)
  })
})
