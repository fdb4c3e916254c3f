import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest } from '../../infra/cli/digest.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { PlainFold } from '../support/plain-fold.ts'
import { type RunningTarang, type Surroundings, startTarang } from '../support/running-tarang.ts'
import { openLeft, stackDeployment } from '../support/scratch-deployment.ts'
import { startGateway } from '../support/sms-gateway.ts'
import { faultsOf } from '../support/soundness.ts'
import { delivered, quiet } from '../support/storm.ts'
import { type Chunk, shopTraffic } from '../support/traffic.ts'
import type { Fault, Scene } from './fault.ts'
import type { OwnStack } from './own-stack.ts'

const SESSION_MS = 6000
const CHUNKS = { long: 30, short: 20 }
/** Between chunks, so that events come in before, while and after it happens. */
const PAUSE_MS = 400

export interface Suffered {
  readonly digest: string
  /** What was lost, counted twice or otherwise not as it should be. */
  readonly wrongs: readonly string[]
  readonly seconds: number
  /** What was measured meanwhile. */
  readonly told: string | undefined
}

export interface Form {
  readonly short: boolean
  readonly seed: number
  /** How long steady load lasts in its long form. */
  readonly minutes: number
  readonly say: (what: string) => void
}

/** Lets a fault happen to a Tarang at work and waits until all is done: then its state must be what the events come to. */
export async function suffer(own: OwnStack, fault: Fault, { short, seed, minutes, say }: Form): Promise<Suffered> {
  const begun = clock.monotonic()
  const folder = mkdtempSync(join(tmpdir(), 'tarang-fault-'))
  const gateway = await startGateway(join(folder, 'submitted.jsonl'))
  gateway.latencyMs = 20
  const deployment = await stackDeployment(own.stack, { gatewayUrl: gateway.url })
  const settings = { config: { ...deployment.config, ...fault.config }, sessionTimeoutMs: SESSION_MS }
  const running: RunningTarang[] = []
  const start = async (surroundings: Surroundings = {}) => {
    const one = await startTarang(settings, { ...fault.surroundings, ...surroundings })
    running.push(one)
    return one
  }
  try {
    const traffic = (fault.traffic ?? usual(seed))(short ? CHUNKS.short : CHUNKS.long)
    const plain = new PlainFold()
    const posted: Scene['posted'] = events => {
      for (const event of events) plain.add(event)
    }
    for (const { events } of traffic) posted(events)
    const first = await start()
    const lasting: Scene['lasting'] = (long, brief) => (short ? brief : long)
    const feeding = feed(first, traffic)
    feeding.catch(() => {}) // awaited below, unless the fault itself went wrong
    await clock.sleep(3 * PAUSE_MS)
    let told: string | undefined
    const note: Scene['note'] = measured => {
      told = measured
    }
    await fault.strike({ own, deployment, first, posted, join: start, lasting, minutes, sleep: ms => clock.sleep(ms), say, note })
    say(`${fault.name}: over, waiting for the rest`)
    await feeding
    await quiet([first])
    if (!first.alive()) throw new Error('the instance has died')
    for (const one of running) await one.kill('SIGTERM')
    await using left = await openLeft(deployment)
    const texts = traffic.flatMap(({ texts }) => texts.map(({ id }) => id))
    const after = await digest(left.sql)
    const expected = plain.totals().digest
    return {
      digest: after.sha256,
      wrongs: [
        ...(after.sha256 === expected ? [] : [`the digest is ${after.sha256}, that of the events ${expected}`]),
        ...(fault.bulky ? [] : await faultsOf(left, { texts, gateway, killed: true })),
      ],
      seconds: Math.round((clock.monotonic() - begun) / 1000),
      told,
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
