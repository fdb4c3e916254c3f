import type { Engine } from '../../streams/engine.ts'
import { lease } from '../../streams/lease.ts'
import type { Dispatcher } from '../../streams/processor.ts'
import { modelBytes, newestVersion, RANKER, storeModel } from './models-table.ts'
import { trainRanker } from './train-ranker.ts'

/** How long a model is good for while customers go on doing things. */
const EVERY_MS = 60 * 60_000
/** How often it is looked whether it is time. */
const LOOK_MS = 15_000
const LEASE_MS = 60_000
/** Customers below whom there is nothing to learn. */
const LEAST_CUSTOMERS = 100

/**
 * Trains the ranker anew every hour in which something happened, and the first time as soon as there are customers enough. One instance
 * at a time does; a training cut short is begun again by the next.
 * @param onnx the file of trees from elsewhere that may do better than our own
 */
export function trainer({ sql, clock, warn, journal }: Engine, onnx: string | undefined): Dispatcher {
  const held = lease(sql, clock, 'trainer', LEASE_MS)
  /** Where the world stood when it taught nothing, or nothing new. */
  let learntAt: number | undefined

  async function look(signal: AbortSignal): Promise<void> {
    const { version, trainedAt } = await newestVersion(sql, RANKER)
    if (clock.now() - trainedAt < EVERY_MS) return
    const { customers, newest } = await standing()
    if (customers < LEAST_CUSTOMERS || newest === learntAt || !(await held.mine())) return
    const renewing = renew(signal)
    try {
      const present = version === 0 ? undefined : await modelBytes(sql, RANKER, version)
      const trained = await trainRanker(sql, present, { signal, onnx })
      learntAt = newest
      if (trained === undefined) return
      journal.info('model trained', {
        model: RANKER,
        version: await storeModel(sql, RANKER, trained, clock.now()),
        ...trained.report,
      })
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      renewing.stop()
      await held.giveBack()
    }
  }

  async function standing(): Promise<{ customers: number; newest: number }> {
    const [row] = await sql.query('SELECT count(*)::int AS customers, coalesce(max(at), 0) AS newest FROM tastes')
    return row as { customers: number; newest: number }
  }

  function renew(signal: AbortSignal): { stop: () => void } {
    const over = new AbortController()
    const either = AbortSignal.any([signal, over.signal])
    void (async () => {
      while (!either.aborted) {
        await clock.sleep(LEASE_MS / 4, either)
        if (!either.aborted)
          await held.mine().catch(error => warn('the lease of the trainer was not renewed', { error: String(error) }))
      }
    })()
    return { stop: () => over.abort() }
  }

  return {
    kind: 'dispatcher',
    name: 'trainer',
    async run(signal) {
      while (!signal.aborted) {
        await look(signal)
        await clock.sleep(LOOK_MS, signal)
      }
    },
  }
}
