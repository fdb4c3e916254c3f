import { randomUUID } from 'node:crypto'
import { MOMENT } from '../moment.ts'
import type { Sql, Tx } from '../sql.ts'
import { createBeside, dropBeside } from './beside-tables.ts'
import { homeSchema } from './in-schema.ts'
import { type RebuildPlan, RebuildRefused } from './plan.ts'

/** A rebuild that is under way, and that this process works on. */
export interface Claimed {
  readonly generation: number
  /** Where its tables are. */
  readonly schema: string
  readonly home: string
  readonly token: string
  /** An earlier process left it unfinished. */
  readonly resumed: boolean
}

export interface Asked {
  readonly name: string
  readonly plan: RebuildPlan
  /** Names the code that folds. */
  readonly code: string
  readonly fromStart: boolean
  readonly now: number
}

/** How long a rebuild belongs to a process that says nothing more. */
export const LEASE_MS = 10_000

/** Another process works on a rebuild, or died a moment ago. */
export class RebuildBusy extends Error {
  override readonly name = 'RebuildBusy'
}

/** Begins a rebuild, or goes on with one that was left unfinished. One at a time: two could want the same tables. */
export async function claim(sql: Sql, asked: Asked): Promise<Claimed> {
  const token = `rebuild ${randomUUID()}`
  return sql.transaction(async tx => {
    await tx.script('LOCK TABLE rebuilds IN EXCLUSIVE MODE')
    const home = await homeSchema(tx)
    const [running] = await tx.query(
      `SELECT generation, processor, code, lease_until > ${MOMENT} AS busy FROM rebuilds WHERE status = 'running'`,
    )
    if (running !== undefined) {
      if (running.busy === true)
        throw new RebuildBusy(`A rebuild of ${running.processor} is being worked on by another process: wait for it to end.`)
      const generation = running.generation as number
      refuseAnother(running.processor as string, asked.name)
      if (!asked.fromStart) {
        refuseOtherCode(running.code as string, asked)
        await tx.query(`UPDATE rebuilds SET token = $2, lease_until = ${MOMENT} + $3::bigint WHERE generation = $1`, [
          generation,
          token,
          LEASE_MS,
        ])
        return { generation, schema: schemaOf(generation), home, token, resumed: true }
      }
      await drop(tx, generation, asked.now)
    }
    const generation = await begin(tx, asked, token)
    await createBeside(tx, schemaOf(generation), home, asked.plan.processors)
    return { generation, schema: schemaOf(generation), home, token, resumed: false }
  })
}

/** Ends an unfinished rebuild of a processor without a trace; false where there is none. */
export async function abandon(sql: Sql, name: string, now: number): Promise<boolean> {
  return sql.transaction(async tx => {
    await tx.script('LOCK TABLE rebuilds IN EXCLUSIVE MODE')
    const [running] = await tx.query(
      `SELECT generation, processor, lease_until > ${MOMENT} AS busy FROM rebuilds WHERE status = 'running'`,
    )
    if (running === undefined) return false
    if (running.busy === true)
      throw new RebuildBusy(`A rebuild of ${running.processor} is being worked on by another process: stop it first.`)
    refuseAnother(running.processor as string, name)
    await drop(tx, running.generation as number, now)
    return true
  })
}

/** Another process may go on with it at once. */
export async function leave(tx: Tx, { generation, token }: Claimed): Promise<void> {
  await tx.query('UPDATE rebuilds SET lease_until = 0 WHERE generation = $1 AND token = $2', [generation, token])
}

/** Says that somebody is still at it. Throws when it is somebody else's by now. */
export async function renew(tx: Tx, { generation, token }: Claimed): Promise<void> {
  const [kept] = await tx.query(
    `UPDATE rebuilds SET lease_until = ${MOMENT} + $3::bigint WHERE generation = $1 AND token = $2 AND status = 'running' RETURNING generation`,
    [generation, token, LEASE_MS],
  )
  if (kept === undefined) throw new RebuildBusy("This rebuild is another process's by now: it was silent for too long.")
}

export async function finish(tx: Tx, { generation, token }: Claimed, now: number): Promise<void> {
  const [done] = await tx.query(
    `UPDATE rebuilds SET status = 'done', ended_at = $3, lease_until = 0 WHERE generation = $1 AND token = $2 RETURNING generation`,
    [generation, token, now],
  )
  if (done === undefined) throw new RebuildBusy("This rebuild is another process's by now: it was silent for too long.")
}

/** Whether this process has put it in place. */
export async function isFinished(tx: Tx, { generation, token }: Claimed): Promise<boolean> {
  const rows = await tx.query("SELECT FROM rebuilds WHERE generation = $1 AND token = $2 AND status = 'done'", [
    generation,
    token,
  ])
  return rows.length > 0
}

/** The processor whose rebuild left the older generation's words on a topic; undefined where there is none. */
export async function rewroteBy(tx: Tx, topic: string): Promise<string | undefined> {
  const [row] = await tx.query(
    "SELECT processor FROM rebuilds WHERE status = 'done' AND $1 = ANY(topics) ORDER BY generation DESC LIMIT 1",
    [topic],
  )
  return row?.processor as string | undefined
}

const schemaOf = (generation: number): string => `rebuild_${generation}`

function refuseAnother(processor: string, name: string): void {
  if (processor !== name)
    throw new RebuildRefused(
      `A rebuild of ${processor} is unfinished. Finish it with \`tarang rebuild ${processor}\`, or give it up with \`tarang rebuild ${processor} --abandon\`.`,
    )
}

function refuseOtherCode(code: string, asked: Asked): void {
  if (code !== asked.code)
    throw new RebuildRefused(
      `The rebuild of ${asked.name} was begun by other code (${code}; this is ${asked.code}): half a state of each would be neither's. Begin anew with --from-start.`,
    )
}

async function begin(tx: Tx, { name, plan, code, now }: Asked, token: string): Promise<number> {
  const [row] = await tx.query(
    `INSERT INTO rebuilds (generation, processor, processors, topics, code, status, token, lease_until, began_at)
     SELECT 1 + greatest((SELECT max(generation) FROM ownership), (SELECT max(generation) FROM rebuilds), 1),
       $1, $2::text[], $3::text[], $4, 'running', $5, ${MOMENT} + $6::bigint, $7 RETURNING generation`,
    [name, plan.processors.map(processor => processor.name), plan.inner.map(topic => topic.name), code, token, LEASE_MS, now],
  )
  return row!.generation as number
}

async function drop(tx: Tx, generation: number, now: number): Promise<void> {
  await dropBeside(tx, schemaOf(generation))
  await tx.query("UPDATE rebuilds SET status = 'abandoned', ended_at = $2, lease_until = 0 WHERE generation = $1", [
    generation,
    now,
  ])
}
