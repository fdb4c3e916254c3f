import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Digest, digest } from '../../infra/cli/digest.ts'
import type { Inbound } from '../../schemas/events.ts'
import type { Sql } from '../../streams/sql.ts'
import { PlainFold } from './plain-fold.ts'
import { type Deployment, openLeft } from './scratch-deployment.ts'
import { type Chunk, shopTraffic } from './shop-traffic.ts'
import { startGateway, type TestGateway } from './sms-gateway.ts'
import { faultsOf } from './soundness.ts'
import { type Kill, weather } from './storm.ts'

/** Where a deployment comes from, given the gateway its texts go to. */
export type Deploy = (gatewayUrl: string) => Promise<Deployment>

export interface CrashSuite {
  readonly deploy: Deploy
  readonly seed: number
  readonly customers: number
  readonly kills: readonly Kill[]
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

/** The chunks that a storm of so many kills goes through: one for each, and two for the end. */
export const trafficOf = ({ seed, customers, kills }: Pick<CrashSuite, 'seed' | 'customers' | 'kills'>): Chunk[] =>
  shopTraffic(seed, customers, kills.length + 2)

/** What the state of these events must come to, computed without the product's code. */
export function plainDigest(traffic: readonly Chunk[]): string {
  const plain = new PlainFold()
  for (const { events } of traffic) for (const event of events as readonly Inbound[]) plain.add(event)
  return plain.totals().digest
}

/** Runs the traffic with the kills, on a deployment that is gone afterwards. */
export async function runThrough(suite: CrashSuite): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-gateway-'))
  const gateway = await startGateway(join(folder, 'submitted.jsonl'))
  gateway.latencyMs = 20
  const deployment = await suite.deploy(gateway.url)
  try {
    return await onDeployment(suite, deployment, gateway)
  } finally {
    await deployment.dispose()
    await gateway.close()
    rmSync(folder, { recursive: true })
  }
}

async function onDeployment(suite: CrashSuite, deployment: Deployment, gateway: TestGateway): Promise<Ended> {
  const { seed, kills, companion = false, onKill } = suite
  const traffic = trafficOf(suite)
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
