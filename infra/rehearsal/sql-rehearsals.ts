import type { RehearsedCampaign } from '../../consumers/rehearsal.ts'
import { expectedResponse } from '../../models/flow/rehearse/expected-response.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { Attribution } from '../../serving/ports/attribution.ts'
import type { Campaign } from '../../serving/ports/campaigns.ts'
import type { CampaignClicks } from '../../serving/ports/links.ts'
import type { RehearsalResult, Rehearsals, Rehearsed } from '../../serving/ports/rehearsals.ts'
import type { Clock } from '../../streams/clock.ts'
import { deadline } from '../../streams/deadline.ts'
import type { Sql } from '../../streams/sql.ts'
import { namedCategories } from '../campaigns/named-categories.ts'
import { noteRehearsed } from '../campaigns/sql-campaigns.ts'
import type { Config } from '../config.ts'
import { type HistoryProgress, type HistoryReader, keptHistory } from './kept-history.ts'
import { pastResponse } from './past-response.ts'
import { rangeOf, rehearsalPlan, speedOf } from './rehearsal-setup.ts'
import { RehearsalTooLarge, rehearseApart } from './rehearse-apart.ts'

export interface RehearsalParts extends HistoryReader {
  readonly sql: Sql
  readonly clock: Clock
  readonly config: Config
  readonly clicks: CampaignClicks
  readonly attribution: Attribution
  /** How long one may take, in ms. */
  readonly budgetMs?: number
}

const BUDGET_MS = 120_000
const LONGEST_MS = 731 * 86_400_000
/** Live campaigns that run beside it, those changed last. */
const BESIDE = 20

/** Rehearsals over what the log has kept, one at a time: each reads all of it, and holds a state of each customer. */
export function sqlRehearsals(parts: RehearsalParts): Rehearsals {
  const { budgetMs = BUDGET_MS } = parts
  let isBusy = false
  return {
    async rehearse(campaign, wish, who, say, signal): Promise<Rehearsed> {
      const range = rangeOf(wish, await lastOf(parts))
      if (!(range.from < range.to) || range.to - range.from > LONGEST_MS) return { outcome: 'range' }
      if (isBusy) return { outcome: 'busy' }
      isBusy = true
      const budget = deadline(parts.clock, budgetMs, signal)
      try {
        const told = (progress: HistoryProgress) => say({ type: 'reading', records: progress.read, of: progress.all })
        const given = { ...range, reachable: wish.reachable }
        const result = await rehearsed(parts, campaign, given, told, () => say({ type: 'counting' }), budget.signal)
        await noteRehearsed(parts.sql, campaign, parts.clock.now(), who)
        return { outcome: 'done', result }
      } catch (error) {
        if (signal.aborted) return { outcome: 'stopped' }
        if (budget.signal.aborted) return { outcome: 'late' }
        if (error instanceof RehearsalTooLarge) return { outcome: 'too_large' }
        throw error
      } finally {
        budget.done()
        isBusy = false
      }
    },
  }
}

async function rehearsed(
  parts: RehearsalParts,
  campaign: Campaign,
  given: { readonly from: number; readonly to: number; readonly reachable: boolean },
  onProgress: (progress: HistoryProgress) => void,
  onCounting: () => void,
  signal: AbortSignal,
): Promise<RehearsalResult> {
  const { sql, config } = parts
  const { currency } = config.shop
  const own = await madeReady(sql, campaign.id, campaign.version, campaign.flow)
  const plan = rehearsalPlan(config, { campaign: own, beside: await liveCampaigns(sql, campaign.id), ...given, currency })
  let keptSince = 0
  const history = keptHistory(parts, {
    signal,
    onProgress: progress => {
      keptSince = progress.keptSince
      onProgress(progress)
    },
  })
  const report = await rehearseApart(plan, history, signal)
  onCounting()
  const past = await pastResponse(sql, parts.clicks, parts.attribution)
  return {
    report,
    speed: speedOf(config),
    pricePerPart: config.texts.price,
    currency,
    expected: expectedResponse(past, report.texts),
    reachable: given.reachable,
    keptSince,
  }
}

/** The end of what happened: of a shop that was filled from a file that is long ago. */
export async function lastOf({ sql, clock }: Pick<RehearsalParts, 'sql' | 'clock'>): Promise<number> {
  const [row] = await sql.query('SELECT max(last_at) AS last FROM customers')
  return (row?.last as number | null | undefined) ?? clock.now()
}

/** A version of a campaign, with what its conditions need to know of products. */
export const madeReady = async (sql: Sql, id: string, version: number, flow: Flow): Promise<RehearsedCampaign> => ({
  id,
  version,
  flow,
  categories: (await namedCategories(sql, flow)).map(([product, category]) => [product!, category!] as const),
})

/** Campaigns that run, as they are now, but for one. */
export async function liveCampaigns(sql: Sql, except: string): Promise<RehearsedCampaign[]> {
  const rows = await sql.query(LIVE, [except, BESIDE])
  const all: RehearsedCampaign[] = []
  for (const { id, version, flow } of rows)
    all.push(await madeReady(sql, id as string, version as number, JSON.parse(flow as string) as Flow))
  return all
}

/** $1 the one that is rehearsed, $2 how many. */
const LIVE = `SELECT c.id, v.version, v.flow FROM campaigns c JOIN campaign_versions v ON v.campaign_id = c.id AND v.version = c.live_version
WHERE c.status = 'running' AND c.id <> $1 ORDER BY c.changed_at DESC, c.id LIMIT $2`
