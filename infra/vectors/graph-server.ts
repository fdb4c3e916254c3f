import { parentPort, workerData } from 'node:worker_threads'
import { SLAB_SLOTS } from '../../models/vectors/vector-store.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { checksum } from './checksum.ts'
import { GraphKeeper } from './graph-keeper.ts'
import type { GraphAnswer, GraphRequest, GraphWorkerData, SlotFilter } from './graph-messages.ts'
import type { Hnsw } from './hnsw-graph.ts'

/** How long changes are taken in before it is looked whether somebody asks, in ms: as long as searches took since, within these. */
const [SHORTEST, LONGEST] = [1, 10]
/** Changes acknowledged at once. */
const ACKNOWLEDGED = 64

// In a worker thread: a graph over the main thread's vectors, which are read from shared memory.
const port = parentPort!
const { settings, rebuild, library } = workerData as GraphWorkerData
const answer = (message: GraphAnswer, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
const slabs: Float32Array[] = []

try {
  const { default: loaded } = (await import(library)) as { default: { HierarchicalNSW: Hnsw } }
  serve(
    new GraphKeeper(loaded.HierarchicalNSW, settings, rebuild, slot => ({
      vector: slabs[Math.floor(slot / SLAB_SLOTS)]!,
      offset: (slot % SLAB_SLOTS) * settings.dims,
    })),
  )
} catch (error) {
  answer({ type: 'unavailable', reason: `${library} cannot be loaded: ${(error as Error).message.split('\n')[0]}` })
}

function serve(keeper: GraphKeeper): void {
  let scheduled = false
  /** Time that searches took since changes were last taken in. */
  let searching = 0
  const settling: number[] = []
  let told = ''

  port.on('message', async (request: GraphRequest) => {
    if (request.type === 'slabs') slabs.push(...request.slabs.map(slab => new Float32Array(slab)))
    else if (request.type === 'stale') for (const slot of request.slots) keeper.stale(slot)
    else if (request.type === 'upsert')
      for (const [i, slot] of request.slots.entries()) keeper.enqueue(slot, request.versions[i]!)
    else if (request.type === 'settle') settling.push(request.id)
    else if (request.type === 'search') search(request)
    else await attempt(request)
    schedule()
  })

  function schedule(): void {
    if (scheduled || !(keeper.busy || (settling.length > 0 && !keeper.behind))) return
    scheduled = true
    setImmediate(work)
  }

  function work(): void {
    scheduled = false
    const slots: number[] = []
    const versions: number[] = []
    const until = clock.monotonic() + Math.min(LONGEST, Math.max(SHORTEST, searching))
    searching = 0
    while (keeper.busy && slots.length < ACKNOWLEDGED && clock.monotonic() < until) {
      const taken = keeper.step()
      if (taken === undefined) continue
      slots.push(taken.slot)
      versions.push(taken.version)
    }
    if (slots.length > 0) answer({ type: 'applied', slots: Int32Array.from(slots), versions: Float64Array.from(versions) })
    tell()
    if (!keeper.behind) for (const id of settling.splice(0)) answer({ type: 'settled', id })
    schedule()
  }

  function tell(): void {
    const { stats } = keeper
    const text = `${stats.tombstones} ${stats.rebuilding}`
    if (text === told) return
    told = text
    answer({ type: 'stats', stats })
  }

  function search({ batch, queries }: Extract<GraphRequest, { type: 'search' }>): void {
    const begun = clock.monotonic()
    const ids = new Float64Array(batch.length)
    const counts = new Int32Array(batch.length)
    const all: number[] = []
    for (const [i, { id, k, filter }] of batch.entries()) {
      const found = keeper.search(queries, i * settings.dims, k, filter === undefined ? undefined : passing(filter))
      ids[i] = id
      counts[i] = found.length
      all.push(...found)
    }
    const slots = Int32Array.from(all)
    answer({ type: 'found', ids, counts, slots }, [ids.buffer, counts.buffer, slots.buffer])
    searching += clock.monotonic() - begun
  }

  async function attempt(request: Extract<GraphRequest, { type: 'write' | 'read' }>): Promise<void> {
    const { id, file } = request
    try {
      if (request.type === 'write') {
        const labels = await keeper.write(file)
        answer({ type: 'written', id, labels, sum: await checksum(file) }, [labels.slots.buffer, labels.versions.buffer])
      } else {
        if ((await checksum(file)) !== request.sum) throw new Error('the graph is not what was written')
        keeper.read(file, request.labels)
        answer({ type: 'read', id })
      }
    } catch (error) {
      answer({ type: 'failed', id, reason: (error as Error).message })
    }
    tell()
  }
}

/** A table by slot, so that asking costs next to nothing for each of thousands of points met. */
function passing({ slots, pass }: SlotFilter): (slot: number) => boolean {
  const table = new Uint8Array(slabs.length * SLAB_SLOTS)
  for (const slot of slots) table[slot] = 1
  const wanted = pass ? 1 : 0
  return slot => table[slot] === wanted
}
