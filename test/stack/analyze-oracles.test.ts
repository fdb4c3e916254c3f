import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adjustedRand } from '../../models/analytics/clusters/adjusted-rand.ts'
import { buyerGroups, groupOf } from '../../producers/shop/ledger/buyer-groups.ts'
import { ledger } from '../../producers/shop/ledger/ledger.ts'
import { writeLedger } from '../../producers/shop/ledger/write-ledger.ts'
import { describeOracles, type Oracle } from '../support/oracles.ts'
import { cdnowFiles, onlineRetailFiles, type ShopFilePaths } from '../support/public-shops.ts'
import { cdnow, onlineRetail } from '../support/published-totals.ts'
import { type Analysed, type Row, runAnalyze } from '../support/run-analyze.ts'
import { sharedData, testWithData } from '../support/shared-data.ts'
import { skipLoudly } from '../support/stack.ts'
import { oracle } from '../support/value-oracle.ts'

const [RETAIL, CDNOW] = ['online-retail.csv.gz', 'cdnow.csv.gz']
/** The instant after the last day of both: what recency is measured from. */
const [RETAIL_AS_OF, CDNOW_AS_OF] = ['2011-10-01', '1997-10-01']
const KS = [2, 3, 4, 5, 6, 7, 8, 9, 10]
const PATIENCE = 300_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-analyze-'))
})
afterAll(() => rm(folder, { recursive: true }))

const name = 'tarang analyze beside other people’s programs'
if (existsSync(join(import.meta.dirname, '../../infra/cli/analyze.ts'))) describeOracles(name, compare)
else skipLoudly(name, 'no tarang analyze yet')

function compare(ask: Oracle): void {
  testWithData(
    'Online Retail: totals as published, customers row by row as pandas has them, clusters as scikit-learn has them',
    [RETAIL],
    async () => {
      const files = await onlineRetailFiles(join(folder, 'retail'))
      const analysed = await runAnalyze(files, join(folder, 'retail', 'out'), ['--as-of', RETAIL_AS_OF])
      const { customersWithPurchase, orders, gross, net } = onlineRetail
      await expectTotals(analysed, { buyers: customersWithPurchase, orders, gross: Number(gross), net: Number(net) })
      const problem = (await analysed.table('problems')).find(
        ({ column, treatment }) => column === 'customer_id' && treatment === 'left_out',
      )
      const ofNobody = (await readFile(files.transactions, 'utf8')).match(/^[^,\n]*,,/gm)!.length
      expect([problem?.file, Number(problem?.rows)]).toEqual(['transactions', ofNobody])
      // By the file as it was published: that it became three others in between changes nothing.
      const theirs = rowsOf(await ask('rfm.py', sharedData(RETAIL), RETAIL_AS_OF))
      expectScores(
        analysed.rfm,
        theirs.map(({ customer, ...row }) => ({ ...row, customer_id: customer! })),
      )
      const judged = await expectClusters(ask, analysed, files, RETAIL_AS_OF)
      const chosen = (await analysed.table('cluster_choice')).find(({ k }) => Number(k) === judged.k)!
      expect(Number(chosen.silhouette)).toBeCloseTo(judged.silhouette!, 4)
    },
    PATIENCE,
  )

  testWithData(
    'CDNOW: totals as published, customers row by row as pandas has them, clusters as scikit-learn has them',
    [CDNOW],
    async () => {
      const files = await cdnowFiles(join(folder, 'cdnow'), '0.00')
      const analysed = await runAnalyze(files, join(folder, 'cdnow', 'out'))
      const [buyers, gross] = [cdnow.customersWithPurchase, Number(cdnow.gross)]
      await expectTotals(analysed, { buyers, orders: cdnow.orders, gross, net: gross })
      expectScores(analysed.rfm, rowsOf(await ask('rfm_of_files.py', files.transactions, CDNOW_AS_OF)))
      await expectClusters(ask, analysed, files, CDNOW_AS_OF)
    },
    PATIENCE,
  )

  testWithData(
    'CDNOW, 39 weeks: BG/NBD as published, and as lifetimes has it to three decimals',
    [CDNOW],
    async () => {
      const files = await cdnowFiles(join(folder, 'free'), '0.0001')
      const analysed = await runAnalyze(files, join(folder, 'free', 'out'))
      const [value] = await analysed.table('value')
      const published = { r: 0.2516, alpha: 4.789, a: 0.7234, b: 2.161 }
      for (const [parameter, one] of Object.entries(published)) expect(Number(value![parameter]), parameter).toBeCloseTo(one, 2)
      for (const [parameter, one] of Object.entries(oracle.bgNbd.lifetimes))
        expect(Number(value![parameter]), parameter).toBeCloseTo(one, 3)
    },
    PATIENCE,
  )

  test(
    'a generated shop: clusters are the groups that its customers were made in, rows those of pandas',
    async () => {
      const [customers, until] = [4000, '2026-01-01']
      const where = join(folder, 'planted')
      const options = { seed: 1, customers, products: 200, lines: 20, until: Date.parse(until), days: 762 }
      await writeLedger(ledger(options), where, () => {})
      const [of, products, transactions] = ['customers', 'products', 'transactions'].map(file => join(where, `${file}.csv`))
      const files = { customers: of!, products: products!, transactions: transactions! }
      const { rfm, json } = await runAnalyze(files, join(where, 'out'), ['--as-of', until])
      expectScores(rfm, rowsOf(await ask('rfm_of_files.py', files.transactions, until)))
      const planted = Int32Array.from(rfm, row => buyerGroups.indexOf(groupOf(Number(row.customer_id!.slice(-6)) - 1)))
      const found = Int32Array.from(rfm, row => Number(row.cluster))
      expect(adjustedRand(found, planted)).toBeGreaterThan(0.9)
      expect((await json('clusters.json')).k).toBe(buyerGroups.length)
    },
    PATIENCE,
  )
}

