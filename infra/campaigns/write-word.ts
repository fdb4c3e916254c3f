import { campaignRecord } from '../../producers/campaign-record.ts'
import type { CampaignTold } from '../../schemas/campaign.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Tx } from '../../streams/sql.ts'
import { namedCategories } from './named-categories.ts'

/** A campaign as the log is to hear of it. `launchedAt` is absent where this is its launch. */
export interface Word {
  readonly id: string
  readonly version: number
  readonly status: CampaignTold['status']
  readonly launchedAt?: number
}

/** Writes what the log is to hear, with what was learnt of the version's variants; answers as of when. Under the lock of the campaign's row. */
export async function writeWord(
  tx: Tx,
  { clock, zone }: { readonly clock: Clock; readonly zone: string },
  { id, version, status, launchedAt }: Word,
): Promise<number> {
  const [last] = await tx.query('SELECT told_at FROM campaigns WHERE id = $1', [id])
  const at = Math.max(clock.now(), (last!.told_at as number) + 1)
  const flow = await versionOf(tx, id, version)
  const categories = await namedCategories(tx, flow)
  const shares = await sharesOf(tx, id, version)
  const { value } = campaignRecord({
    id,
    version,
    status,
    at,
    launchedAt: launchedAt ?? at,
    zone,
    flow,
    launches: launchedAt === undefined,
    ...(categories.length > 0 && { categories }),
    ...(shares !== undefined && { shares }),
  })
  await tx.query('INSERT INTO campaign_words (id, campaign_id, status, told) VALUES ($1, $2, $3, $4)', [
    `${id} ${at}`,
    id,
    status,
    JSON.stringify(value.campaign),
  ])
  await tx.query('UPDATE campaigns SET told_at = $2 WHERE id = $1', [id, at])
  return at
}

/** By step and variant, as they were told last; undefined before. */
export async function sharesOf(tx: Tx, id: string, version: number): Promise<CampaignTold['shares']> {
  const [newest] = await tx.query(
    'SELECT shares FROM campaign_shares WHERE campaign_id = $1 AND version = $2 ORDER BY at DESC LIMIT 1',
    [id, version],
  )
  return newest && JSON.parse(newest.shares as string)
}

async function versionOf(tx: Tx, id: string, version: number): Promise<Flow> {
  const [row] = await tx.query('SELECT flow FROM campaign_versions WHERE campaign_id = $1 AND version = $2', [id, version])
  return JSON.parse(row!.flow as string) as Flow
}
