import { Ranker } from '../../models/ranker/rank.ts'
import { decodeRanker } from '../../models/ranker/ranker-model.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Sql } from '../../streams/sql.ts'
import { type Newest, newest } from '../newest.ts'
import type { CurrentOnnx } from './current-onnx.ts'
import { modelBytes, newestVersion, RANKER } from './models-table.ts'

/** The ranker that this instance scores with; none before the first was trained. */
export type CurrentRanker = Newest<{ readonly ranker: Ranker; readonly rankerVersion: number } | undefined>

/** A model that cannot be read leaves the one before in place. */
export function openRanker(
  sql: Sql,
  clock: Clock,
  onnx: CurrentOnnx,
  warn: (message: string, details: Readonly<Record<string, unknown>>) => void,
): Promise<CurrentRanker> {
  let asked = 0
  return newest(clock, async held => {
    await onnx.look()
    const { version } = await newestVersion(sql, RANKER)
    if (version <= asked) return held
    const bytes = await modelBytes(sql, RANKER, version)
    if (bytes === undefined) return held // replaced meanwhile: the next look finds its successor
    asked = version
    try {
      return { ranker: new Ranker(decodeRanker(bytes), onnx.current), rankerVersion: version }
    } catch (error) {
      warn('a model cannot be read; the one before stays, and the next is waited for', {
        model: RANKER,
        version,
        error: String(error),
      })
      return held
    }
  })
}