interface Totals {
  readonly buyers: number
  readonly orders: number
  readonly gross: number
  readonly net: number
}

/** Of buyers alone, whose sums are what was published: so net is that of the segments, while `overview` has refunds of others too. */
async function expectTotals({ table }: Analysed, { buyers, orders, gross, net }: Totals): Promise<void> {
  const [overview] = await table('overview')
  expect([Number(overview!.buyers), Number(overview!.orders)]).toEqual([buyers, orders])
  expect(Number(overview!.gross)).toBeCloseTo(gross, 0)
  const segments = await table('segments')
  const sumOf = (column: string) => segments.reduce((sum, row) => sum + Number(row[column]), 0)
  expect([sumOf('customers'), sumOf('orders')]).toEqual([buyers, orders])
  expect(sumOf('gross')).toBeCloseTo(gross, 0)
  expect(sumOf('net')).toBeCloseTo(net, 0)
}

const rowsOf = (text: string): Row[] => parse(text, { columns: true })

/** Facts and quintiles of both conventions, customer by customer. Theirs has money in 1/10,000; ours in the major unit, to a hundredth at least. */
function expectScores(ours: readonly Row[], theirs: readonly Row[]): void {
  const buyers = ours.filter(row => row.r !== '')
  const scores = ['r', 'f', 'm', 'r_first', 'f_first', 'm_first']
  const line = (row: Row, orders: string) =>
    [row.customer_id!, row.recency, row[orders], ...scores.map(score => row[score])].join()
  expect(buyers.map(row => line(row, 'frequency')).sort()).toEqual(theirs.map(row => line(row, 'orders')).sort())
  const gross = new Map(theirs.map(row => [row.customer_id, Number(row.gross) / 10_000]))
  for (const row of buyers) expect(Math.abs(Number(row.monetary) - gross.get(row.customer_id)!)).toBeLessThan(0.0051)
}

interface Judged {
  readonly rows: number
  readonly k: number
  readonly inertia: number
  readonly silhouette: number | null
  readonly best: Readonly<Record<string, number>>
}

/** Of every k the inertia is scikit-learn’s best or within 0.1 % of it; of the chosen one its clusters have the inertia that is told. */
async function expectClusters(ask: Oracle, analysed: Analysed, files: ShopFilePaths, asOf: string): Promise<Judged> {
  const rfm = join(analysed.folder, 'rfm.csv')
  const judged = JSON.parse(await ask('clusters_of_files.py', files.transactions, asOf, rfm, KS.join())) as Judged
  const choice = await analysed.table('cluster_choice')
  expect(choice.map(({ k }) => Number(k))).toEqual(KS)
  for (const { k, inertia } of choice) expect(Number(inertia) / judged.best[k!]!, `inertia of k = ${k}`).toBeLessThan(1.001)
  const told = await analysed.json('clusters.json')
  expect(told.k).toBe(judged.k)
  expect(Number(told.inertia) / judged.inertia).toBeCloseTo(1, 6)
  return judged
}
