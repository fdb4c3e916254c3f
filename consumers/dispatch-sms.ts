import type { Clock } from '../streams/clock.ts'
import type { Keyring } from '../streams/keyring.ts'
import type { Meter } from '../streams/meter.ts'
import type { Tracer } from '../streams/tracer.ts'
import type { FillText } from './fill-text.ts'
import { filledSms, openSms } from './open-sms.ts'
import { blockDetail } from './provider-block.ts'
import type { GatewayAnswer, SmsGateway, Submission } from './sms-gateway.ts'
import type { ClaimedSms, SmsBegun, SmsLedger, SmsSettlement } from './sms-ledger.ts'
import type { SmsPace } from './sms-pace.ts'
import { ATTEMPTS, retryDelay } from './sms-retry.ts'

/** Places where test entry points may let the process die: after the claim, before and after the write to the gateway, and after its answer is kept. */
export type SmsPoint = 'claimed' | 'submitting' | 'written' | 'settled'

/** What the sending of texts needs of the world. */
export interface SmsPorts {
  readonly ledger: SmsLedger
  readonly gateway: SmsGateway
  /** Without one texts go as fast as slots allow. */
  readonly pace?: SmsPace
  /** Without it no text of a flow goes. */
  readonly fill?: FillText
  readonly keyring: Keyring
  readonly clock: Clock
  readonly meter: Meter
  readonly tracer: Tracer
  /** Only test entry points pass it. */
  readonly at?: (point: SmsPoint, id: string) => void | Promise<void>
}

/** A slot of a lease that one text may use. */
export interface Passage {
  readonly token: string
  readonly slot: number
  /** Monotonic ms past which nothing may be written, as of the lease's last renewal. */
  readonly deadline: () => number
  /** Asked once the text is begun, answers when it may be written: false where it may not any more, for its leave is over or its slot too long in use. */
  readonly turn: () => Promise<boolean>
  /** The text tries whether a gateway is back that hardly answered: that it is not there is not held against the text. */
  readonly trial: boolean
  /** The call is over, so the next text may use the slot. */
  readonly answered: (answer: GatewayAnswer) => void
}

type Outcome = GatewayAnswer['outcome'] | 'suppressed' | 'waiting' | 'lost' | 'late'

/**
 * Sends a claimed text. What the gateway surely refused is a result; what it may have taken is `unknown`, never sent again;
 * only what surely was not written, or surely not taken, goes back to the queue. Answers how it went.
 */
export async function dispatchSms(ports: SmsPorts, row: ClaimedSms, passage: Passage): Promise<Outcome> {
  const { id, trace } = row
  const details = { 'tarang.sms.id': id, 'tarang.gateway': ports.gateway.name }
  const span = trace === undefined ? undefined : ports.tracer.begin('client', 'submit sms', trace, details)
  try {
    const outcome = await submit(ports, row, passage)
    span?.note({ 'tarang.outcome': outcome })
    if (outcome === 'unreached' || outcome === 'throttled' || outcome === 'unknown') span?.fail(outcome)
    return outcome
  } catch (error) {
    span?.fail('crash')
    throw error
  } finally {
    span?.end()
  }
}

async function submit(ports: SmsPorts, row: ClaimedSms, passage: Passage): Promise<Outcome> {
  const { ledger, meter, at } = ports
  const { token, slot } = passage
  const opened = await filledSms(openSms(ports.keyring, row), row, ports.fill)
  const deadline = passage.deadline() // as of before it is begun: who sleeps between the two writes nothing afterwards
  const begun = await ledger.beginSubmit({ token, id: row.id, slot, seal: opened.seal, phone: opened.to ?? row.phone })
  if (begun.status === 'suppressed') meter.count('sms_suppressed_total', { reason: begun.reason })
  if (begun.status !== 'submitting') return begun.status
  await at?.('submitting', row.id)
  const { attempt, to, before } = begun
  if (!(await passage.turn())) {
    await settle(ports, { token, id: row.id, attempt, status: 'queued', detail: 'leave_expired', excused: true }, undefined)
    return 'late'
  }
  const { answer, wroteAt } = await write(ports, { reference: row.id, to, text: opened.text, deadline, before })
  passage.answered(answer)
  await at?.('written', row.id)
  const stopped = answer.outcome === 'rejected' && answer.stopped === true ? to : undefined
  const kept = { token, id: row.id, attempt, ...settlement(answer, row.id, begun, passage.trial) }
  const stoppedAt = await settle(ports, kept, stopped)
  if (stoppedAt !== undefined && answer.outcome !== 'unreached')
    meter.observe('sms_stop_to_last_write_seconds', {}, Math.max(0, wroteAt - stoppedAt) / 1000)
  await at?.('settled', row.id)
  return answer.outcome
}

