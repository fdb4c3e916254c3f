import { Random } from '../../models/random.ts'
import type { CampaignWord } from '../../producers/campaign-record.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { type RunningTarang, startTarang } from './running-tarang.ts'
import type { Deployment } from './scratch-deployment.ts'
import type { DieAt, TarangProcess } from './tarang-process.ts'
import type { Chunk } from './traffic.ts'

const SESSION_MS = 3000
/** A point that is not passed within so long, in ms, gives way to a kill at whatever instant that is. */
const POINT_MS = 8000
/** The same for texts: the slots that the last one to die held come back when its lease ends. */
const LEASE_MS = 25_000
/** Nothing at all is under way for so long, in ms: longer than a tick and the lease of a scanner's page. */
const QUIET_MS = 2000
const POLL_MS = 250
/** What takes longer, in ms, is stuck: what it is stuck at is worth more than a test that was out of time. */
const PATIENCE_MS = 240_000

/** Runs from before the first event on: everybody's first purchase brings them in, and the next takes them out. */
export const thanks: CampaignWord = {
  id: 'thanks',
  version: 1,
  status: 'running',
  at: 0,
  launchedAt: 0,
  zone: 'Asia/Karachi',
  launches: false,
  flow: {
    initialStepID: 'thank',
    trigger: { type: 'first_purchase' },
    goal: { event: 'purchase' },
    steps: [
      { id: 'thank', type: 'message', content: 'Thank you!', events: [{ type: 'default', nextStepID: 'day' }] },
      { id: 'day', type: 'delay', duration: 'P1D', events: [{ type: 'default', nextStepID: 'ask' }] },
      { id: 'ask', type: 'message', content: 'Was all well?', events: [{ type: 'default', nextStepID: 'week' }] },
      { id: 'week', type: 'delay', duration: 'P7D', events: [{ type: 'default', nextStepID: 'remind' }] },
      { id: 'remind', type: 'message', content: 'Come again.', events: [{ type: 'default', nextStepID: 'end' }] },
      { id: 'end', type: 'end', events: [] },
    ],
  },
}

/** A kill to come: at a point, or so long after the process was forked, be it ready or not. */
export type Kill = DieAt | { readonly afterMs: number }

export interface Storm {
  readonly deployment: Deployment
  readonly traffic: readonly Chunk[]
  /** One for each chunk but those of the calm end. */
  readonly kills: readonly Kill[]
  /** A second instance joins and leaves all the time; on the stack only. */
  readonly companion?: boolean
  readonly seed: number
  readonly onKill?: (done: number, how: string) => void
  /** Called when everybody is dead: their texts' leases may be counted as over. */
  readonly whenDead?: () => Promise<void>
}

const POINTS = ['folded', 'published', 'committing', 'committed'] as const
const SMS_POINTS = ['claimed', 'submitting', 'written', 'settled'] as const
/** `intake-purchases` stands for all intakes: they are one fold over several topics. */
const PROCESSORS = ['intake-purchases', 'customers', 'ranking', 'items', 'scorer', 'flows', 'sms'] as const

/** As many kills as asked: every named point of every processor in turn, and between them any instant. Shuffled by the seed. */
export function killsOf(count: number, seed: number): Kill[] {
  const random = new Random(seed, 'kills')
  const named: (times: number) => Kill[] = times => [
    ...PROCESSORS.flatMap(processor => POINTS.map(point => ({ processor, point, times }))),
    ...SMS_POINTS.map(point => ({ processor: 'sms-dispatcher' as const, point, times })),
    ...[0, 1, 2, 3].map(() => ({ afterMs: random.int(0, 6000) })),
  ]
  const all: Kill[] = []
  for (let round = 0; all.length < count; round++) all.push(...shuffled(named(1 + round), random))
  return all.slice(0, count)
}

/** Fisher and Yates' shuffle. */
function shuffled<T>(all: readonly T[], random: Random): T[] {
  const mixed = [...all]
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.int(0, i)
    ;[mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!]
  }
  return mixed
}

