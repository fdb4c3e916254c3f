import { compose } from '../../infra/compose.ts'
import { jsonLogger } from '../../infra/logger.ts'
import type { Sql } from '../../streams/sql.ts'
import { startTarang } from '../support/running-tarang.ts'
import { type Deployment, openLeft } from '../support/scratch-deployment.ts'

/** A Tarang that is measured from outside. */
export interface MeasuredTarang {
  readonly address: string
  readonly sql: Sql
  stop(): Promise<void>
}

/**
 * On the stack in a process of its own, with the flags it is started with: who measures is not to stand in its way. In this one on a data folder, which only one
 * process may have open.
 */
export async function measuredTarang(deployment: Deployment): Promise<MeasuredTarang> {
  const { config, mode } = deployment
  if (mode !== 'stack') {
    const tarang = await compose(config, { logger: jsonLogger('fatal') })
    const address = await tarang.listen({ host: '127.0.0.1', port: 0 })
    return { address, sql: tarang.sql, stop: () => tarang.stop() }
  }
  const running = await startTarang({ config: { ...config, logLevel: 'fatal' }, sessionTimeoutMs: 10_000 })
  if (running.url === undefined) throw new Error('the process that was to be measured has died')
  const { sql, log } = await openLeft(deployment)
  return {
    address: running.url,
    sql,
    async stop() {
      await running.kill('SIGTERM')
      await log.close()
      await sql.close()
    },
  }
}
