import { createHash } from 'node:crypto'
import type { FoundStatus, GatewayAnswer, GatewayFinding, SmsGateway, Submission } from '../../consumers/sms-gateway.ts'
import type { Clock } from '../../streams/clock.ts'
import type { SimulatorRecord } from './simulator-record.ts'
import { type SimulatorRule, type SimulatorScript, scripted } from './simulator-script.ts'

export interface SimulatorOptions {
  readonly clock: Clock
  readonly record: SimulatorRecord
  readonly script?: SimulatorScript
  /** Where its receipts go. */
  readonly tell?: (reference: string, status: FoundStatus) => Promise<void>
}

const LATENCY_MS = 20
const RETRY_AFTER_MS = 1000

/**
 * A gateway that sends nothing: the built-in default, so that nobody is texted by accident. Without a script it takes everything; with one it fails
 * as real ones do, at the same texts in every run. It keeps a record and can be asked, so what was lost settles by itself.
 */
export function simulator({ clock, record, script = {}, tell = async () => {} }: SimulatorOptions): SmsGateway {
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

  async function take(submission: Submission, rule: SimulatorRule): Promise<GatewayAnswer> {
    const { reference } = submission
    await record.take(reference)
    await report(reference, rule, true)
    await clock.sleep(rule.latencyMs ?? script.latencyMs ?? LATENCY_MS)
    // What it tells later is its own affair: a receipt that could not be kept is one that a gateway lost.
    report(reference, rule, false).catch(() => {})
    if (rule.does === 'lose_answer') return { outcome: 'unknown', detail: 'simulated: answer lost' }
    const id = createHash('sha256').update(reference).digest('hex').slice(0, 16)
    return { outcome: 'submitted', gatewayId: `sim-${id}` }
  }

  async function send(submission: Submission): Promise<GatewayAnswer> {
    const now = clock.monotonic()
    if (now > submission.deadline) return { outcome: 'unknown', detail: 'deadline_passed' }
    const rule = ruleOf(submission.to, submission.reference, now - started)
    const { does = 'take', retryAfterMs = RETRY_AFTER_MS } = rule
    if (does === 'take' || does === 'lose_answer') return take(submission, rule)
    await clock.sleep(rule.latencyMs ?? script.latencyMs ?? LATENCY_MS)
    if (does === 'throttle') return { outcome: 'throttled', detail: 'simulated: too many', retryAfterMs }
    if (does === 'refuse') return { outcome: 'rejected', detail: 'simulated: refused' }
    return does === 'outage'
      ? { outcome: 'unreached', detail: 'simulated: outage' }
      : { outcome: 'unknown', detail: 'simulated: request lost' }
  }

  async function find({ reference }: { readonly reference: string }): Promise<GatewayFinding> {
    const status = await record.find(reference)
    return { status: status ?? 'absent', detail: 'simulated' }
  }

  return {
    name: 'simulator',
    timeoutMs: 10_000,
    capabilities: { find, recognises: false },
    send,
    async close() {
      closing.abort()
    },
  }
}
