import type { SmsPorts } from '../../consumers/dispatch-sms.ts'
import { smsDispatcher } from '../../consumers/sms-dispatcher.ts'
import type { SmsGateway } from '../../consumers/sms-gateway.ts'
import type { TenureOptions } from '../../consumers/sms-tenure.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import { silent } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { noTracer } from '../../streams/tracer.ts'
import { ledgerOn } from '../infra/sms/sms-fixture.ts'

export interface RunningDispatcher {
  wake(): void
  end(): Promise<void>
}

/** A dispatcher of its own on a ledger, as an instance has one. */
export function runDispatcher(
  sql: Sql,
  gateway: SmsGateway,
  { ports, ...options }: Partial<TenureOptions> & { ports?: Partial<SmsPorts> } = {},
): RunningDispatcher {
  const dispatcher = smsDispatcher(
    { ledger: ledgerOn(sql), gateway, keyring: sqlKeyring(sql, clock), clock, meter: silent, tracer: noTracer, ...ports },
    options,
  )
  const stopping = new AbortController()
  const ended = dispatcher.run(stopping.signal)
  ended.catch(() => {}) // whoever ends it hears
  return {
    wake: () => dispatcher.wake(),
    async end() {
      stopping.abort()
      await ended
    },
  }
}
