import { type GatewayAnswer, noCapabilities, type SmsGateway, type Submission } from '../../consumers/sms-gateway.ts'
import { systemClock as clock } from '../../streams/clock.ts'

export interface Written extends Submission {
  /** Monotonic ms */
  readonly at: number
}

export interface ScriptedGateway extends SmsGateway {
  /** Every text that was written to it, in order. */
  readonly written: readonly Written[]
  /** The most that waited for an answer at once. */
  readonly most: () => number
}

export const taken = ({ reference }: Submission): GatewayAnswer => ({ outcome: 'submitted', gatewayId: `gw-${reference}` })

/** A gateway in this process that answers each text as the script says; `n` counts from 0. */
export function scriptedGateway(
  script: (submission: Submission, n: number) => GatewayAnswer = taken,
  { latencyMs = 0 }: { latencyMs?: number } = {},
): ScriptedGateway {
  const written: Written[] = []
  let [open, most] = [0, 0]
  return {
    name: 'scripted',
    timeoutMs: 10_000,
    capabilities: noCapabilities,
    written,
    most: () => most,
    async send(submission) {
      const n = written.push({ ...submission, at: clock.monotonic() }) - 1
      most = Math.max(most, ++open)
      await clock.sleep(latencyMs)
      open--
      return script(submission, n)
    },
    async close() {},
  }
}
