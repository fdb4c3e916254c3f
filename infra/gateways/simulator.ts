import { createHash } from 'node:crypto'
import type { SmsGateway, Submission } from '../../consumers/sms-gateway.ts'
import type { Clock } from '../../streams/clock.ts'

export interface SimulatorOptions {
  readonly clock: Clock
  /** How long it takes to answer, in ms. */
  readonly latencyMs?: number
  /** Told of every text it took, for those who want to look. */
  readonly onText?: (submission: Submission) => void
}

/** A gateway that takes everything and sends nothing: the built-in default, so that nobody is texted by accident. */
export const simulator = ({ clock, latencyMs = 20, onText = () => {} }: SimulatorOptions): SmsGateway => ({
  name: 'simulator',
  timeoutMs: 10_000,
  async send(submission) {
    if (clock.monotonic() > submission.deadline) return { outcome: 'unknown', detail: 'deadline_passed' }
    onText(submission)
    await clock.sleep(latencyMs)
    return {
      outcome: 'submitted',
      gatewayId: `sim-${createHash('sha256').update(submission.reference).digest('hex').slice(0, 16)}`,
    }
  },
  async close() {},
})
