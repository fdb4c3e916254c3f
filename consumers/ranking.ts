import type { RfmDelta, RfmDeltaOrTick } from '../schemas/records.ts'
import { events, rfmCuts, rfmDeltas } from '../schemas/topics.ts'
import { type Fold, output } from '../streams/processor.ts'
import { type Counted, countedTable, type Ranks, ranksWhole } from './rank-state.ts'

/** What a delta meets: where all customers stand, and where this one was last counted. */
export interface RankingState {
  readonly ranks: Ranks
  readonly counted?: Counted
}

/** rfm-deltas → rfm-cuts: where the quintiles of all customers lie. Deltas move counts; a tick publishes what moved, and tells every partition of `events`. */
export const ranking: Fold<RfmDeltaOrTick, RankingState> = {
  kind: 'fold',
  name: 'ranking',
  input: rfmDeltas,
  outputs: [rfmCuts, events],
  roundsApartMs: 50,
  state: {
    tables: { counted: countedTable },
    wholes: { ranks: ranksWhole },
    keys: record => (record.type === 'tick' ? {} : { counted: [record.customerId] }),
  },
  tick: {
    everyMs: 1000,
    heardBy: { processor: 'customers', topic: events },
    due: ({ ranks }) => ranks.moved,
    record: now => output(rfmDeltas, 'tick', { type: 'tick', at: now }),
  },
  fold: (state, record) => (record.type === 'tick' ? publish(state) : { state: move(state, record), outputs: [] }),
}

function publish(state: RankingState) {
  if (!state.ranks.moved) return { state, outputs: [] }
  const cuts = state.ranks.publish()
  return { state, outputs: [output(rfmCuts, 'cuts', cuts), output(events, 'cuts', { type: 'cuts', cuts }, { everywhere: true })] }
}

/** Takes the customer away where they stood and puts them where they stand: absolute values, so a delta lost or repeated heals itself. */
function move({ ranks, counted }: RankingState, { seq, lastAt, orders, gross }: RfmDelta): RankingState {
  if (counted !== undefined && counted.seq >= seq) return { ranks, counted }
  const now = { seq, lastAt, orders, gross }
  ranks.move(counted?.seq === 0 ? undefined : counted, now)
  return { ranks, counted: now }
}
