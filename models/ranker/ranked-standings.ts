import { ALIKE, ELSEWHERE, GROUND_OF_FEATURE, RANKED_GROUNDS, type Standing, strongest } from '../grounds.ts'
import { FEATURES } from './features.ts'
import type { Judge, Judged, Judges } from './judge.ts'
import { judgeReasons } from './judge-reasons.ts'
import type { Asked } from './rank.ts'

/**
 * Why ranked items stand where they do: those never bought by the judge that put them into order among each other, the others by the
 * judge of all. Items that were no candidates are left out.
 * @param leaning what was added to the scores of somebody hardly known, by item
 */
export function rankedStandings(
  judges: Judges,
  { found, values, all, fresh }: Asked,
  items: readonly number[],
  leaning: Float64Array | undefined,
): Map<number, Standing> {
  const rows = items.map(item => found.items.indexOf(item))
  const told = new Map<number, Standing>()
  const [seen, adds] = [new Float64Array(RANKED_GROUNDS.length), new Float64Array(RANKED_GROUNDS.length)]
  const tell = (by: 'new' | 'all', one: Judge, judged: Judged, of: Float32Array, those: readonly number[]) => {
    if (those.length === 0) return
    const { added, elsewhere } = judgeReasons(one, judged, of, Int32Array.from(those))
    for (const [i, row] of those.entries()) {
      const item = found.items[row]!
      gather(values, row, added, i, seen, adds)
      seen[ALIKE] = adds[ALIKE] = leaning?.[item] ?? 0
      seen[ELSEWHERE] = adds[ELSEWHERE] = elsewhere[i]!
      told.set(item, { by, score: judged.scores[row]! + adds[ALIKE]!, strongest: strongest(RANKED_GROUNDS, seen, adds) })
    }
  }
  const ofFresh = values.subarray(0, found.fresh * FEATURES.length)
  tell(
    'new',
    judges.fresh,
    fresh,
    ofFresh,
    rows.filter(row => row >= 0 && row < found.fresh),
  )
  tell(
    'all',
    judges.all,
    all,
    values,
    rows.filter(row => row >= found.fresh),
  )
  return told
}

/** What the features of a row add, those of one source as one; what was seen of it is the first of them: how far it lies from the mean. */
function gather(values: Float32Array, row: number, added: Float64Array, i: number, seen: Float64Array, adds: Float64Array): void {
  const width = FEATURES.length
  adds.fill(0)
  for (let f = width - 1; f >= 0; f--) {
    const ground = GROUND_OF_FEATURE[f]!
    adds[ground]! += added[i * width + f]!
    seen[ground] = values[row * width + f]!
  }
}
