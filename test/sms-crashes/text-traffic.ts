import type { Inbound } from '../../schemas/events.ts'
import type { Text } from '../support/tarang-process.ts'
import type { Chunk } from '../support/traffic.ts'

const CUSTOMERS = 40
const AT = '2026-01-01T00:00:00.000Z'

const phoneOf = (n: number) => `+92300${String(n).padStart(7, '0')}`

/**
 * Texts of every fate in so many chunks, behind one of who the customers are: of eight, five said yes, one nothing, one STOP, and one has
 * no phone. Every second text is for one of them; the others are for numbers of nobody.
 */
export function textTraffic(messages: number, chunks: number): Chunk[] {
  const texts = Array.from({ length: messages }, (_, i) => text(i))
  const size = Math.ceil(messages / (chunks - 1))
  const parts = Array.from({ length: chunks - 1 }, (_, i) => texts.slice(i * size, (i + 1) * size))
  const events = Array.from({ length: CUSTOMERS }, (_, i) => eventsOf(i)).flat()
  return [{ events, texts: [] }, ...parts.map(texts => ({ events: [], texts }))]
}

function eventsOf(i: number): Inbound[] {
  const customerId = `c${i}`
  const common = { customerId, occurredAt: AT }
  const kind = i % 8
  const traits = { firstName: `Ada ${i}`, ...(kind === 7 ? {} : { phone: phoneOf(i) }) }
  return [
    { type: 'profile', id: `profile-${i}`, ...common, traits },
    ...(kind === 5
      ? []
      : [{ type: 'consent', id: `consent-${i}`, ...common, channel: 'sms', state: 'granted', source: 'test' } as const]),
    ...(kind === 6
      ? [{ type: 'message', id: `stop-${i}`, ...common, direction: 'in', channel: 'sms', text: 'STOP' } as const]
      : []),
  ]
}

function text(i: number): Text {
  const words = { id: `text-${i}`, text: `Shukriya! Order ${i}` }
  if (i % 2 === 0) return { ...words, to: phoneOf(100_000 + i), class: 'transactional' }
  return { ...words, customerId: `c${((i - 1) / 2) % CUSTOMERS}`, class: i % 3 === 0 ? 'transactional' : 'marketing' }
}
