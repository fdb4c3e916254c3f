import type { Confirmations } from '../../../infra/sms/confirmations.ts'
import { smsInbound } from '../../../infra/sms/sms-inbound.ts'
import { systemClock } from '../../../streams/clock.ts'
import { noJournal } from '../../../streams/journal.ts'
import type { Outbound } from '../../../streams/outbound.ts'
import type { Sql } from '../../../streams/sql.ts'
import { phoneHash } from './sms-fixture.ts'

export interface InboundWorld {
  readonly sql: Sql
  /** Epoch ms */
  readonly now: number
  readonly confirmations: Confirmations | undefined
  /** Where what is published goes. */
  readonly published: Outbound[]
  /** The log cannot be reached. */
  readonly away: boolean
}

/** The way in for texts from handsets, as gateways bring them, to a shop in Pakistan. */
export const inboundHere = ({ sql, now, confirmations, published, away }: InboundWorld) =>
  smsInbound({
    sql,
    shop: { currency: 'PKR', region: 'PK' },
    clock: { ...systemClock, now: () => now },
    phoneHash,
    async publish(records) {
      if (away) throw new Error('the log is away')
      published.push(...records)
      return []
    },
    journal: noJournal,
    confirmations,
    campaignDays: 7,
  })
