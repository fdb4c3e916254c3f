import { openVectorIndex } from '../../../infra/vectors/open-vector-index.ts'
import { vectorIndexContract } from '../../contracts/vector-index.ts'

/** Every rebuild that can happen does, and nothing waits. */
const hurried = { space: 'test', graphFrom: 1, gatherMs: 1, sampleMs: 0, rebuild: { share: 0.2, least: 10 } }

vectorIndexContract('a graph from the first vector on', dims => openVectorIndex({ ...hurried, dims }))
vectorIndexContract('a graph that hears of nothing before it is flushed', dims =>
  openVectorIndex({ ...hurried, dims, gatherMs: 60_000 }),
)
vectorIndexContract('an index that grows from exact to a graph', dims => openVectorIndex({ ...hurried, dims, graphFrom: 200 }))
vectorIndexContract('an index that stays exact', dims =>
  openVectorIndex({ ...hurried, dims, graphFrom: Number.POSITIVE_INFINITY }),
)
vectorIndexContract('an index without the native library', dims =>
  openVectorIndex({ ...hurried, dims, library: 'no-such-library' }),
)