/** Monotonic ms: of an adapter that does not say when it wrote, when it answered. */
interface Wrote {
  readonly answer: GatewayAnswer
  readonly wroteAt: number
}

async function write({ gateway, clock, meter }: SmsPorts, submission: Submission): Promise<Wrote> {
  const sent = clock.monotonic()
  let wroteAt: number | undefined
  const wrote = () => {
    wroteAt = clock.monotonic()
  }
  const answer = await gateway.send({ ...submission, wrote }).catch(asUnknown)
  const now = clock.monotonic()
  meter.observe('sms_gateway_seconds', { outcome: answer.outcome }, (now - sent) / 1000)
  return { answer, wroteAt: wroteAt ?? now }
}

/** An adapter that throws leaves open what it wrote. */
const asUnknown = (error: unknown): GatewayAnswer => ({
  outcome: 'unknown',
  detail: error instanceof Error ? error.name : 'error',
})

type Begun = Extract<SmsBegun, { readonly status: 'submitting' }>
type Settled = Pick<SmsSettlement, 'status' | 'detail' | 'gatewayId' | 'delayMs' | 'excused'>

/**
 * Whoever is throttled goes back to the place it had; only a text that always is gets out of the way of the others. What may be the gateway's
 * fault alone does not use up the text's attempts.
 */
function settlement(answer: GatewayAnswer, id: string, { attempt, excused, doubtful }: Begun, trial: boolean): Settled {
  if (answer.outcome === 'submitted') return { status: 'submitted', gatewayId: answer.gatewayId }
  if (answer.outcome === 'rejected' && answer.stopped === true) return { status: 'rejected', detail: blockDetail(answer.detail) }
  if (answer.outcome === 'rejected' || answer.outcome === 'unknown') return { status: answer.outcome, detail: answer.detail }
  if (answer.outcome === 'throttled') {
    const again = excused < ATTEMPTS ? {} : { delayMs: retryDelay(id, excused - ATTEMPTS + 1) }
    return { status: 'queued', detail: `gateway_throttled: ${answer.detail}`, excused: true, ...again }
  }
  const counted = attempt - excused
  const detail = `gateway_unreachable: ${answer.detail}`
  if (counted >= ATTEMPTS && !trial) return { status: doubtful ? 'unknown' : 'rejected', detail }
  return { status: 'queued', detail, excused: trial, delayMs: retryDelay(id, counted) }
}

const SETTLE_TRIES = 6
const SETTLE_FIRST_MS = 100

/**
 * Keeps the answer, and before it that the number said STOP. A database that is away for a few seconds must not turn what we know into `unknown`.
 * Where STOP from that phone holds by now, answers when it was kept (monotonic ms, at the earliest: the ledger looked no sooner than it was asked).
 */
async function settle(
  { ledger, clock, meter }: SmsPorts,
  kept: SmsSettlement,
  stopped: string | undefined,
): Promise<number | undefined> {
  for (let tried = 1; ; tried++) {
    try {
      if (stopped !== undefined) await ledger.stop(stopped)
      const asked = clock.monotonic()
      const { sinceStopMs } = await ledger.settle(kept)
      meter.count('sms_settled_total', { status: kept.status })
      return sinceStopMs === undefined || stopped !== undefined ? undefined : asked - sinceStopMs
    } catch (error) {
      if (tried === SETTLE_TRIES) throw error
      await clock.sleep(SETTLE_FIRST_MS * 2 ** (tried - 1))
    }
  }
}
