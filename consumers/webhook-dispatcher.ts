import { bell } from '../streams/bell.ts'
import type { Dispatcher } from '../streams/processor.ts'
import { callWebhook, type WebhookPorts } from './call-webhook.ts'
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

  async function taking(
    stop: AbortSignal,
    underWay: ReadonlySet<unknown>,
    busy: ReadonlyMap<string, number>,
    begin: (call: ClaimedCall) => void,
  ): Promise<void> {
    let pollMs: number = POLL.first
    let reapAt = clock.monotonic()
    while (!stop.aborted) {
      if (clock.monotonic() >= reapAt) {
        await ledger.reap()
        reapAt = clock.monotonic() + REAP_MS
      }
      const calls = limits.calls - underWay.size
      const claimed = calls > 0 ? await ledger.claim({ calls, perHost: limits.perHost, busy }, leaseMs) : []
      for (const call of claimed) begin(call)
      pollMs = claimed.length > 0 ? POLL.first : Math.min(POLL.longest, pollMs * 2)
      if (claimed.length < calls || calls === 0) await queue.wait(pollMs, stop)
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const underWay = new Set<Promise<void>>()
    const busy = new Map<string, number>()
    const failed = new AbortController()
    const stop = AbortSignal.any([signal, failed.signal])
    const begin = (call: ClaimedCall) => {
      busy.set(call.host, (busy.get(call.host) ?? 0) + 1)
      const made = callWebhook(ports, call)
        .catch(error => failed.abort(error))
        .finally(() => {
          underWay.delete(made)
          const left = busy.get(call.host)! - 1
          if (left === 0) busy.delete(call.host)
          else busy.set(call.host, left)
          queue.ring()
        })
      underWay.add(made)
    }

    try {
      await taking(stop, underWay, busy, begin)
    } finally {
      await Promise.all(underWay)
    }
    if (failed.signal.aborted) throw failed.signal.reason
  }

  return { kind: 'dispatcher', name: 'webhook-dispatcher', run, wake: () => queue.ring() }
}
