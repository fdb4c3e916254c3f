import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Digest, digest } from '../../infra/cli/digest.ts'
import type { Sql } from '../../streams/sql.ts'
import { PlainFold, type Totals } from './plain-fold.ts'
import { type Deployment, openLeft, type Wanted } from './scratch-deployment.ts'
import { startGateway, type TestGateway } from './sms-gateway.ts'
import { faultsOf } from './soundness.ts'
import { type Kill, weather } from './storm.ts'
import type { Chunk } from './traffic.ts'

export interface CrashSuite {
  /** Where a deployment comes from. */
  readonly deploy: (wanted: Wanted) => Promise<Deployment>
  /** One chunk for each kill, and what is left for the calm end. */
  readonly traffic: readonly Chunk[]
  /** The shop's, and its events'. */
  readonly currency?: string
  readonly kills: readonly Kill[]
  /** Of the companion's coming and going. */
  readonly seed: number
  /** A second instance joins and leaves all the time. */
  readonly companion?: boolean
  readonly onKill?: (done: number, how: string) => void
}

/** How a run ended: what its state comes to, and what is wrong with what it left. */
export interface Ended {
  readonly digest: Digest
  readonly faults: readonly string[]
  /** How many texts the gateway got. */
  readonly sent: number
  readonly killed: readonly string[]
}

/** What the state of these events must come to, computed without the product's code. */
export function plainTotals(traffic: readonly Chunk[]): Totals {
  const plain = new PlainFold()
  for (const { events } of traffic) for (const event of events) plain.add(event)
  return plain.totals()
}

/** Runs the traffic with the kills, on a deployment that is gone afterwards. */
export async function runThrough(suite: CrashSuite): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-gateway-'))
  const gateway = await startGateway(join(folder, 'submitted.jsonl'))
  gateway.latencyMs = 20
  const { currency } = suite
  const deployment = await suite.deploy({ gatewayUrl: gateway.url, ...(currency === undefined ? {} : { currency }) })
  try {
    return await onDeployment(suite, deployment, gateway)
  } finally {
    await deployment.dispose()
    await gateway.close()
    rmSync(folder, { recursive: true })
  }
}

async function onDeployment(suite: CrashSuite, deployment: Deployment, gateway: TestGateway): Promise<Ended> {
  const { seed, traffic, kills, companion = false, onKill } = suite
  const whenDead = async () => {
    await using left = await openLeft(deployment)
    await endLeases(left.sql)
  }
  const killed = await weather({
    deployment,
    traffic,
    kills,
    companion,
    seed,
    whenDead,
    ...(onKill === undefined ? {} : { onKill }),
  })
  await using left = await openLeft(deployment)
  const texts = traffic.flatMap(({ texts }) => texts.map(({ id }) => id))
  return {
    digest: await digest(left.sql),
    faults: await faultsOf(left, { texts, gateway, killed: killed.length > 0 }),
    sent: gateway.submitted().length,
    killed,
  }
}

/** Nobody lives who could use a lease: as if the time had passed that they run for. A database not yet migrated has none. */
async function endLeases(sql: Sql): Promise<void> {
  const [row] = await sql.query("SELECT to_regclass('sms_slots') IS NOT NULL AS there")
  if (row!.there === true) await sql.query('UPDATE sms_slots SET lease_until = 1 WHERE token IS NOT NULL')
}
