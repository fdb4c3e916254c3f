import { createHash } from 'node:crypto'
import type { FoundStatus, GatewayAnswer, GatewayFinding, SmsGateway, Submission } from '../../consumers/sms-gateway.ts'
import type { Clock } from '../../streams/clock.ts'
import type { SimulatorRecord } from './simulator-record.ts'
import { type Fate, type SimulatorRule, type SimulatorScript, scripted } from './simulator-script.ts'

export interface SimulatorOptions {
  readonly clock: Clock
  readonly record: SimulatorRecord
  readonly script?: SimulatorScript
  /** A call is over after so long, in ms. */
  readonly timeoutMs?: number
  /** Where its receipts go. */
  readonly tell?: (reference: string, status: FoundStatus) => Promise<void>
}

const LATENCY_MS = 20
const RETRY_AFTER_MS = 1000

/**
 * A gateway that sends nothing: the built-in default, so that nobody is texted by accident. Without a script it takes everything; with one it fails
 * as real ones do, at the same texts in every run. It keeps a record and can be asked, so what was lost settles by itself.
 */
export function simulator({
  clock,
  record,
  script = {},
  tell = async () => {},
  timeoutMs = 10_000,
}: SimulatorOptions): SmsGateway {
  const ruleOf = scripted(script)
  const started = clock.monotonic()
  const closing = new AbortController()

  async function report(reference: string, rule: SimulatorRule, early: boolean): Promise<void> {
    const told = (rule.receipts ?? []).filter(({ afterMs }) => afterMs < 0 === early).toSorted((a, b) => a.afterMs - b.afterMs)
    let waited = 0
    for (const { status, afterMs } of told) {
      if (!early) await clock.sleep(afterMs - waited, closing.signal)
      waited = afterMs
      if (closing.signal.aborted) return
      await record.become(reference, status)
      await tell(reference, status)
    }
  }

  /** What hangs longer than a call may last has not answered, whatever it did. */
  async function after(latencyMs: number, answer: GatewayAnswer): Promise<GatewayAnswer> {
    await clock.sleep(Math.min(latencyMs, timeoutMs))
    if (latencyMs <= timeoutMs || answer.outcome === 'unreached') return answer
    return { outcome: 'unknown', detail: `simulated: no answer in ${timeoutMs} ms` }
  }

  async function send({ to, reference, deadline, wrote }: Submission): Promise<GatewayAnswer> {
    const now = clock.monotonic()
    if (now > deadline) return { outcome: 'unknown', detail: 'deadline_passed' }
    const rule = ruleOf(to, reference, now - started)
    const { does = 'take', latencyMs = script.latencyMs ?? LATENCY_MS } = rule
    const takes = does === 'take' || does === 'lose_answer'
    if (does !== 'outage') wrote?.()
    if (takes) {
      await record.take(reference)
      await report(reference, rule, true)
    }
    const answer = await after(latencyMs, answerOf(does, reference, rule))
    // What it tells later is its own affair: a receipt that could not be kept is one that a gateway lost.
    if (takes) report(reference, rule, false).catch(() => {})
    return answer
  }

  async function find({ reference }: { readonly reference: string }): Promise<GatewayFinding> {
    const status = await record.find(reference)
    return { status: status ?? 'absent', detail: 'simulated' }
  }

  return {
    name: 'simulator',
    timeoutMs,
    capabilities: { find, recognises: false },
    send,
    async close() {
      closing.abort()
    },
  }
}

function answerOf(does: Fate, reference: string, { retryAfterMs = RETRY_AFTER_MS }: SimulatorRule): GatewayAnswer {
  if (does === 'throttle') return { outcome: 'throttled', detail: 'simulated: too many', retryAfterMs }
  if (does === 'refuse') return { outcome: 'rejected', detail: 'simulated: refused' }
  if (does === 'outage') return { outcome: 'unreached', detail: 'simulated: outage' }
  if (does === 'lose_answer') return { outcome: 'unknown', detail: 'simulated: answer lost' }
  if (does === 'lose_request') return { outcome: 'unknown', detail: 'simulated: request lost' }
  return { outcome: 'submitted', gatewayId: `sim-${createHash('sha256').update(reference).digest('hex').slice(0, 16)}` }
}
