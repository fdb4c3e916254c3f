import { Random } from '../random.ts'

/** Customers of a randomised test, a column each: how much a model expects the treatment to do for them, whether they had it, and what they did. */
export interface Scored {
  readonly score: Float64Array
  readonly treated: Uint8Array
  readonly outcome: Float64Array
}

/** What treating the best customers first would have brought. */
export interface Qini {
  /** Shares of all customers, from 0 to 1, and what treating so many brings per customer of all: `gain[k]` at `share[k]`. */
  readonly share: readonly number[]
  readonly gain: readonly number[]
  /** The area between the curve and the straight line of a random order, per customer: above 0 where the order is worth something. */
  readonly coefficient: number
  /** 95 % of bootstrap samples of the customers. */
  readonly low: number
  readonly high: number
}

const SAMPLES = 200

/**
 * The Qini curve and coefficient of Radcliffe 2007 ("Using Control Groups to Target on Predicted Lift"): by descending score, what the treated did less what
 * as many not treated did, Y_t − Y_c · N_t/N_c, over the treated of all. Customers of the same score are one step, for their order means nothing.
 *
 * @param points how many points of the curve to tell
 * @returns null where nobody was treated or nobody was not
 */
export function qini({ score, treated, outcome }: Scored, points = 20, seed = 42): Qini | null {
  const order = Uint32Array.from(score, (_, i) => i).sort((i, j) => score[j]! - score[i]! || i - j)
  const given = treated.reduce((sum, one) => sum + (one === 0 ? 0 : 1), 0)
  if (given === 0 || given === score.length) return null
  const once = new Uint16Array(score.length).fill(1)
  const { share, gain, area } = curve({ score, treated, outcome }, order, once)
  const random = new Random('qini', seed)
  const areas = Array.from({ length: SAMPLES }, () => {
    const times = new Uint16Array(score.length)
    for (let i = 0; i < times.length; i++) times[random.int(0, times.length - 1)]!++
    return curve({ score, treated, outcome }, order, times).area
  }).sort((a, b) => a - b)
  const at = Array.from({ length: points + 1 }, (_, k) => k / points)
  return {
    share: at,
    gain: at.map(one => between(share, gain, one)),
    coefficient: area,
    low: Math.min(area, areas[Math.floor(0.025 * SAMPLES)]!),
    high: Math.max(area, areas[Math.ceil(0.975 * SAMPLES) - 1]!),
  }
}

/** @param times how often each customer is counted */
function curve({ score, treated, outcome }: Scored, order: Uint32Array, times: Uint16Array) {
  const [share, gain] = [[0], [0]]
  let [given, got, not, had, seen] = [0, 0, 0, 0, 0]
  for (let at = 0; at < order.length; at++) {
    const i = order[at]!
    const n = times[i]!
    seen += n
    if (treated[i] === 0) {
      not += n
      had += n * outcome[i]!
    } else {
      given += n
      got += n * outcome[i]!
    }
    const same = at + 1 < order.length && score[order[at + 1]!] === score[i]
    if (same || n === 0) continue
    share.push(seen)
    gain.push(not === 0 ? (given === 0 ? 0 : got) : got - (had * given) / not)
  }
  const [all, per] = [Math.max(1, seen), Math.max(1, given)]
  const [shares, gains] = [share.map(one => one / all), gain.map(one => one / per)]
  let under = 0
  for (let k = 1; k < shares.length; k++) under += ((shares[k]! - shares[k - 1]!) * (gains[k]! + gains[k - 1]!)) / 2
  return { share: shares, gain: gains, area: under - (gains.at(-1) ?? 0) / 2 }
}

/** On the straight lines between points. */
function between(share: readonly number[], gain: readonly number[], at: number): number {
  let [low, high] = [0, share.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (share[middle]! <= at) low = middle
    else high = middle
  }
  const width = share[high]! - share[low]!
  return width === 0 ? gain[high]! : gain[low]! + ((gain[high]! - gain[low]!) * (at - share[low]!)) / width
}
