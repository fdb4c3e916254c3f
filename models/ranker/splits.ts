import { DEED, type Histories } from './histories.ts'

const DAY = 86_400_000
/** Judges learn from what was bought within so many days, or an eighth of all time, whichever is less. */
const WINDOW = 45 * DAY
const SHARE_OF_TIME = 8
/** So much of what is bought is bought on a later day than a customer's first, where customers come back. */
const COMING_BACK = 0.5
/** Customers who must have bought so much before the last of it can be held back. */
const LEAST = 5

/** A moment to learn from: what was known then, and what came after. By customer: where the known deeds end, and where what came after does. */
export interface Split {
  readonly now: number
  readonly ends: Int32Array
  readonly until: Int32Array
}

/**
 * Moments for judges to learn from, the latest first. Where customers come back: instants with the weeks after them. Where nearly
 * all of them come once: the last fifth of what each bought, and the very last.
 */
export function splits(histories: Histories): readonly Split[] {
  const [from, to] = span(histories)
  if (comingBack(histories) < COMING_BACK) return [lastOfEach(histories, to, 0.2), lastOfEach(histories, to, 0)]
  const window = Math.min(WINDOW, (to - from) / SHARE_OF_TIME)
  return [1, 5 / 3].map(back => {
    const now = to - back * window
    return { now, ends: endsAt(histories, now), until: endsAt(histories, now + window + 1) }
  })
}

/** Where each customer's deeds before an instant end. */
export function endsAt({ starts, at }: Histories, instant: number): Int32Array {
  const ends = new Int32Array(starts.length - 1)
  for (let c = 0; c < ends.length; c++) {
    let k = starts[c]!
    while (k < starts[c + 1]! && at[k]! < instant) k++
    ends[c] = k
  }
  return ends
}

function span({ at }: Histories): [number, number] {
  let [from, to] = [Number.POSITIVE_INFINITY, 0]
  for (const one of at) {
    from = Math.min(from, one)
    to = Math.max(to, one)
  }
  return [from, to]
}

function comingBack({ starts, at, deed }: Histories): number {
  let [all, later] = [0, 0]
  for (let c = 0; c + 1 < starts.length; c++) {
    let first: number | undefined
    for (let k = starts[c]!; k < starts[c + 1]!; k++) {
      if (deed[k] !== DEED.bought) continue
      first ??= at[k]!
      all++
      if (at[k]! - first > DAY) later++
    }
  }
  return all === 0 ? 0 : later / all
}

/** Holds back a share of what each customer bought, the last of it, and at least one. */
function lastOfEach({ starts, deed }: Histories, now: number, share: number): Split {
  const ends = starts.slice(1)
  for (let c = 0; c < ends.length; c++) {
    const bought: number[] = []
    for (let k = starts[c]!; k < starts[c + 1]!; k++) if (deed[k] === DEED.bought) bought.push(k)
    if (bought.length >= LEAST) ends[c] = bought[bought.length - Math.max(1, Math.floor(share * bought.length))]!
  }
  return { now, ends, until: starts.slice(1) }
}
