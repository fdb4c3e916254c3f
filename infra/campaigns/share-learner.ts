import { learntShares, sharesByWeight, WORTH_TELLING } from '../../models/experiment/learnt-shares.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Journal } from '../../streams/journal.ts'
import { lease } from '../../streams/lease.ts'
import type { Dispatcher } from '../../streams/processor.ts'
import type { Sql } from '../../streams/sql.ts'
import { type VariantCounts, variantCounts } from './variant-counts.ts'
import { sharesOf, writeWord } from './write-word.ts'

export interface ShareParts {
  readonly sql: Sql
  readonly clock: Clock
  readonly journal: Journal
  /** The shop's (IANA name), which goes with each word. */
  readonly zone: string
  /** How long after a customer got a variant what they do counts for it. */
  readonly windowMs: number
  /** Called after a commit that there is something for the log. */
  readonly written: () => void
}

const EVERY_MS = 60_000
/** Counting takes at most one in so much of the time, however many customers there are. */
const AT_MOST = 20
/** Longer than two rounds are apart at first: whoever was at it stays. */
const LEASE_MS = 180_000

type Shares = Record<string, Record<string, number>>

/**
 * Learns how the variants of running campaigns that ask for it (`allocation: thompson`) are to be drawn, and tells the log: shares are a word on the campaign,
 * so flows stay a function of their records. One instance does, which spares work; two at once would tell the same.
 */
export function shareLearner(parts: ShareParts): Dispatcher {
  const { sql, clock } = parts
  const held = lease(sql, clock, 'campaign-shares', LEASE_MS)
  async function work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const begun = clock.monotonic()
      if (await held.mine()) await learnShares(parts)
      await clock.sleep(Math.max(EVERY_MS, AT_MOST * (clock.monotonic() - begun)), signal)
    }
  }
  return { kind: 'dispatcher', name: 'campaign-shares', run: signal => work(signal).finally(() => held.giveBack()) }
}

/** One round over all campaigns; answers how many got new shares. */
export async function learnShares(parts: ShareParts): Promise<number> {
  const running = await parts.sql.query(
    `SELECT c.id, c.live_version AS version, v.flow FROM campaigns c
     JOIN campaign_versions v ON v.campaign_id = c.id AND v.version = c.live_version
     WHERE c.status = 'running' AND v.flow LIKE '%"thompson"%' ORDER BY c.id`,
  )
  let told = 0
  for (const row of running) {
    const id = row.id as string
    const learnt = await learn(parts, id, row.version as number, JSON.parse(row.flow as string) as Flow)
    if (learnt === undefined || !(await tell(parts, id, row.version as number, learnt))) continue
    parts.journal.info('variants learnt', { campaignId: id, version: row.version, shares: learnt.shares })
    told++
  }
  if (told > 0) parts.written()
  return told
}

interface Learnt {
  readonly shares: Shares
  readonly counts: VariantCounts
}

/** Undefined where it is not worth a word. */
async function learn(
  { sql, windowMs }: ShareParts,
  campaignId: string,
  version: number,
  flow: Flow,
): Promise<Learnt | undefined> {
  const counts = await variantCounts(sql, { campaignId, version, flow, windowMs })
  const before = (await sharesOf(sql, campaignId, version)) ?? {}
  const shares: Shares = { ...before }
  let moved = false
  for (const step of flow.steps) {
    const own = Object.entries(counts[step.id] ?? {})
    const learnt = learntShares(own.map(([, tried]) => tried))
    if (step.type !== 'experiment' || learnt === undefined) continue
    const drawn = before[step.id] ?? sharesByWeight(step.variants)
    shares[step.id] = Object.fromEntries(own.map(([name], i) => [name, learnt[i]!]))
    moved ||= own.some(([name], i) => Math.abs(learnt[i]! - (drawn[name] ?? 0)) >= WORTH_TELLING)
  }
  return moved ? { shares, counts } : undefined
}

/** False where the campaign is another by now: what was learnt is not of it. */
const tell = ({ sql, clock, zone }: ShareParts, id: string, version: number, { shares, counts }: Learnt): Promise<boolean> =>
  sql.transaction(async tx => {
    const [campaign] = await tx.query(
      'SELECT status, live_version, launched_at, told_at FROM campaigns WHERE id = $1 FOR UPDATE',
      [id],
    )
    if (campaign?.status !== 'running' || campaign.live_version !== version) return false
    await tx.query('INSERT INTO campaign_shares (campaign_id, at, version, shares, counts) VALUES ($1, $2, $3, $4, $5)', [
      id,
      Math.max(clock.now(), (campaign.told_at as number) + 1),
      version,
      JSON.stringify(shares),
      JSON.stringify(counts),
    ])
    await writeWord(tx, { clock, zone }, { id, version, status: 'running', launchedAt: campaign.launched_at as number })
    return true
  })
