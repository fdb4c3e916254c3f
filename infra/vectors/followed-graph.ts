import type { VectorStore } from '../../models/vectors/vector-store.ts'
import type { Clock } from '../../streams/clock.ts'
import { GraphClient, GraphGone, type StartWorker } from './graph-client.ts'
import type { GraphStats, GraphWorkerData, SlotFilter } from './graph-messages.ts'
import type { Labels } from './hnsw-graph.ts'

/** Changes that are not told later but at once, so that searches need not compare with too many. */
const TOLD_AT_ONCE = 1000
/** How long to wait before a worker that ended is started again, in ms: doubled each time. */
const [FIRST_WAIT, LONGEST_WAIT] = [100, 60_000]

export interface FollowedGraphSettings {
  readonly worker: GraphWorkerData
  readonly start: StartWorker
  readonly clock: Clock
  /** How long changes of one vector are gathered, in ms. */
  readonly gatherMs: number
  readonly onDegraded: (reason: string | undefined) => void
}

/** A graph on disk, as `write` left it. */
export interface GraphFile {
  readonly file: string
  readonly sum: number
  readonly labels: Labels
}

/**
 * A graph in a worker that follows a store. Which slots it does not have as they are is known at every moment (`pending`): whoever searches
 * compares with those one by one, and drops what the graph says of them. A worker that ends is started again, from the last file of the graph,
 * and told what changed since; while it has less than half of the store it is not `ready`.
 */
export class FollowedGraph {
  /** Versions by slot: what the graph does not have, or not as it is. */
  readonly pending = new Map<number, number>()
  stats: GraphStats = { live: 0, tombstones: 0, rebuilding: false }
  degraded: string | undefined
  readonly #store: VectorStore
  readonly #settings: FollowedGraphSettings
  readonly #untold = new Set<number>()
  readonly #closing = new AbortController()
  #client: GraphClient
  #file: GraphFile | undefined
  #shared = 0
  #available = true
  /** Whether the worker's graph is the one to follow: not while it is read from disk, nor without a worker. */
  #up = false
  #catching: Promise<void> = Promise.resolve()
  #wait = FIRST_WAIT
  #timer: NodeJS.Timeout | undefined

  constructor(store: VectorStore, settings: FollowedGraphSettings, file?: GraphFile) {
    this.#store = store
    this.#settings = settings
    this.#file = file
    this.#client = this.#begin()
  }

  get ready(): boolean {
    return this.#up && this.#available && this.pending.size <= this.#store.size / 2
  }

  get waiting(): number {
    return this.#client.waiting
  }

  /** Slots, nearest first; none that changed before, but maybe some that changed meanwhile. @throws {GraphGone} */
  search(unit: Float32Array, k: number, filter: SlotFilter | undefined): Promise<Int32Array> {
    return this.#client.search(unit, k, filter)
  }

  /** The slot holds another vector now. */
  changed(slot: number): void {
    if (!this.#available) return
    this.pending.set(slot, this.#store.versions[slot]!)
    this.#client.stale(slot)
    this.#untold.add(slot)
    if (this.#untold.size >= TOLD_AT_ONCE) this.#tell()
    else this.#timer ??= setTimeout(() => this.#tell(), this.#settings.gatherMs).unref()
  }

  /** The slot holds nothing now. */
  removed(slot: number): void {
    this.pending.delete(slot)
    this.#untold.delete(slot)
    this.#client.stale(slot)
  }

  /** Resolves when the graph has what was changed before, or there is no graph and searches are exact. */
  async flush(): Promise<void> {
    await this.#catching
    this.#tell()
    await this.#client.settle().catch(unlessGone)
  }

  /** Undefined where there is no graph to write. @throws what kept it from being written */
  async write(file: string): Promise<GraphFile | undefined> {
    if (!this.ready) return undefined
    const client = this.#client
    const written = await client.write(file).catch(unlessGone)
    if (written === undefined) return undefined
    this.#file = { file, ...written }
    return this.#file
  }

  async close(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#timer)
    await this.#client.close()
  }

  #begin(): GraphClient {
    const { start, worker } = this.#settings
    this.#shared = 0
    this.#client = new GraphClient(start, worker, {
      applied: (slots, versions) => this.#applied(slots, versions),
      stats: stats => {
        this.stats = stats
      },
      unavailable: reason => {
        this.#available = false
        this.pending.clear()
        this.#degrade(`searches compare with every vector: ${reason}`)
      },
      gone: reason => void this.#restart(reason),
    })
    for (const slot of this.#store.slots()) {
      this.pending.set(slot, this.#store.versions[slot]!)
      this.#untold.add(slot)
    }
    this.#catching = this.#catchUp(this.#client)
    return this.#client
  }

  /** Takes the graph on disk, where there is one, and whatever is newer. */
  async #catchUp(client: GraphClient): Promise<void> {
    try {
      const file = this.#file
      this.#share(client)
      if (file !== undefined && (await this.#read(client, file))) this.#compare(client, file.labels)
      this.#up = true
      this.#tell()
      void this.#settled(client)
    } catch (error) {
      unlessGone(error as Error)
    }
  }

  async #settled(client: GraphClient): Promise<void> {
    try {
      await client.settle()
      this.#wait = FIRST_WAIT
      this.#degrade(undefined)
    } catch (error) {
      unlessGone(error as Error)
    }
  }

  /** False where the file is of no use. One that the worker dies of is not read again. */
  async #read(client: GraphClient, file: GraphFile): Promise<boolean> {
    this.#file = undefined
    try {
      await client.read(file.file, file)
      this.#file = file
      return true
    } catch (error) {
      if (error instanceof GraphGone) throw error
      return false
    }
  }

  /** What the graph has as it is need not be told; what it has otherwise must not be found. */
  #compare(client: GraphClient, { slots, versions }: Labels): void {
    for (let label = 0; label < slots.length; label++) {
      const slot = slots[label]!
      if (slot < 0) continue
      if (this.pending.get(slot) === versions[label]) {
        this.pending.delete(slot)
        this.#untold.delete(slot)
      } else client.stale(slot)
    }
  }

  #tell(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#untold.size === 0 || !this.#available || !this.#up) return
    const slots = [...this.#untold]
    this.#untold.clear()
    this.#share(this.#client)
    this.#client.upsert(
      slots,
      slots.map(slot => this.#store.versions[slot]!),
    )
  }

  #share(client: GraphClient): void {
    client.share(this.#store.slabs.slice(this.#shared))
    this.#shared = this.#store.slabs.length
  }

  #applied(slots: Int32Array, versions: Float64Array): void {
    for (let i = 0; i < slots.length; i++) if (this.pending.get(slots[i]!) === versions[i]) this.pending.delete(slots[i]!)
  }

  async #restart(reason: string): Promise<void> {
    this.#up = false
    this.#degrade(`${reason}; it is started again, and searches compare with every vector until then`)
    const wait = this.#wait
    this.#wait = Math.min(2 * wait, LONGEST_WAIT)
    await this.#settings.clock.sleep(wait, this.#closing.signal)
    if (!this.#closing.signal.aborted) this.#begin()
  }

  #degrade(reason: string | undefined): void {
    if (this.degraded === reason) return
    this.degraded = reason
    this.#settings.onDegraded(reason)
  }
}

/** A worker that ended is told by `gone`, and does not matter to who waited for it. */
function unlessGone(error: Error): undefined {
  if (!(error instanceof GraphGone)) throw error
}
