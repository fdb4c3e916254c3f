import { join } from 'node:path'
import { type Beside, nothingBeside } from '../../models/recommendation-answer.ts'
import { behaviourSpace } from '../../models/similar/behaviour-space.ts'
import type { CustomerSpace } from '../../models/similar/customer-space.ts'
import { rankCampaigns, segmentFirst, unwantedOf } from '../../models/similar/rank-campaigns.ts'
import { textSpace } from '../../models/similar/text-space.ts'
import { IndexBusy } from '../../models/vectors/vector-index.ts'
import { recommendations } from '../../schemas/topics.ts'
import type { SimilarAnswer } from '../../serving/ports/similar.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Engine } from '../../streams/engine.ts'
import { generationOf } from '../../streams/generation.ts'
import type { Sql } from '../../streams/sql.ts'
import { textSpaces } from '../embeddings/text-spaces-table.ts'
import type { CurrentRanker } from '../training/current-ranker.ts'
import { campaignTies } from './campaign-ties.ts'
import { CustomerVectors } from './customer-vectors.ts'
import { ProductVectorCache } from './product-vector-cache.ts'
import { similarCustomers } from './similar-customers.ts'
import type { SpaceIndex } from './space-index.ts'

/** Campaigns come through so many customers alike, picked of so many; so many campaigns are told. */
const [VIA, REACH, CAMPAIGNS] = [50, 100, 5]
/** How often it is asked whether there is any campaign at all. */
const ASK_MS = 10_000

export interface AlikeParts {
  readonly engine: Engine
  readonly scorer: string
  readonly ranker: Pick<CurrentRanker, 'current'>
  readonly dataDir: string
  readonly maxBytes: number
}

/** Customers alike, and what comes of them. */
export interface Alike {
  /** Undefined for an unknown customer. */
  find(customerId: string, k: number): Promise<SimilarAnswer | undefined>
  beside(customerId: string): Promise<Beside>
  /** For gauges. */
  spaces(): readonly SpaceIndex[]
  follow(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Whoever opens it must run `follow`. */
export function openAlike({ engine, scorer, ranker, dataDir, maxBytes }: AlikeParts): Alike {
  const { sql, clock, log, names, warn } = engine
  const products = new ProductVectorCache(sql, clock)
  const { wanted, troubled } = wantedSpaces(sql, ranker)
  const vectors = new CustomerVectors({
    sql,
    log,
    clock,
    topic: names.of(recommendations),
    products,
    settings: { dir: join(dataDir, 'vectors'), maxBytes, warn },
    wanted,
    generation: () => generationOf(sql, scorer),
    productTexts: () => productTexts(sql),
    warn,
  })
  const degraded = () => [...new Set([...vectors.lacking(), ...(troubled() ? ['embeddings'] : [])])]
  const parts = { sql, products, spaces: () => vectors.answering(), degraded }
  const find = (customerId: string, k: number) => similarCustomers(parts, customerId, k)
  const anyTies = every(ASK_MS, clock, async () => (await sql.query('SELECT 1 FROM campaign_edges LIMIT 1')).length > 0)
  return {
    find,
    beside: async customerId => ((await anyTies()) ? campaignsOf(sql, find, customerId) : nothingBeside),
    spaces: () => vectors.all(),
    follow: signal => vectors.follow(signal),
    close: () => vectors.close(),
  }
}

/** The spaces there should be now, and whether a model of texts could not be asked when they were asked for: what it made stays in place. */
function wantedSpaces(sql: Sql, ranker: AlikeParts['ranker']) {
  let troubled = false
  const wanted = async (): Promise<CustomerSpace[]> => {
    const { spaces, troubles } = await textSpaces(sql)
    troubled = troubles.length > 0
    const held = ranker.current()
    const behaviour = held && behaviourSpace(held.rankerVersion, held.ranker.model)
    return [...spaces.map(textSpace), ...(behaviour === undefined ? [] : [behaviour])]
  }
  return { wanted, troubled: () => troubled }
}

/** Another number once the words of a product became vectors. */
async function productTexts(sql: Sql): Promise<number> {
  const [row] = await sql.query("SELECT coalesce(sum(log_offset), 0)::float8 AS reached FROM text_cursors WHERE kind = 'product'")
  return row!.reached as number
}

/** A list is never kept from anybody for want of campaigns. */
async function campaignsOf(sql: Sql, find: Alike['find'], customerId: string): Promise<Beside> {
  try {
    const alike = await find(customerId, REACH)
    if (alike === undefined) return nothingBeside
    const { degraded } = alike
    const customers = segmentFirst(alike.customers, VIA)
    const ties = await campaignTies(sql, [customerId, ...customers.map(one => one.customerId)])
    const own = ties.filter(tie => tie.customerId === customerId)
    return { campaigns: rankCampaigns(customers, ties, unwantedOf(own), CAMPAIGNS), degraded }
  } catch (error) {
    if (error instanceof IndexBusy) return { campaigns: [], degraded: ['similar'] }
    throw error
  }
}

/** What was asked for so long ago at most. */
function every<T>(ms: number, clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let kept: { readonly at: number; readonly answer: Promise<T> } | undefined
  return () => {
    if (kept !== undefined && clock.monotonic() - kept.at < ms) return kept.answer
    const answer = ask()
    kept = { at: clock.monotonic(), answer }
    answer.catch(() => (kept = undefined))
    return answer
  }
}
