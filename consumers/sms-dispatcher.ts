import { randomUUID } from 'node:crypto'
import { Random } from '../models/random.ts'
import { bell } from '../streams/bell.ts'
import type { Dispatcher } from '../streams/processor.ts'
import type { SmsPorts } from './dispatch-sms.ts'
import { SmsGate } from './sms-gate.ts'
import { leaseMs, SmsTenure, type TenureOptions } from './sms-tenure.ts'

const defaults: TenureOptions = { slots: 50, windowMs: 10_000, drainMs: 20_000 }
const POLL = { first: 50, longest: 500 } as const
const REAP_MS = 1000

/** The dispatcher, and a way to tell it that a request was queued; without it the queue is looked at twice a second or more. */
export interface SmsDispatcher extends Dispatcher {
  wake(): void
}

/**
 * Sends what is queued in the ledger through the gateway, at most as many at once as there are slots in the whole group, and tidies up
 * after instances that died. `run` ends when the signal aborts, with texts in flight finished and everything given back, or throws.
 */
export function smsDispatcher(ports: SmsPorts, options: Partial<TenureOptions> = {}): SmsDispatcher {
  const { ledger, gateway, clock } = ports
  const settings = { ...defaults, ...options }
  const queue = bell(clock)
  const gate = new SmsGate(new Random(randomUUID()), ports.meter)
  let tenure: SmsTenure | undefined

  async function sending(signal: AbortSignal): Promise<void> {
    let pollMs: number = POLL.first
    while (!signal.aborted) {
      const token = randomUUID()
      const now = clock.monotonic()
      const closedMs = gate.closedFor(now)
      if (closedMs > 0) {
        await queue.wait(Math.min(POLL.longest, closedMs), signal)
        continue
      }
      const due = await ledger.due()
      const slots = gate.isTrying(now) ? 1 : settings.slots
      const lease = due ? await ledger.lease(token, slots, leaseMs(gateway.timeoutMs, settings.windowMs)) : undefined
      if (lease === undefined || lease.slots.length === 0) {
        await queue.wait(pollMs, signal)
        pollMs = Math.min(POLL.longest, pollMs * 2)
        continue
      }
      pollMs = POLL.first
      tenure = new SmsTenure(ports, settings, { bell: queue, gate, lease })
      await tenure.run(signal).finally(() => {
        tenure = undefined
      })
    }
  }

  async function reaping(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if ((await ledger.reap()) > 0) queue.ring()
      await clock.sleep(REAP_MS, signal)
    }
  }

  return {
    kind: 'dispatcher',
    name: 'sms-dispatcher',
    wake() {
      tenure?.wake()
      queue.ring()
    },
    async run(signal) {
      const failed = new AbortController()
      const stop = AbortSignal.any([signal, failed.signal])
      const ends = await Promise.allSettled(
        [sending(stop), reaping(stop)].map(loop =>
          loop.catch(error => {
            failed.abort()
            throw error
          }),
        ),
      )
      for (const end of ends) if (end.status === 'rejected') throw end.reason
    },
  }
}
