import { webhookDispatcher } from '../../consumers/webhook-dispatcher.ts'
import { pgliteSql } from '../../infra/sql/pglite-sql.ts'
import { httpCaller } from '../../infra/webhooks/http-caller.ts'
import { webhookLedger } from '../../infra/webhooks/webhook-ledger.ts'
import { webhookSigner } from '../../models/webhook-signature.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { silent } from '../../streams/meter.ts'

/** A dispatcher in a process of its own that kills itself when it comes to a point for the so-manieth time. */
export interface WebhookProcess {
  readonly folder: string
  readonly dieAt: { readonly point: string; readonly times: number }
}

const { folder, dieAt } = JSON.parse(process.argv[2]!) as WebhookProcess
const sql = await pgliteSql({ folder })
const signer = webhookSigner(Buffer.from('a key of this test'))
const caller = httpCaller({ hosts: ['127.0.0.1'], allowPrivate: true, signer, clock, timeoutMs: 700 })
let left = dieAt.times
const at = (point: string) => {
  if (point === dieAt.point && --left === 0) process.kill(process.pid, 'SIGKILL')
}
process.on('disconnect', () => process.exit()) // the test is over
await webhookDispatcher({ ledger: webhookLedger(sql), caller, clock, meter: silent, at }, { calls: 3, perHost: 3 }).run(
  new AbortController().signal,
)
