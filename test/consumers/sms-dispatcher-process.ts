import { smsDispatcher } from '../../consumers/sms-dispatcher.ts'
import { httpGateway } from '../../infra/gateways/http.ts'
import { smsLedger } from '../../infra/sms/ledger.ts'
import { pgSql } from '../../infra/sql/pg-sql.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import { silent } from '../../streams/meter.ts'
import { noTracer } from '../../streams/tracer.ts'
import { noRules, phoneHash } from '../infra/sms/sms-fixture.ts'

/** A dispatcher in a process of its own, which a test can kill, or which kills itself at a named point. */
export interface DispatcherProcess {
  readonly database: { readonly folder: string } | { readonly url: string }
  readonly gatewayUrl: string
  readonly slots: number
  /** How long a call to the gateway may take, in ms. */
  readonly timeoutMs: number
  readonly dieAt?: { readonly point: string; readonly times: number }
}

const { database, gatewayUrl, slots, timeoutMs, dieAt } = JSON.parse(process.argv[2]!) as DispatcherProcess
const sql = 'url' in database ? pgSql({ url: database.url, max: 6, onError: () => {} }) : await pgliteSql(database)
const gateway = httpGateway({ url: gatewayUrl, clock, timeoutMs })
const ledger = smsLedger(sql, { clock, phoneHash, gateway: 'http', rules: noRules })
let left = dieAt?.times ?? 0
const dispatcher = smsDispatcher(
  {
    ledger,
    gateway,
    keyring: sqlKeyring(sql, clock),
    clock,
    meter: silent,
    tracer: noTracer,
    at: point => {
      if (point === dieAt?.point && --left === 0) process.kill(process.pid, 'SIGKILL')
    },
  },
  { slots, windowMs: 600 },
)
const stopping = new AbortController()
process.on('SIGTERM', () => stopping.abort())
process.on('disconnect', () => process.exit()) // the test is over
process.send?.('ready')
await dispatcher.run(stopping.signal)
await gateway.close()
await sql.close()
process.disconnect?.()
