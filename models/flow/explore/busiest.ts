import TinyQueue from 'tinyqueue'
import type { Flow } from '../../../schemas/flow.ts'
import { sends } from '../edge-forms.ts'
import { durationMs } from '../flow-duration.ts'
import { earliest, everyArrival } from './arrivals.ts'
import type { ClockGrid } from './clock-grid.ts'
import type { Passage } from './passage.ts'
import type { ReachedTimes } from './reach-clock.ts'
import type { Situations } from './situations.ts'

/** The most texts that any customer may get in less than a time. */
export interface Busiest {
  /** Never fewer than there may be; `most + 1` where there may be more than were asked for. */
  readonly texts: number
  /** How such a customer may go, where there may be more: the place of the first of the texts, and the ways from there on to the last. */
  readonly first: number
  readonly ways: readonly { readonly at: number; readonly way: number; readonly took: number }[]
}

export interface Explored {
  readonly flow: Flow
  readonly situations: Situations
  readonly passages: readonly (readonly Passage[])[]
  readonly grid: ClockGrid
  readonly times: ReachedTimes
  /** When customers come to each situation at the latest, in ms after entry. */
  readonly latest: readonly number[]
  /** Per situation and edge, what a wait for an instant takes at least (ms). */
  readonly instantWait: (at: number, passage: Passage) => number
}

interface Label {
  readonly label: number
  readonly took: number
  readonly depth: number
}

/**
 * Whether some customer may get more than `most` texts within less than `span` (ms), and if not, how many at most.
 *
 * Dijkstra's shortest ways (1959) from all texts at all times of the week at which they may go, in layers by how many texts there were: as
 * every passage keeps the order of those who take it (Dean 2004, FIFO networks), the earliest k-th text is on a way of earliest
 * passages. Where edges are open at some hours only, who is
 * earlier may miss what who is later finds: there all times of answers are followed. A rate limit lets on whoever has had enough texts only when the earliest of them are long enough ago.
 */
export function busiest(explored: Explored, most: number, span: number): Busiest {
  const { flow, situations, passages, grid, times } = explored
  const { step, ways } = situations
  const { cells } = grid
  const layers = most + 1
  const labels = step.length * cells * layers
  const took = new Float64Array(labels).fill(Number.POSITIVE_INFINITY)
  const before = new Int32Array(labels).fill(-1)
  const by = new Int32Array(labels)
  const earliestText = new Float64Array(layers + 1).fill(Number.POSITIVE_INFINITY)
  const text = flow.steps.map(sends)
  const byHours = passages.some(edges => edges.some(({ hours }) => hours !== undefined))
  // Of those that are as fast, first the one of fewest steps from entry on: its story is the shortest.
  const queue = new TinyQueue<Label>([], (a, b) => a.took - b.took || a.depth - b.depth)
  const reach = (label: number, time: number, from: number, way: number, depth: number): void => {
    if (time >= span || time >= took[label]!) return
    took[label] = time
    before[label] = from
    by[label] = way
    queue.push({ label, took: time, depth })
  }
  // A label is (place × layers + texts so far − 1).
  step.forEach((at, situation) => {
    if (!text[at]) return
    for (let place = situation * cells; place < (situation + 1) * cells; place++)
      if (times.before[place] !== -2) reach(place * layers, 0, -1, 0, times.depth[place]!)
  })
  let texts = 0
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { label, depth } = next
    if (next.took > took[label]!) continue
    const k = (label % layers) + 1
    const place = Math.floor(label / layers)
    const situation = Math.floor(place / cells)
    texts = Math.max(texts, k)
    earliestText[k] = Math.min(earliestText[k]!, next.took)
    if (k > most) return { texts: k, ...wayBack(label) }
    const from = flow.steps[step[situation]!]!
    ways[situation]!.forEach(({ to, edge }, way) => {
      const passage = passages[step[situation]!]![edge]!
      const wait = passage.instant === undefined ? 0 : explored.instantWait(situation, passage)
      const layer = text[step[to]!] ? k : k - 1
      const on = (cell: number, time: number) =>
        reach((to * cells + cell) * layers + layer, next.took + time, label, way, depth + 1)
      if (byHours && (passage.least < passage.most || passage.instant !== undefined)) {
        for (const arrival of everyArrival(place % cells, passage, grid)) on(arrival.cell, Math.max(wait, arrival.took))
        return
      }
      if (from.type === 'rate_limit' && from.events[edge]!.type === 'allowed' && k >= from.messages) {
        // When it lets on does not depend on when one comes: who came here later, but by then, is let on at the same time, nearer to this cell.
        const held = Math.max(0, earliestText[k - from.messages + 1]! + durationMs(from.per) - next.took)
        const last = Math.min(cells - 1, Math.ceil(held / grid.size) * (grid.exact ? 2 : 1) + 1)
        for (let n = 0; n <= (held === 0 ? 0 : last); n++) on(((place % cells) + n) % cells, held)
        return
      }
      const soonest = earliest(place % cells, passage, grid, wait)
      if (soonest === undefined) return
      for (let n = 0; n < soonest.cells; n++) on((soonest.cell + n) % cells, soonest.took)
    })
  }
  return { texts, first: -1, ways: [] }

  function wayBack(last: number): Pick<Busiest, 'first' | 'ways'> {
    const back: { at: number; way: number; took: number }[] = []
    let label = last
    for (; before[label] !== -1; label = before[label]!) {
      const from = before[label]!
      back.push({ at: Math.floor(from / layers / cells), way: by[label]!, took: took[label]! - took[from]! })
    }
    return { first: Math.floor(label / layers), ways: back.reverse() }
  }
}
