import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { adjustedRand } from '../../models/analytics/clusters/adjusted-rand.ts'
import { calinskiHarabasz } from '../../models/analytics/clusters/calinski-harabasz.ts'
import { candidateOf, ksOf } from '../../models/analytics/clusters/cluster-customers.ts'
import { silhouettesOf } from '../../models/analytics/clusters/silhouettes.ts'
import { type Standardised, standardise } from '../../models/analytics/clusters/standardise.ts'
import { rfmFeatures } from '../../models/analytics/rfm/rfm-features.ts'
import { RFM_FLAGS, rfmTable } from '../../models/analytics/rfm/rfm-table.ts'
import { codePointOrder } from '../../models/code-point-order.ts'
import { describeOracles } from '../support/oracles.ts'
import { cdnow, onlineRetailPlain } from '../support/published-totals.ts'
import { sharedData, testWithData } from '../support/shared-data.ts'
import { transactionsOf } from '../support/transactions-of.ts'

const AS_OF = '2011-10-01T00:00:00Z'
const RETAIL = 'online-retail.csv.gz'
/** Silhouettes are compared on so many of the rows: every pair of them is a distance. */
const SILHOUETTE_ROWS = 5000
/** scikit-learn takes its time. */
const PATIENCE = 300_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-oracles-'))
})
afterAll(() => rm(folder, { recursive: true }))

describeOracles('tables of customers as pandas and scikit-learn have them', ask => {
  testWithData('Online Retail: facts, quintiles of both conventions and outliers are those of pandas', [RETAIL], async () => {
    const { ids, facts } = await transactionsOf(sharedData(RETAIL), 'GBP')
    const table = rfmTable(facts, { asOf: Date.parse(AS_OF), byId: codePointOrder(ids), newDays: 30 })
    const ours = [...ids.keys()]
      .filter(c => facts.orders[c]! > 0)
      .map(c => {
        const { firstAt, lastAt, orders, gross, net } = facts
        const scores = [table.r, table.f, table.m].flatMap(({ tied, first }) => [tied[c], first[c]])
        const outliers = [RFM_FLAGS.recency, RFM_FLAGS.frequency, RFM_FLAGS.monetary].map(bit => +((table.flags[c]! & bit) > 0))
        const known = [ids[c], firstAt[c], lastAt[c], orders[c], gross[c], net[c], table.recencyDays[c]]
        return [...known, ...scores, ...outliers].join(',')
      })
    const [header, ...theirs] = (await ask('rfm.py', sharedData(RETAIL), AS_OF.slice(0, 10))).trim().split('\n')
    expect(header).toBe(
      'customer,first_at,last_at,orders,gross,net,recency,r,r_first,f,f_first,m,m_first,recency_outlier,orders_outlier,gross_outlier',
    )
    expect(ours.sort()).toEqual(theirs.sort())
    expect(ours.length).toBe(onlineRetailPlain.customers)
  })

  testWithData(
    'Online Retail: every k is clustered as well as scikit-learn’s best, and judged the same',
    [RETAIL],
    async () => {
      const { facts } = await transactionsOf(sharedData(RETAIL), 'GBP')
      const { features, customers } = rfmFeatures(facts, Date.parse(AS_OF))
      await compare(standardise(features, customers.length), 10)
    },
    PATIENCE,
  )

  testWithData(
    'CDNOW: the same of more customers than starts are made on',
    ['cdnow.csv.gz'],
    async () => {
      const { facts } = await transactionsOf(sharedData('cdnow.csv.gz'), 'USD')
      const { features, customers } = rfmFeatures(facts, Date.parse('1997-10-01T00:00:00Z'))
      expect(customers.length).toBe(cdnow.customersWithPurchase)
      await compare(standardise(features, customers.length), 10)
    },
    PATIENCE,
  )

  async function compare(standard: Standardised, maxClusters: number): Promise<void> {
    const { points, dimensions, rows } = standard
    const found = ksOf(standard, maxClusters).map(k => candidateOf(standard, k, 42))
    const total = candidateOf(standard, 1, 42).clusters.inertia
    const labels = Object.fromEntries(found.map(({ k, clusters }) => [k, [...clusters.of]]))
    const rowsOf = Array.from({ length: rows }, (_, i) => [...points.subarray(i * dimensions, (i + 1) * dimensions)])
    await writeFile(join(folder, 'points.json'), JSON.stringify(rowsOf))
    await writeFile(join(folder, 'labels.json'), JSON.stringify(labels))
    const theirs = JSON.parse(await ask('clusters.py', folder, `${SILHOUETTE_ROWS}`)) as Judged[]
    const silhouettes = silhouettesOf(
      points.subarray(0, SILHOUETTE_ROWS * dimensions),
      dimensions,
      found.map(({ clusters }) => clusters.of.subarray(0, SILHOUETTE_ROWS)),
    )
    for (const [at, { k, clusters }] of found.entries()) {
      const judged = theirs.find(one => one.k === k)!
      expect(clusters.inertia / judged.bestInertia, `inertia of k = ${k}`).toBeLessThan(1.001)
      expect(silhouettes[at]!.mean, `silhouette of k = ${k}`).toBeCloseTo(judged.silhouette, 4)
      const density = calinskiHarabasz(total, clusters.inertia, rows, k)!
      expect(density / judged.calinskiHarabasz, `Caliński–Harabasz of k = ${k}`).toBeCloseTo(1, 6)
      expect(adjustedRand(clusters.of, Int32Array.from(judged.theirs))).toBeCloseTo(judged.agreement, 9)
    }
  }
})

interface Judged {
  readonly k: number
  readonly bestInertia: number
  readonly agreement: number
  readonly silhouette: number
  readonly calinskiHarabasz: number
  readonly theirs: number[]
}
