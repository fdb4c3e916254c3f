import type { VectorIndex } from '../../models/vectors/vector-index.ts'
import { VectorStore } from '../../models/vectors/vector-store.ts'
import { type Clock, systemClock } from '../../streams/clock.ts'
import { bytesPerVector } from './bytes-per-vector.ts'
import { FollowedGraph, type GraphFile } from './followed-graph.ts'
import { type StartWorker, startGraphWorker } from './graph-client.ts'
import type { GraphWorkerData, RebuildPolicy } from './graph-messages.ts'
import { GrowingIndex } from './growing-index.ts'
import { OfAnotherSpace, type Position, type Restored, readSnapshot, type SnapshotOf, writeSnapshot } from './vector-snapshot.ts'

/** docs/models.md, "Nearest neighbours", says how these were chosen. */
const [M, EF_CONSTRUCTION] = [16, 100]
export const EF = 100
const GRAPH_FROM = 5000
const GATHER_MS = 5000
const SAMPLE_MS = 10_000
const REBUILD: RebuildPolicy = { share: 0.5, least: 1000 }
const LIBRARY = 'hnswlib-node'

export interface VectorIndexSettings {
  /** What made the vectors: those of two spaces cannot be compared, and a snapshot of another is refused. */
  readonly space: string
  readonly dims: number
  /** Where snapshots are kept; without it there are none. */
  readonly dir?: string
  /** Bounds the memory of vectors and graph: the ids written longest ago go first. */
  readonly maxBytes?: number
  /** Hears why the snapshot cannot be used, though it is of this space. */
  readonly onRefused?: (reason: string) => void
  /** Hears, of about one search in ten seconds, which share of the truly nearest it answered. */
  readonly onRecall?: (recall: number) => void
  /** Hears why searches are slower than they should be, and undefined when they no longer are. */
  readonly onDegraded?: (reason: string | undefined) => void
  readonly clock?: Clock
  readonly graphFrom?: number
  readonly gatherMs?: number
  readonly sampleMs?: number
  readonly rebuild?: RebuildPolicy
  readonly library?: string
  readonly startWorker?: StartWorker
}

/** An index with a memory beyond its process. */
export interface KeptVectorIndex extends VectorIndex {
  /** Where the snapshot it began with stands, or why it began with nothing. */
  readonly origin: { readonly position: Position } | { readonly anew: string }
  /**
   * Keeps everything written before, to begin with next time; `position` is where to read on then. Changes made meanwhile may be in it too.
   * @throws what kept it from being written; the snapshot before stays
   */
  snapshot(position: Position): Promise<void>
}

/** The way to have an index: exact below 5,000 vectors, by a graph in a worker beyond, from its snapshot where there is one of use. */
export async function openVectorIndex(settings: VectorIndexSettings): Promise<KeptVectorIndex> {
  const { space, dims, dir, maxBytes = Number.POSITIVE_INFINITY, clock = systemClock } = settings
  const of = { space, dims, m: M }
  const most = Math.max(1, Math.floor(maxBytes / bytesPerVector(dims, M, settings.rebuild ?? REBUILD)))
  const { restored, origin } = await begin(settings, of, most)
  const store = restored?.store ?? new VectorStore(dims, most)
  const index = new GrowingIndex(store, {
    clock,
    graphFrom: settings.graphFrom ?? GRAPH_FROM,
    begin: () => graphOf(store, settings, clock, restored?.graph),
    sampleMs: settings.sampleMs ?? SAMPLE_MS,
    onRecall: settings.onRecall ?? (() => {}),
  })
  let writing: Promise<void> = Promise.resolve()
  const snapshot = (position: Position): Promise<void> => {
    if (dir === undefined) return Promise.reject(new Error('the index was opened without a folder for snapshots'))
    const write = () => writeSnapshot(dir, of, store, index.graph, position)
    const written = writing.then(write)
    writing = written.catch(() => {}) // told to whoever asked for it
    return written
  }
  return Object.assign(index, { origin, snapshot })
}

async function begin(
  { dir, onRefused = () => {} }: VectorIndexSettings,
  of: SnapshotOf,
  most: number,
): Promise<{ restored?: Restored; origin: KeptVectorIndex['origin'] }> {
  if (dir === undefined) return { origin: { anew: 'there is no folder for snapshots' } }
  try {
    const restored = await readSnapshot(dir, of, most)
    if (restored === undefined) return { origin: { anew: 'there is no snapshot yet' } }
    return { restored, origin: { position: restored.position } }
  } catch (error) {
    const reason = (error as Error).message
    if (!(error instanceof OfAnotherSpace)) onRefused(reason)
    return { origin: { anew: reason } }
  }
}

function graphOf(store: VectorStore, settings: VectorIndexSettings, clock: Clock, file: GraphFile | undefined): FollowedGraph {
  const worker: GraphWorkerData = {
    settings: { dims: settings.dims, m: M, efConstruction: EF_CONSTRUCTION, ef: EF },
    rebuild: settings.rebuild ?? REBUILD,
    library: settings.library ?? LIBRARY,
  }
  return new FollowedGraph(
    store,
    {
      worker,
      start: settings.startWorker ?? startGraphWorker,
      clock,
      gatherMs: settings.gatherMs ?? GATHER_MS,
      onDegraded: settings.onDegraded ?? (() => {}),
    },
    file,
  )
}
