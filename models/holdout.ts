import { createHash } from 'node:crypto'

/** Customers who get no texts, so that what texts are worth can be told. Another salt draws others. */
export interface Holdout {
  /** Of all customers, who get no marketing at all: 0–1. */
  readonly share: number
  /** Of a campaign's customers, who do not get that one, by its id: 0–1. `*` stands for every campaign that is not named. */
  readonly campaigns: ReadonlyMap<string, number>
  readonly salt: string
}

/** What a customer is held out of. */
export type HeldOut = 'all' | 'campaign'

/**
 * What a customer is held out of, if anything: the same answer everywhere and always. Who is held out of a share is held out of every larger one,
 * and each campaign draws anew: who is held out of one says nothing of another.
 */
export function heldOutOf({ share, campaigns, salt }: Holdout, customerId: string, campaignId?: string): HeldOut | undefined {
  if (isDrawn(share, salt, customerId)) return 'all'
  if (campaignId === undefined) return undefined
  const own = campaigns.get(campaignId) ?? campaigns.get('*') ?? 0
  return isDrawn(own, salt, campaignId, customerId) ? 'campaign' : undefined
}

/** Ids have no control characters, so no two of these run together to the same. */
const isDrawn = (share: number, ...whose: readonly string[]): boolean =>
  share > 0 && createHash('sha256').update(whose.join('\0')).digest().readUIntBE(0, 6) < share * 2 ** 48
