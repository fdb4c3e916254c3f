import { squaredDistance } from './squared-distance.ts'

/** Clusters as they are found: centres row-major k × d, of each point the number of its centre, and all squared distances added up. */
export interface Settled {
  readonly of: Int32Array
  readonly inertia: number
}

/**
 * Points to their nearest centre and centres to the means of their points until nothing moves (Lloyd 1982), at most `rounds` times; `centres`
 * (k × d, row-major) is changed in place. A cluster left without points takes the point that lies farthest from its own centre, as in scikit-learn.
 *
 * Bounds say of most points that they cannot have moved (Hamerly 2010, "Making k-means even faster"): how far its own centre is at most, how far
 * any other at least, both carried along by how far centres moved. What comes out is what Lloyd's plain rounds would give; bounds are rounded
 * numbers, so a plain round, which forgets them, ends it. A point as near to another centre as to its own stays.
 *
 * @param tolerance it ends too where the squares of how far the centres moved add up to no more than this
 */
export function boundedLloyd(points: Float64Array, d: number, centres: Float64Array, rounds: number, tolerance = 0): Settled {
  const lloyd = new BoundedLloyd(points, d, centres)
  let left = rounds
  for (;;) {
    let way = Number.POSITIVE_INFINITY
    for (; left > 0 && way > tolerance; left--) way = lloyd.round()
    const moved = lloyd.settle()
    if (moved === 0 || left <= 0 || (way > 0 && way <= tolerance)) return lloyd.atMeans()
  }
}

class BoundedLloyd {
  readonly of: Int32Array
  inertia = 0
  readonly #points: Float64Array
  readonly #d: number
  readonly #k: number
  readonly #centres: Float64Array
  /** Of each point: no farther from its own centre than this, and no nearer to any other. Not squared. */
  readonly #upper: Float64Array
  readonly #lower: Float64Array
  readonly #sums: Float64Array
  readonly #counts: Int32Array
  /** How far each centre went last. */
  readonly #moved: Float64Array
  /** Half the way from each centre to the next one: nobody within it can be nearer to another. */
  readonly #half: Float64Array
  #fresh = true

  constructor(points: Float64Array, d: number, centres: Float64Array) {
    this.#points = points
    this.#d = d
    this.#centres = centres
    this.#k = centres.length / d
    const count = points.length / d
    this.of = new Int32Array(count)
    this.#upper = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
    this.#lower = new Float64Array(count)
    this.#sums = new Float64Array(centres.length)
    this.#counts = new Int32Array(this.#k)
    this.#moved = new Float64Array(this.#k)
    this.#half = new Float64Array(this.#k)
  }

