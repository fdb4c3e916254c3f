import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../../models/random.ts'
import type { AuditTotals } from '../../models/sms-audit/audit-totals.ts'
import type { Finding } from '../../models/sms-audit/finding.ts'
import { endLeases } from '../infra/sms/sms-fixture.ts'
import { runTarang } from '../support/run-tarang.ts'
import { type Deployment, openLeft, type Wanted } from '../support/scratch-deployment.ts'
import { startGateway } from '../support/sms-gateway.ts'
import { type Kill, weather } from '../support/storm.ts'
import { moods } from './gateway-moods.ts'
import { textTraffic } from './text-traffic.ts'
import { type TextVerdict, textVerdict } from './text-wrongs.ts'

export interface Campaign {
  readonly deploy: (wanted: Wanted) => Promise<Deployment>
  readonly messages: number
  readonly kills: number
  readonly seed: number
  readonly onKill?: (done: number, how: string) => void
}

export interface Ended extends TextVerdict {
  readonly killed: readonly string[]
  /** What the command that is shipped says of the same. */
  readonly auditor: {
    readonly code: number | null
    readonly totals: AuditTotals
    readonly findings: readonly Finding[]
  }
}

/** Sends texts through a gateway at its worst, by a Tarang that is killed again and again; then asks the auditor, and does its work by hand. */
export async function campaign({ deploy, messages, kills, seed, onKill }: Campaign): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-campaign-'))
  const file = join(folder, 'submitted.jsonl')
  const gateway = await startGateway(file)
  gateway.mood = moods(seed)
  gateway.retryAfter = undefined // where it does not say, it is left alone for a moment, and not for seconds
  gateway.latencyMs = 20
  const deployment = await deploy({ gatewayUrl: gateway.url })
  try {
    const traffic = textTraffic(messages, kills + 2)
    const killed = await weather({
      deployment,
      traffic,
      kills: killsOf(kills, seed, messages / (kills + 1)),
      seed,
      whenDead: () => onLeft(deployment, async ({ sql }) => void (await endLeases(sql))),
      ...(onKill === undefined ? {} : { onKill }),
    })
    const asked = traffic.flatMap(({ texts }) => texts.map(({ id }) => id))
    const verdict = await onLeft(deployment, ({ sql }) => textVerdict(sql, asked, gateway.submitted()))
    const { code, stdout, stderr } = await runTarang(['sms', 'audit', '--gateway-record', file, '--json'], deployment.settings)
    if (stdout === '') throw new Error(`the auditor said nothing: ${stderr}`)
    return { ...verdict, killed, auditor: { code, ...JSON.parse(stdout) } }
  } finally {
    await deployment.dispose()
    await gateway.close()
    rmSync(folder, { recursive: true })
  }
}

async function onLeft<T>(deployment: Deployment, look: (left: Awaited<ReturnType<typeof openLeft>>) => Promise<T>): Promise<T> {
  await using left = await openLeft(deployment)
  return look(left)
}

const POINTS = ['claimed', 'submitting', 'written', 'settled'] as const

/** At any instant while customers are told; then three of four at a named point, after some of the texts of one life. */
function killsOf(count: number, seed: number, textsEach: number): Kill[] {
  const random = new Random(seed, 'campaign')
  const most = Math.max(1, Math.floor(textsEach / 3))
  return Array.from({ length: count }, (_, i): Kill => {
    if (i < 2 || i % 4 === 0) return { afterMs: random.int(1000, 6000) }
    return { processor: 'sms-dispatcher', point: POINTS[random.int(0, 3)]!, times: random.int(1, most) }
  })
}
