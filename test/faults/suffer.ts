import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest } from '../../infra/cli/digest.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { type Ended, plainTotals } from '../support/crash-suite.ts'
import { type RunningTarang, type Surroundings, startTarang } from '../support/running-tarang.ts'
import { openLeft, stackDeployment } from '../support/scratch-deployment.ts'
import { startGateway } from '../support/sms-gateway.ts'
import { faultsOf } from '../support/soundness.ts'
import { delivered, quiet } from '../support/storm.ts'
import { type Chunk, shopTraffic } from '../support/traffic.ts'
import type { Fault, Scene } from './fault.ts'
import type { OwnStack } from './own-stack.ts'

const SESSION_MS = 6000
const CHUNKS = 30
/** Between chunks, so that events come in before, while and after it happens. */
const PAUSE_MS = 400

export interface Suffered extends Ended {
  /** What the events come to, folded plainly. */
  readonly expected: string
  readonly seconds: number
}

export interface Form {
  readonly short: boolean
  readonly seed: number
  readonly say: (what: string) => void
}

/** Lets a fault happen to a Tarang at work and waits until all is done: then its state must be what the events come to. */
export async function suffer(own: OwnStack, fault: Fault, { short, seed, say }: Form): Promise<Suffered> {
  const begun = clock.monotonic()
  const folder = mkdtempSync(join(tmpdir(), 'tarang-fault-'))
  const gateway = await startGateway(join(folder, 'submitted.jsonl'))
  gateway.latencyMs = 20
  const deployment = await stackDeployment(own.stack, { gatewayUrl: gateway.url })
  const settings = { config: deployment.config, sessionTimeoutMs: SESSION_MS }
  const running: RunningTarang[] = []
  const start = async (surroundings: Surroundings = {}) => {
    const one = await startTarang(settings, { ...fault.surroundings, ...surroundings })
    running.push(one)
    return one
  }
  try {
    const traffic = (fault.traffic ?? usual(seed))(CHUNKS)
    const first = await start()
    const lasting: Scene['lasting'] = (long, brief) => (short ? brief : long)
    const feeding = feed(first, traffic)
    await clock.sleep(3 * PAUSE_MS)
    await fault.strike({ own, deployment, first, join: start, lasting, sleep: ms => clock.sleep(ms), say })
    say(`${fault.name}: over, waiting for the rest`)
    await feeding
    await quiet([first])
    if (!first.alive()) throw new Error('the instance has died')
    for (const one of running) await one.kill('SIGTERM')
    await using left = await openLeft(deployment)
    const texts = traffic.flatMap(({ texts }) => texts.map(({ id }) => id))
    return {
      digest: await digest(left.sql),
      expected: plainTotals(traffic).digest,
      faults: await faultsOf(left, { texts, gateway, killed: true }),
      sent: gateway.submitted().length,
      killed: [],
      seconds: Math.round((clock.monotonic() - begun) / 1000),
    }
  } finally {
    for (const one of running) if (one.alive()) await one.kill('SIGKILL')
    await deployment.dispose()
    await gateway.close()
    rmSync(folder, { recursive: true })
  }
}

const usual = (seed: number) => (chunks: number) => shopTraffic({ seed, customers: 60, chunks })

async function feed(first: RunningTarang, traffic: readonly Chunk[]): Promise<void> {
  for (const chunk of traffic) {
    await delivered([first], chunk)
    await clock.sleep(PAUSE_MS)
  }
}
