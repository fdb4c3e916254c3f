import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTarang } from '../../support/run-tarang.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-analyze-'))
  const { code, stderr } = await runTarang([
    'generate',
    '--customers',
    '150',
    '--products',
    '40',
    '--csv',
    folder,
    '--until',
    '2026-01-01',
  ])
  expect([code, stderr.includes('Error')]).toEqual([0, false])
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const files = (own: Readonly<Record<string, string>> = {}): string[] =>
  ['customers', 'products', 'transactions'].flatMap(name => [`--${name}`, own[name] ?? join(folder, `${name}.csv`)])
const analyze = (...options: string[]) => runTarang(['analyze', ...options])
const rowsOf = (path: string): string[] => readFileSync(join(folder, path), 'utf8').trimEnd().split('\n')

describe('tarang analyze', () => {
  test('writes all that the contract names, and says in JSON what it found', async () => {
    const variants = join(folder, 'variants.json')
    await writeFile(variants, JSON.stringify([{ name: 'SMS 10 %', conversion: 0.05, discount: 0.1, cost: 2.5 }]))
    const { code, stdout, stderr } = await analyze(
      ...files(),
      '--out',
      join(folder, 'out'),
      '--currency',
      'PKR',
      '--simulate',
      variants,
      '--json',
    )
    expect([code, stderr]).toEqual([0, expect.stringContaining('analysed 150 customers')])
    const found = JSON.parse(stdout)
    expect(found.overview).toMatchObject({ customers: 150 })
    // So few customers do not tell how often lists come true.
    expect(found.degraded).toEqual([{ stage: 'recommend', says: expect.stringMatching(/too few .* no revenue/) }])
    for (const name of [
      'rfm.csv',
      'clusters.json',
      'recommendations.csv',
      'report.html',
      'report.pdf',
      'report.ur.html',
      'report.ur.pdf',
      'validation.json',
    ])
      expect(existsSync(join(folder, 'out', name)), name).toBe(true)
    expect(readdirSync(join(folder, 'out/charts')).filter(name => name.endsWith('.png')).length).toBeGreaterThan(8)
    expect(readdirSync(join(folder, 'out')).filter(name => name.endsWith('.part'))).toEqual([])
    const [head, ...rows] = rowsOf('out/rfm.csv')
    expect(head).toMatch(
      /^customer_id,recency,frequency,monetary,r,f,m,segment,recency_outlier,frequency_outlier,monetary_outlier,single_purchase,new_customer,cluster/,
    )
    expect(rows.length).toBe(150)
    const lists = rowsOf('out/recommendations.csv')
      .slice(1)
      .map(row => row.split(','))
    expect(lists.length).toBeGreaterThan(0)
    for (const [, , rank, confidence, ...worth] of lists) {
      expect([Number(rank) <= 3, Number(confidence) >= 0.2]).toEqual([true, true])
      expect(worth.slice(0, 4)).toEqual(['', '', '', ''])
    }
    expect(rowsOf('out/tables/simulation.csv').length).toBe(3)
  }, 120_000)

  test('gives the same bytes for the same files, options and seed', async () => {
    const outs = ['one', 'two'].map(name => join(folder, name))
    for (const out of outs) expect((await analyze(...files(), '--out', out, '--languages', 'en')).code).toBe(0)
    const [one, two] = outs.map(out =>
      ['rfm.csv', 'clusters.json', 'recommendations.csv', 'report.html', 'report.pdf'].map(name => readFileSync(join(out, name))),
    )
    for (const [at, bytes] of one!.entries()) expect(bytes.equals(two![at]!)).toBe(true)
  }, 120_000)

  test.each<[string, () => string[], RegExp]>([
    ['a file that is not there', () => files({ products: '/nowhere/products.csv' }), /products\.csv is not there/],
    ['a column that is missing', () => files({ transactions: join(folder, 'customers.csv') }), /transaction_id|purchase_date/],
    ['a file too few', () => files().slice(0, 4), /all three files/],
    ['variants that are no JSON', () => [...files(), '--simulate', join(folder, 'products.csv')], /--simulate: .*products\.csv/],
    ['a confidence above 1', () => [...files(), '--min-confidence', '2'], /from 0 to 1/],
    ['more clusters than anybody tells apart', () => [...files(), '--max-clusters', '1000000'], /from 1 to 50/],
    ['lists as long as a catalogue', () => [...files(), '--recommendations', '100000000'], /from 1 to 100/],
    ['a horizon of thousands of years', () => [...files(), '--horizon', '100000000'], /from 1 to 36400/],
    ['a language nobody wrote', () => [...files(), '--languages', 'fr'], /en, ur or en,ur/],
  ])(
    'tells of %s in a sentence, and not by a stack',
    async (_, options, says) => {
      const { code, stderr } = await analyze(...options(), '--out', join(folder, 'bad'))
      expect(code).toBe(1)
      expect(stderr).toMatch(says)
      expect(stderr).not.toMatch(/\n\s+at /)
    },
    60_000,
  )

  test('leaves a file alone that stands where its folder should be', async () => {
    const out = join(folder, 'customers.csv')
    const { code, stderr } = await analyze(...files(), '--out', out)
    expect([code, stderr]).toEqual([1, expect.stringContaining('is a file')])
    expect(rowsOf('customers.csv').length).toBe(151)
  }, 60_000)
})