/**
 * Sends the traffic through processes that are killed one after the other, then lets one (or two) finish in peace.
 * What a dying process did not confirm is sent again by the next, as a shop would. Answers how each was killed.
 */
export async function weather(storm: Storm): Promise<string[]> {
  const { deployment, traffic, kills, companion = false, seed, onKill, whenDead } = storm
  const settings: TarangProcess = { config: deployment.config, sessionTimeoutMs: SESSION_MS }
  // The first one ever makes tables, topics and schemas; the storm is about what comes then.
  const first = await startTarang(settings)
  if ((await first.campaign(thanks)) !== true) throw new Error('nobody took the campaign')
  await first.kill('SIGTERM')
  const other = companion ? new Companion(settings, new Random(seed, 'companion')) : undefined
  const killed: string[] = []
  const rest = [...traffic]
  for (const kill of kills) {
    const how = await killOne(kill, rest.shift())
    killed.push(how)
    onKill?.(killed.length, how)
    if (other === undefined) await whenDead?.()
  }
  await other?.stop()
  const last = await startTarang(settings)
  for (const chunk of rest) await delivered([last], chunk)
  await quiet([last])
  await last.kill('SIGTERM')
  return killed

  async function killOne(kill: Kill, chunk: Chunk | undefined): Promise<string> {
    const dying = await ('point' in kill
      ? startTarang({ ...settings, dieAt: kill })
      : startTarang(settings, { killAfterMs: kill.afterMs }))
    const sending = chunk === undefined ? true : dying.publish(chunk.events, chunk.texts)
    const reached = await Promise.race([dying.ended.then(() => true), passing(kill)])
    const signal = await dying.kill('SIGKILL')
    if (signal !== 'SIGKILL') throw new Error(`a process ended by itself (${signal}), though nobody asked it to`)
    if ((await sending) !== true) rest.unshift(chunk!)
    return reached && 'point' in kill ? `${kill.processor} ${kill.point}` : 'any instant'
  }
}

/** False when a kill's point was not reached in time. */
async function passing(kill: Kill): Promise<false> {
  await clock.sleep('point' in kill && kill.processor === 'sms-dispatcher' ? LEASE_MS : POINT_MS)
  return false
}

/** Repeats until somebody took it. */
export async function delivered(running: readonly RunningTarang[], { events, texts }: Chunk): Promise<void> {
  const begun = clock.monotonic()
  while ((await running[0]!.publish(events, texts)) !== true) {
    if (!running[0]!.alive()) throw new Error('the process that was to take the rest has died')
    if (clock.monotonic() - begun > PATIENCE_MS) throw new Error(`events are still refused: ${running[0]!.trouble()}`)
    await clock.sleep(POLL_MS)
  }
}

/** Until nothing is under way, and nothing follows. */
export async function quiet(running: readonly RunningTarang[]): Promise<void> {
  const begun = clock.monotonic()
  for (let since = begun; clock.monotonic() - since < QUIET_MS; await clock.sleep(POLL_MS)) {
    if (!running[0]!.alive()) throw new Error('the process that was to finish in peace has died')
    const left = await running[0]!.left()
    if (left === undefined || Object.keys(left).length > 0) since = clock.monotonic()
    if (since - begun > PATIENCE_MS) throw new Error(`still under way: ${JSON.stringify(left)} ${running[0]!.trouble() ?? ''}`)
  }
}

/** An instance that comes and goes: half of the times in good order, half of the times by a kill. */
class Companion {
  private over = false
  private readonly done: Promise<void>

  constructor(settings: TarangProcess, random: Random) {
    this.done = this.comeAndGo(settings, random)
  }

  stop(): Promise<void> {
    this.over = true
    return this.done
  }

  private async comeAndGo(settings: TarangProcess, random: Random): Promise<void> {
    while (!this.over) {
      const running = await startTarang(settings)
      await clock.sleep(random.int(500, 4000))
      await running.kill(random.chance(0.5) ? 'SIGTERM' : 'SIGKILL')
    }
  }
}
