import { Ranker } from '../../models/ranker/rank.ts'
import { decodeRanker } from '../../models/ranker/ranker-model.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import type { CurrentOnnx } from './current-onnx.ts'
import { modelBytes, newestVersion, RANKER } from './models-table.ts'

/** How often it is asked whether a newer model is in place. */
const ASK_MS = 1000

/** The ranker that this instance scores with: the newest there is, swapped in while everything runs. */
export interface CurrentRanker {
  readonly current: () => { readonly ranker: Ranker; readonly rankerVersion: number } | undefined
  readonly follow: (signal: AbortSignal) => Promise<void>
}

/** Loads what there is; `follow` must then be run. A model that cannot be read leaves the one before in place. */
export async function openRanker(
  sql: Sql,
  clock: Clock,
  onnx: CurrentOnnx,
  warn: (message: string, details: Readonly<Record<string, unknown>>) => void,
): Promise<CurrentRanker> {
  let held: { readonly ranker: Ranker; readonly rankerVersion: number } | undefined
  let asked = 0

  async function load(): Promise<void> {
    const { version } = await newestVersion(sql, RANKER)
    if (version <= asked) return
    const bytes = await modelBytes(sql, RANKER, version)
    if (bytes === undefined) return // replaced meanwhile: the next look finds its successor
    asked = version
    try {
      held = { ranker: new Ranker(decodeRanker(bytes), onnx.current), rankerVersion: version }
    } catch (error) {
      warn('a model cannot be read; the one before stays, and the next is waited for', {
        model: RANKER,
        version,
        error: String(error),
      })
    }
  }

  await onnx.look()
  await load()
  return {
    current: () => held,
    async follow(signal) {
      while (!signal.aborted) {
        await clock.sleep(ASK_MS, signal)
        await onnx.look()
        await load()
      }
    },
  }
}
