import { createRequire } from 'node:module'
import { join } from 'node:path'
import { EF } from '../../infra/vectors/open-vector-index.ts'
import { unitVector } from '../../models/vectors/unit-vector.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Bench, BenchSettings } from './bench.ts'
import { AT_ONCE, HnswBed, type HnswSize, K, UPSERTS_A_SECOND } from './hnsw-bed.ts'
import { type Result, type Round, resultOf } from './result.ts'

const FULL: HnswSize = { vectors: 100_000, dims: 384, updates: 50_000, queries: 200 }

/**
 * Nearest neighbours of customers by text, as production keeps them, while some change: vectors of test/support/clustered-vectors.ts. Searches
 * are compared with hnswlib-node called directly, in this thread, on the very same graph, with nothing else to do; recall with exact search.
 */
export const hnsw: Bench = settings => measureHnsw(FULL, settings)

export async function measureHnsw(size: HnswSize, settings: Omit<BenchSettings, 'deploy'>): Promise<Result[]> {
  const { rounds, say } = settings
  const what = `${size.vectors.toLocaleString('en-US')} × ${size.dims}`
  const bed = new HnswBed(size)
  try {
    say(`hnsw: ${what}, building the graph`)
    await bed.fill()
    const before = await bed.recall()
    await bed.snapshot(1)
    const [ours, theirs] = await search(bed, size, settings)
    say(`hnsw: ${size.updates} updates`)
    await bed.updateAll(2)
    const after = await bed.recall()
    say('hnsw: restart from the snapshot')
    const [restarts, readings] = [await times(rounds, () => bed.restart()), await times(rounds, () => bed.read(2))]
    const named = {
      bench: 'hnsw',
      case: `${what} in the worker, ${UPSERTS_A_SECOND} upserts/s, ${AT_ONCE} at once (main thread's delay then and while all was changed: p99 ${bed.delayMs.toFixed(1)} ms)`,
      unit: 'searches/s',
      baseline_of: 'hnswlib-node in this thread, the same graph, no upserts',
    }
    return [
      resultOf(named, ours, theirs),
      recalled(`${what}, as built`, before),
      recalled(`${what}, after ${size.updates.toLocaleString('en-US')} updates`, after),
      recalled(`${what}, after a restart`, await bed.recall()),
      resultOf(
        { bench: 'hnsw', case: `${what}, restart from a snapshot`, unit: 'vectors/s', baseline_of: 'its files read and summed' },
        restarts,
        readings,
      ),
    ]
  } finally {
    await bed.close()
  }
}

async function search(
  bed: HnswBed,
  { dims }: HnswSize,
  { rounds, seconds, say }: Omit<BenchSettings, 'deploy'>,
): Promise<[Round[], Round[]]> {
  const direct = inThread(join(bed.dir, '1.graph'), dims)
  const both: [Round[], Round[]] = [[], []]
  for (let round = 0; round <= rounds; round++) {
    say(round === 0 ? 'hnsw: warming up' : `hnsw: searching, round ${round} of ${rounds}`)
    const [ours, theirs] = [await bed.search(seconds), direct(() => bed.nextQuery(), seconds)]
    if (round === 0) continue
    both[0].push(ours)
    both[1].push(theirs)
  }
  return both
}

/** hnswlib-node as its README has it. */
function inThread(file: string, dims: number): (next: () => Float32Array, seconds: number) => Round {
  const { HierarchicalNSW } = createRequire(import.meta.url)('hnswlib-node') as typeof import('hnswlib-node')
  const graph = new HierarchicalNSW('ip', dims)
  graph.readIndexSync(file)
  graph.setEf(EF)
  return (next, seconds) => {
    const begun = clock.monotonic()
    let searches = 0
    for (; clock.monotonic() < begun + seconds * 1000; searches++) graph.searchKnn([...unitVector(next(), dims)], K)
    return { rate: searches / ((clock.monotonic() - begun) / 1000) }
  }
}

const recalled = (when: string, share: number): Result =>
  resultOf(
    { bench: 'hnsw', case: `recall@${K}, ${when}`, unit: 'of 1,000 nearest', baseline_of: 'exact search' },
    [{ rate: share * 1000 }],
    [{ rate: 1000 }],
  )

async function times(rounds: number, measure: () => Promise<Round>): Promise<Round[]> {
  const all: Round[] = []
  for (let round = 0; round < rounds; round++) all.push(await measure())
  return all
}
