import { bell } from '../streams/bell.ts'
import type { Dispatcher } from '../streams/processor.ts'
import { callWebhook, type WebhookPorts } from './call-webhook.ts'
import { CallsUnderWay } from './calls-under-way.ts'
import type { ClaimedCall } from './webhook-ledger.ts'

/** Calls under way at once, of this instance: altogether, and with one receiver, so that one that hangs leaves room for the others. */
export interface WebhookLimits {
  readonly calls: number
  readonly perHost: number
}

const defaults: WebhookLimits = { calls: 32, perHost: 8 }
const POLL = { first: 50, longest: 500 } as const
const REAP_MS = 1000
/** How much longer than the call itself a claim lasts: for keeping the answer while the database is away. */
const MARGIN_MS = 20_000

/** The dispatcher, and a way to tell it that a call was queued; without it the queue is looked at twice a second or more. */
export interface WebhookDispatcher extends Dispatcher {
  wake(): void
}

/**
 * Makes the calls that are queued in the ledger, and those anew whose maker died. `run` ends when the signal aborts, with calls under way
 * finished and kept, or throws.
 */
export function webhookDispatcher(ports: WebhookPorts, limits: WebhookLimits = defaults): WebhookDispatcher {
  const { ledger, caller, clock } = ports
  const queue = bell(clock)
  const leaseMs = caller.timeoutMs + MARGIN_MS

  async function taking(stop: AbortSignal, underWay: CallsUnderWay, make: (call: ClaimedCall) => Promise<void>): Promise<void> {
    let pollMs: number = POLL.first
    let reapAt = clock.monotonic()
    while (!stop.aborted) {
      if (clock.monotonic() >= reapAt) {
        await ledger.reap()
        reapAt = clock.monotonic() + REAP_MS
      }
      const calls = limits.calls - underWay.size
      const room = { calls, perHost: limits.perHost, busy: underWay.busy }
      const claimed = calls > 0 ? await ledger.claim(room, leaseMs) : []
      for (const call of claimed) underWay.add(call.host, make(call))
      pollMs = claimed.length > 0 ? POLL.first : Math.min(POLL.longest, pollMs * 2)
      if (claimed.length < calls || calls === 0) await queue.wait(pollMs, stop)
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const underWay = new CallsUnderWay(() => queue.ring())
    const failed = new AbortController()
    const make = (call: ClaimedCall) => callWebhook(ports, call).catch(error => failed.abort(error))
    try {
      await taking(AbortSignal.any([signal, failed.signal]), underWay, make)
    } finally {
      await underWay.ended()
    }
    if (failed.signal.aborted) throw failed.signal.reason
  }

  return { kind: 'dispatcher', name: 'webhook-dispatcher', run, wake: () => queue.ring() }
}
