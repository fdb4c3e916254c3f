import { createHash } from 'node:crypto'

/**
 * The name of what a run asks of the world: one for each (campaign, step, customer, occurrence), however often it is asked. Hashed, for
 * together they may be longer than an id; ids have no control characters, so no two run together.
 */
export const textId = (campaignId: string, step: string, customerId: string, occurrence: string): string =>
  `flow_${createHash('sha256').update([campaignId, step, customerId, occurrence].join('\0')).digest('hex').slice(0, 40)}`
