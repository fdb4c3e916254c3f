import { randomUUID } from 'node:crypto'
import { type CampaignMove, type CampaignStanding, moved } from '../../models/flow/campaign-moves.ts'
import type { Flow } from '../../schemas/flow.ts'
import type { Campaign, Campaigns, Changed, CheckedFlow, Who } from '../../serving/ports/campaigns.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Sql, Tx } from '../../streams/sql.ts'
import { campaignOf, changeOf, entryOf, FOUND } from './campaign-rows.ts'
import { writeWord } from './write-word.ts'

export interface CampaignParts {
  readonly sql: Sql
  readonly clock: Clock
  /** The shop's (IANA name). */
  readonly zone: string
  /** Called after a commit that there is something for the log. */
  readonly written: () => void
}

const DONE = { launch: 'launched', pause: 'paused', resume: 'resumed', stop: 'stopped' } as const

/** Campaigns in Postgres. A change, who made it, and what the log is to hear of it are one transaction under the lock of the campaign's row. */
export function sqlCampaigns({ sql, clock, zone, written }: CampaignParts): Campaigns {
  async function create({ flow, report }: CheckedFlow, who: Who): Promise<Campaign> {
    const [id, at] = [`cmp_${randomUUID()}`, clock.now()]
    const campaign = await sql.transaction(async tx => {
      const name = await nameOf(tx, who)
      await tx.query(
        `INSERT INTO campaigns (id, status, revision, version, report, checked_at, created_at, created_by, changed_at, changed_by)
         VALUES ($1, 'draft', 1, 1, $2, $3, $3, $4, $3, $4)`,
        [id, JSON.stringify(report), at, name],
      )
      await keepVersion(tx, id, 1, flow)
      await audit(tx, { at, name, who, what: 'created', id, before: null, after: draft(1) })
      return (await found(tx, id))!
    })
    return campaign
  }

  const edit = (id: string, { flow, report }: CheckedFlow, revision: number | undefined, who: Who): Promise<Changed> =>
    changing(id, revision, async (tx, campaign) => {
      if (campaign.status === 'stopped') return 'refused'
      const [at, name, version] = [clock.now(), await nameOf(tx, who), campaign.version + 1]
      await keepVersion(tx, id, version, flow)
      await tx.query(
        `UPDATE campaigns SET version = $2, revision = revision + 1, report = $3, checked_at = $4, changed_at = $4, changed_by = $5
         WHERE id = $1`,
        [id, version, JSON.stringify(report), at, name],
      )
      const before = briefly(campaign)
      await audit(tx, { at, name, who, what: 'edited', id, before, after: { ...before, version } })
      return 'changed'
    })

  const move = async (id: string, to: CampaignMove, revision: number | undefined, who: Who): Promise<Changed> => {
    const done = await changing(id, revision, async (tx, campaign) => {
      const before = briefly(campaign)
      const after = moved(before, to)
      if (after === undefined) return 'refused'
      if (after === before) return 'changed'
      const name = await nameOf(tx, who)
      const at = await writeWord(
        tx,
        { clock, zone },
        {
          id,
          version: after.liveVersion!,
          status: after.status as 'running' | 'paused' | 'stopped',
          ...(to !== 'launch' && { launchedAt: campaign.launchedAt! }),
        },
      )
      await tx.query(
        `UPDATE campaigns SET status = $2, live_version = $3, launched_at = $4, revision = revision + 1, changed_at = $5, changed_by = $6 WHERE id = $1`,
        [id, after.status, after.liveVersion, to === 'launch' ? at : campaign.launchedAt, at, name],
      )
      await audit(tx, { at, name, who, what: DONE[to], id, before, after })
      return 'changed'
    })
    written()
    return done
  }

  /** Under the lock of the row; `work` says whether it changed anything. */
  const changing = (
    id: string,
    revision: number | undefined,
    work: (tx: Tx, campaign: Campaign) => Promise<'changed' | 'refused'>,
  ): Promise<Changed> =>
    sql.transaction(async tx => {
      const locked = await tx.query('SELECT id FROM campaigns WHERE id = $1 FOR UPDATE', [id])
      if (locked.length === 0) return { outcome: 'unknown' }
      const campaign = (await found(tx, id))!
      if (revision !== undefined && revision !== campaign.revision) return { outcome: 'stale', campaign }
      const outcome = await work(tx, campaign)
      return { outcome, campaign: outcome === 'changed' ? (await found(tx, id))! : campaign }
    })

  return {
    create,
    edit,
    move,
    get: id => found(sql, id),
    async list({ limit, from }, status) {
      const rows = await sql.query(
        `${FOUND} WHERE ($1::bigint IS NULL OR c.seq < $1) AND ($2::text IS NULL OR c.status = $2) ORDER BY c.seq DESC LIMIT $3`,
        [from ?? null, status ?? null, limit],
      )
      return rows.map(entryOf)
    },
    async keepReport(id, version, report) {
      await sql.query('UPDATE campaigns SET report = $3, checked_at = $4 WHERE id = $1 AND version = $2', [
        id,
        version,
        JSON.stringify(report),
        clock.now(),
      ])
    },
    async history(id, { limit, from }) {
      const rows = await sql.query(
        `SELECT seq, at, who, what, before, after FROM audit_log
         WHERE kind = 'campaign' AND id = $1 AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
        [id, from ?? null, limit],
      )
      return rows.map(changeOf)
    },
  }
}

async function found(tx: Tx, id: string): Promise<Campaign | undefined> {
  const [row] = await tx.query(`${FOUND} WHERE c.id = $1`, [id])
  return row === undefined ? undefined : campaignOf(row)
}

const keepVersion = (tx: Tx, id: string, version: number, flow: Flow) =>
  tx.query('INSERT INTO campaign_versions (campaign_id, version, flow) VALUES ($1, $2, $3)', [id, version, JSON.stringify(flow)])

/** A line in a campaign's history that changes nothing: somebody rehearsed its newest version. */
export async function noteRehearsed(tx: Tx, campaign: Campaign, at: number, who: Who): Promise<void> {
  const standing = briefly(campaign)
  await audit(tx, { at, name: await nameOf(tx, who), who, what: 'rehearsed', id: campaign.id, before: standing, after: standing })
}

/** The name that a key has now: names may change, and what was done stays. */
async function nameOf(tx: Tx, who: Who): Promise<string> {
  if (who === undefined) return 'open'
  const [row] = await tx.query('SELECT name FROM api_keys WHERE id = $1', [who.id])
  return (row?.name as string | undefined) ?? who.id
}

interface Audited {
  readonly at: number
  readonly name: string
  readonly who: Who
  readonly what: string
  readonly id: string
  readonly before: CampaignStanding | null
  readonly after: CampaignStanding
}

const audit = (tx: Tx, { at, name, who, what, id, before, after }: Audited) =>
  tx.query(
    `INSERT INTO audit_log (at, who, key_id, what, kind, id, before, after) VALUES ($1, $2, $3, $4, 'campaign', $5, $6::jsonb, $7::jsonb)`,
    [at, name, who?.id ?? null, what, id, before && JSON.stringify(before), JSON.stringify(after)],
  )

const draft = (version: number): CampaignStanding => ({ status: 'draft', version, liveVersion: null })

const briefly = ({ status, version, liveVersion }: CampaignStanding): CampaignStanding => ({ status, version, liveVersion })