  /** One round; returns how far the centres moved, squared, all together: 0 where no point changed its centre. */
  round(): number {
    if (this.#k === 0) return 0
    this.#halve()
    let changed = this.#assign()
    if (this.#fresh) this.#addUp()
    changed += this.#refill()
    const way = this.#fresh || changed > 0 ? this.#centre() : 0
    this.#fresh = false
    return way
  }

  /** Centres to their exact means, then a plain round: the nearest centre of all points, and inertia. Returns how many points had another. */
  settle(): number {
    this.#addUp()
    this.#centre()
    const [points, centres, of, d, k] = [this.#points, this.#centres, this.of, this.#d, this.#k]
    let [moved, inertia] = [0, 0]
    for (let i = 0, at = 0; i < of.length; i++, at += d) {
      let own = of[i]!
      let least = squaredDistance(points, at, centres, own * d, d)
      for (let c = 0; c < k; c++) {
        const away = squaredDistance(points, at, centres, c * d, d)
        if (away < least) [least, own] = [away, c]
      }
      if (own !== of[i]) moved++
      of[i] = own
      inertia += least
    }
    this.inertia = inertia
    this.#upper.fill(Number.POSITIVE_INFINITY)
    this.#lower.fill(0)
    this.#fresh = moved > 0
    return moved
  }

  /** What was found, with centres that are the means of their points also where it ended before all was still. */
  atMeans(): Settled {
    this.#addUp()
    this.#centre()
    // Squares around a mean are those around another place less the way there, squared, of each point.
    for (let c = 0; c < this.#k; c++) this.inertia -= this.#counts[c]! * this.#moved[c]! ** 2
    return { of: this.of, inertia: Math.max(0, this.inertia) }
  }

  #halve(): void {
    for (let a = 0; a < this.#k; a++) {
      let least = Number.POSITIVE_INFINITY
      for (let b = 0; b < this.#k; b++) {
        if (a === b) continue
        least = Math.min(least, squaredDistance(this.#centres, a * this.#d, this.#centres, b * this.#d, this.#d))
      }
      this.#half[a] = Math.sqrt(least) / 2
    }
  }

  /**
   * Carries the bounds along and looks again at the points that they do not hold; who changes its centre takes its part of the sums along.
   * Returns how many did.
   */
  #assign(): number {
    const [points, centres, of, d, k] = [this.#points, this.#centres, this.of, this.#d, this.#k]
    const [upper, lower, moved, half] = [this.#upper, this.#lower, this.#moved, this.#half]
    const { farthest, first, second } = twoLargest(moved)
    let changed = 0
    for (let i = 0, at = 0; i < of.length; i++, at += d) {
      let own = of[i]!
      let near = upper[i]! + moved[own]!
      let other = lower[i]! - (own === farthest ? second : first)
      const within = half[own]!
      if (near > other && near > within) {
        near = Math.sqrt(squaredDistance(points, at, centres, own * d, d))
        if (near > other && near > within) {
          const was = own
          let [least, next] = [near * near, Number.POSITIVE_INFINITY]
          for (let c = 0; c < k; c++) {
            if (c === was) continue
            const away = squaredDistance(points, at, centres, c * d, d)
            if (away < least) {
              next = least
              least = away
              own = c
            } else if (away < next) next = away
          }
          near = Math.sqrt(least)
          other = Math.sqrt(next)
          if (own !== was) {
            of[i] = own
            this.#shift(at, was, own)
            changed++
          }
        }
      }
      upper[i] = near
      lower[i] = other
    }
    return changed
  }

  /** Sums and counts from nothing: at first, and at the end, when what was taken along has left its rounding. */
  #addUp(): void {
    const [points, of, sums, counts, d] = [this.#points, this.of, this.#sums.fill(0), this.#counts.fill(0), this.#d]
    for (let i = 0, at = 0; i < of.length; i++, at += d) {
      const own = of[i]!
      counts[own]!++
      for (let f = 0, to = own * d; f < d; f++) sums[to + f]! += points[at + f]!
    }
  }

  /** Takes the point that begins at `at` out of one cluster's sums into another's. */
  #shift(at: number, from: number, to: number): void {
    const [points, sums, d] = [this.#points, this.#sums, this.#d]
    this.#counts[from]!--
    this.#counts[to]!++
    for (let f = 0; f < d; f++) {
      sums[from * d + f]! -= points[at + f]!
      sums[to * d + f]! += points[at + f]!
    }
  }

  /** Gives every cluster without points the one that lies farthest from its own centre, unless all lie on theirs. */
  #refill(): number {
    let filled = 0
    for (let c = 0; c < this.#k; c++) if (this.#counts[c] === 0 && this.#take(c)) filled++
    return filled
  }

  #take(empty: number): boolean {
    const [points, centres, d] = [this.#points, this.#centres, this.#d]
    let [most, farthest] = [0, -1]
    for (let i = 0; i < this.of.length; i++) {
      const own = this.of[i]!
      if (this.#upper[i]! ** 2 < most || this.#counts[own]! < 2) continue
      const away = squaredDistance(points, i * d, centres, own * d, d)
      if (away > most) [most, farthest] = [away, i]
    }
    if (farthest < 0) return false
    this.#shift(farthest * d, this.of[farthest]!, empty)
    this.of[farthest] = empty
    this.#upper[farthest] = Number.POSITIVE_INFINITY
    this.#lower[farthest] = 0
    return true
  }

  /** Centres to the means of their points; returns how far they moved, squared, all together. */
  #centre(): number {
    const [centres, sums, counts, d] = [this.#centres, this.#sums, this.#counts, this.#d]
    let all = 0
    for (let c = 0; c < this.#k; c++) {
      let way = 0
      for (let at = c * d; at < (c + 1) * d && counts[c]! > 0; at++) {
        const mean = sums[at]! / counts[c]!
        way += (mean - centres[at]!) ** 2
        centres[at] = mean
      }
      this.#moved[c] = Math.sqrt(way)
      all += way
    }
    return all
  }
}

function twoLargest(values: Float64Array): { farthest: number; first: number; second: number } {
  let [farthest, first, second] = [-1, 0, 0]
  for (let c = 0; c < values.length; c++) {
    const value = values[c]!
    if (value > first) [farthest, first, second] = [c, value, first]
    else if (value > second) second = value
  }
  return { farthest, first, second }
}
