import { wilson } from '../../../models/uplift/proportions.ts'

/** Lists that were shown at some confidence, and how many of their products were bought. */
export interface Band {
  /** Confidences from here up to, not including, `to`; the last one's 1 belongs to it. */
  readonly from: number
  readonly to: number
  readonly shown: number
  readonly bought: number
}

export interface Chance {
  readonly chance: number
  /** In 95 of 100 cases it lies between these. */
  readonly low: number
  readonly high: number
}

const BANDS = 5
/** Fewer purchases than this in all tell nothing of how bands differ, and fewer products than this shown nothing at all. */
const FEW_BOUGHT = 50
const FEW_SHOWN = 50
/** Of nothing nothing is known. */
const UNKNOWN: Chance = { chance: 0, low: 0, high: 1 }

/**
 * As many products in each band, as far as ties let them; neighbours of which the surer was bought less are one band, so that chances never fall with
 * confidence (pool adjacent violators: Ayer et al. 1955, Annals of Mathematical Statistics 26).
 * @param confidence of each product shown, and whether it was `bought` (1)
 */
export function bandsOf(confidence: ArrayLike<number>, bought: ArrayLike<number>): Band[] {
  const shown = confidence.length
  if (shown < FEW_SHOWN) return []
  const order = Uint32Array.from({ length: shown }, (_, k) => k).sort((a, b) => confidence[a]! - confidence[b]! || a - b)
  let all = 0
  for (let k = 0; k < shown; k++) all += bought[k]!
  const bands: Band[] = []
  const many = all < FEW_BOUGHT ? 1 : BANDS
  let start = 0
  for (let band = 1; band <= many; band++) {
    let end = band === many ? shown : Math.floor((band * shown) / many)
    while (end > 0 && end < shown && confidence[order[end]!] === confidence[order[end - 1]!]) end++
    if (end <= start) continue
    let hits = 0
    for (let k = start; k < end; k++) hits += bought[order[k]!]!
    const to = end === shown ? 1 : confidence[order[end]!]!
    pool(bands, { from: bands.at(-1)?.to ?? 0, to, shown: end - start, bought: hits })
    start = end
  }
  return bands
}

function pool(bands: Band[], next: Band): void {
  let band = next
  for (let last = bands.at(-1); last !== undefined && shareOf(last) >= shareOf(band); last = bands.at(-1)) {
    bands.pop()
    band = { from: last.from, to: band.to, shown: last.shown + band.shown, bought: last.bought + band.bought }
  }
  bands.push(band)
}

const shareOf = ({ shown, bought }: Band): number => bought / shown

/** What each confidence is worth: the share of its band that was bought, with Wilson's interval. Without bands nothing is known. */
export function chancesBy(bands: readonly Band[]): (confidence: number) => Chance {
  const chances = bands.map(({ shown, bought }) => ({ chance: bought / shown, ...wilson({ of: shown, hits: bought }) }))
  return confidence => {
    let band = bands.length - 1
    while (band > 0 && confidence < bands[band]!.from) band--
    return chances[band] ?? UNKNOWN
  }
}
