import type { PhoneHash } from '../../models/phone-hash.ts'
import type { KeywordMessage } from '../../producers/sms-words.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Outbound } from '../../streams/outbound.ts'
import type { Sql } from '../../streams/sql.ts'
import { againAfterDeadlock } from './again-after-deadlock.ts'
import { type Confirmations, isLate } from './confirmations.ts'
import { addOptOuts, lockOptOuts } from './ledger-statements.ts'
import { phonesOf } from './phone-words.ts'

export interface ConfirmPorts {
  readonly sql: Sql
  readonly phoneHash: PhoneHash
  readonly confirmations: Confirmations
  readonly clock: Clock
}

/** Asks for the replies to keywords that a shop told us of as messages: to the phone that each customer has now. History gets none. */
export function confirmMessages({ sql, phoneHash, confirmations, clock }: ConfirmPorts) {
  return async (messages: readonly KeywordMessage[]): Promise<Outbound[]> => {
    const now = clock.now()
    const fresh = messages.filter(({ at }) => !isLate(at, now))
    if (fresh.length === 0) return []
    const phones = await phonesOf(
      sql,
      fresh.map(({ customerId }) => customerId),
    )
    const requests: Outbound[] = []
    for (const { customerId, id, ...spoken } of fresh) {
      const phone = phones.get(customerId)
      if (phone === undefined) continue
      await confirmations.prepare(phone)
      const request = await againAfterDeadlock(() =>
        sql.transaction(async tx => {
          await tx.query(addOptOuts, [[phoneHash(phone)]])
          await tx.query(lockOptOuts, [[phoneHash(phone)]])
          return confirmations.ask(tx, { ...spoken, phone, messageId: `${customerId}\0${id}`, now })
        }),
      )
      if (request !== undefined) requests.push(request)
    }
    return requests
  }
}
