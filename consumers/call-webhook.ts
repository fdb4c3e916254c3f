import { backOff } from '../models/back-off.ts'
import type { Clock } from '../streams/clock.ts'
import type { Meter } from '../streams/meter.ts'
import type { WebhookAnswer, WebhookCaller } from './webhook-caller.ts'
import type { CallSettlement, ClaimedCall, WebhookLedger } from './webhook-ledger.ts'

/** Places where test entry points may let the process die: after the claim, after the receiver's answer, and after that is kept. */
export type WebhookPoint = 'claimed' | 'called' | 'settled'

/** What the calling of webhooks needs of the world. */
export interface WebhookPorts {
  readonly ledger: WebhookLedger
  readonly caller: WebhookCaller
  readonly clock: Clock
  readonly meter: Meter
  /** Only test entry points pass it. */
  readonly at?: (point: WebhookPoint, id: string) => void | Promise<void>
}

/** So often a call is made; with the delays that is half an hour and more, with a receiver that asks for longer at most half a day. */
export const ATTEMPTS = 12
const DELAYS = { firstMs: 2000, longestMs: 900_000 }
/** Whoever waits for what becomes of a call waits a day (models/flow/run/walk.ts): what went unmade for so long is not made any more. */
const TOO_LATE_MS = 82_800_000

/** Makes a claimed call, and keeps what came of it. A crash between the two makes it again: receivers know it by its id. */
export async function callWebhook(ports: WebhookPorts, call: ClaimedCall): Promise<void> {
  const { id, attempt } = call
  await ports.at?.('claimed', id)
  const answer = giveUp(call) ?? (await make(ports, call))
  await ports.at?.('called', id)
  const settlement = { id, attempt, ...verdict(call, answer) }
  await keep(ports, settlement)
  ports.meter.count('webhook_attempts_total', { outcome: settlement.outcome })
  await ports.at?.('settled', id)
}

/** Why a call is not made any more: whoever makes it may die of it each time. */
function giveUp({ attempt, ageMs }: ClaimedCall): WebhookAnswer | undefined {
  if (ageMs > TOO_LATE_MS) return { outcome: 'failed', detail: 'It could not be made in time.' }
  if (attempt > ATTEMPTS) return { outcome: 'failed', detail: 'Whoever made it was lost, each time.' }
  return undefined
}

async function make({ caller, clock, meter }: WebhookPorts, call: ClaimedCall): Promise<WebhookAnswer> {
  const { id, url, method } = call
  const begun = clock.monotonic()
  const answer = await caller.call({ id, url, method, body: bodyOf(call) })
  meter.observe('webhook_seconds', { outcome: answer.outcome }, (clock.monotonic() - begun) / 1000)
  return answer
}

/** What a receiver is told: the same bytes each time (docs/flows.md). */
const bodyOf = ({ id, campaignId, version, step, customerId, entry, productId, at }: ClaimedCall): string =>
  JSON.stringify({ id, campaignId, version, step, customerId, entry, productId, at: new Date(at).toISOString() })

function verdict({ id, attempt }: ClaimedCall, answer: WebhookAnswer): Omit<CallSettlement, 'id' | 'attempt'> {
  if (answer.outcome !== 'again') return answer
  const { detail, retryAfterMs = 0 } = answer
  if (attempt >= ATTEMPTS) return { outcome: 'failed', detail: `${detail} That was the last of ${ATTEMPTS} attempts.` }
  return { outcome: 'again', detail, delayMs: Math.max(backOff(DELAYS, id, attempt), retryAfterMs) }
}

const KEEP_TRIES = 6
const KEEP_FIRST_MS = 100

/** A database that is away for a few seconds must not have calls made twice. */
async function keep({ ledger, clock }: WebhookPorts, settlement: CallSettlement): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await ledger.settle(settlement)
    } catch (error) {
      if (tried === KEEP_TRIES) throw error
      await clock.sleep(KEEP_FIRST_MS * 2 ** (tried - 1))
    }
  }
}
