import type { Clock } from '../streams/clock.ts'
import type { Meter } from '../streams/meter.ts'
import type { Dispatcher } from '../streams/processor.ts'
import type { DoubtfulSms, DoubtSettlement, SmsDoubts } from './sms-doubts.ts'
import type { GatewayFinding, SmsGateway } from './sms-gateway.ts'

export interface SettlerPorts {
  readonly doubts: SmsDoubts
  readonly gateway: SmsGateway
  readonly clock: Clock
  readonly meter: Meter
}

/** So many texts are asked about in each of these, at once. */
const RATE = { texts: 10, everyMs: 1000 } as const
const NEXT = { firstMs: 10_000, longestMs: 3_600_000 } as const
/** With the delays above: over 16 hours of queries, ten minutes of repetitions. */
export const MOST = { queries: 24, repetitions: 6 } as const
/** A gateway that has no record of a text may still get it from a queue on the way; after so long without an answer it does not. */
export const ABSENT_MS = 600_000

/** How long until the next asking, after so many before. */
export const nextAsking = (asked: number, most: number): number | undefined =>
  asked + 1 >= most ? undefined : Math.min(NEXT.longestMs, NEXT.firstMs * 2 ** (asked + 1))

/**
 * What is known after the gateway was asked. Its word on a text it has is believed at once; that it has none, only after ten minutes, and then
 * the text goes out again only where a repetition would be recognised.
 */
export function weighed({ id, asked, forMs }: DoubtfulSms, finding: GatewayFinding, recognises: boolean): DoubtSettlement {
  const { status, detail } = finding
  const nextMs = nextAsking(asked, MOST.queries)
  const said = `asked: ${detail === '' ? status : `${status}, ${detail}`}`
  if (status === 'unanswered' || (status === 'absent' && forMs < ABSENT_MS))
    return { id, status: 'unknown', detail: said, nextMs }
  if (status === 'absent') return { id, status: recognises ? 'queued' : 'rejected', detail: 'asked: not_at_gateway', nextMs }
  return { id, status, detail: said, gatewayId: finding.gatewayId }
}

const repeated = ({ id, asked }: DoubtfulSms): DoubtSettlement => ({
  id,
  status: 'queued',
  detail: 'repeated: the gateway recognises the reference',
  nextMs: nextAsking(asked, MOST.repetitions),
})

/**
 * Settles texts whose answer was lost, by what their gateway can do: it asks one that can be asked, has the text repeated to one that recognises
 * its reference, and lets be what only a receipt or an operator can settle.
 */
export function smsSettler({ doubts, gateway, clock, meter }: SettlerPorts): Dispatcher {
  const { find, recognises } = gateway.capabilities

  async function ask(text: DoubtfulSms): Promise<DoubtSettlement> {
    if (find === undefined) return repeated(text)
    const finding = await find({ reference: text.id, gatewayId: text.gatewayId })
    meter.count('sms_asked_total', { answer: finding.status })
    return weighed(text, finding, recognises)
  }

  return {
    kind: 'dispatcher',
    name: 'sms-settler',
    async run(signal) {
      while (!signal.aborted) {
        const texts = await doubts.take(RATE.texts)
        if (texts.length > 0) await doubts.settle(await Promise.all(texts.map(ask)))
        await clock.sleep(RATE.everyMs, signal)
      }
    },
  }
}
