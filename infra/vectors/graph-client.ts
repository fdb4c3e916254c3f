import { Worker } from 'node:worker_threads'
import type { GraphAnswer, GraphQuery, GraphRequest, GraphStats, GraphWorkerData, SlotFilter } from './graph-messages.ts'
import type { Labels } from './hnsw-graph.ts'

/** The worker ended, or never had a graph: who waited must find an answer otherwise. */
export class GraphGone extends Error {}

export interface GraphEvents {
  /** These slots are in the graph as of these versions. */
  applied(slots: Int32Array, versions: Float64Array): void
  stats(stats: GraphStats): void
  /** There is no native library; no worker will have one. */
  unavailable(reason: string): void
  /** The worker ended unasked. */
  gone(reason: string): void
}

export type StartWorker = (data: GraphWorkerData) => Worker

export const startGraphWorker: StartWorker = workerData =>
  new Worker(new URL('./graph-worker.js', import.meta.url), { name: 'vectors', execArgv: [], workerData })

interface Waiting<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

interface Written {
  readonly labels: Labels
  readonly sum: number
}

/**
 * The main thread's side of the graph's worker. Everything asked in one turn of the event loop goes over as one message, what became stale
 * before what is searched; answers come in the order of the questions.
 */
export class GraphClient {
  readonly #worker: Worker
  readonly #events: GraphEvents
  readonly #dims: number
  #sequence = 0
  #scheduled = false
  #gone: GraphGone | undefined
  #stale: number[] = []
  #batch: (GraphQuery & { readonly unit: Float32Array })[] = []
  readonly #searches = new Map<number, Waiting<Int32Array>>()
  readonly #jobs = new Map<number, Waiting<Written | undefined>>()

  constructor(start: StartWorker, data: GraphWorkerData, events: GraphEvents) {
    this.#dims = data.settings.dims
    this.#events = events
    this.#worker = start(data)
    this.#worker.on('message', (answer: GraphAnswer) => this.#heard(answer))
    this.#worker.once('error', error => this.#end(`the worker of the nearest-neighbour graph failed: ${error.message}`))
    this.#worker.once('exit', code => this.#end(`the worker of the nearest-neighbour graph ended with code ${code}`))
  }

  /** Searches that wait for an answer. */
  get waiting(): number {
    return this.#searches.size
  }

  share(slabs: readonly SharedArrayBuffer[]): void {
    if (slabs.length > 0) this.#post({ type: 'slabs', slabs })
  }

  stale(slot: number): void {
    this.#stale.push(slot)
    this.#schedule()
  }

  upsert(slots: readonly number[], versions: readonly number[]): void {
    this.#sendStale()
    const [s, v] = [Int32Array.from(slots), Float64Array.from(versions)]
    this.#post({ type: 'upsert', slots: s, versions: v }, [s.buffer, v.buffer])
  }

  /** Slots, nearest first. @throws {GraphGone} */
  search(unit: Float32Array, k: number, filter: SlotFilter | undefined): Promise<Int32Array> {
    return this.#waitIn(this.#searches, id => {
      this.#batch.push({ id, k, filter, unit })
      this.#schedule()
    })
  }

  /** Resolves when everything asked before is in the graph. @throws {GraphGone} */
  async settle(): Promise<void> {
    await this.#ask(id => ({ type: 'settle', id }))
  }

  /** @throws {GraphGone}, or what kept it from being written */
  async write(file: string): Promise<Written> {
    return (await this.#ask(id => ({ type: 'write', id, file })))!
  }

  /** @throws {GraphGone}, or what kept it from being read */
  async read(file: string, { sum, labels }: Written): Promise<void> {
    await this.#ask(id => ({ type: 'read', id, file, sum, labels }))
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners('error').removeAllListeners('exit').removeAllListeners('message')
    this.#fail('the index was closed')
    await this.#worker.terminate()
  }

  #ask(request: (id: number) => GraphRequest): Promise<Written | undefined> {
    return this.#waitIn(this.#jobs, id => {
      this.#sendStale()
      this.#post(request(id))
    })
  }

  #waitIn<T>(waiting: Map<number, Waiting<T>>, begin: (id: number) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#gone !== undefined) return reject(this.#gone)
      const id = this.#sequence++
      waiting.set(id, { resolve, reject })
      begin(id)
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#sendStale()
      this.#sendSearches()
    })
  }

  #sendStale(): void {
    if (this.#stale.length === 0) return
    const slots = Int32Array.from(this.#stale)
    this.#stale = []
    this.#post({ type: 'stale', slots }, [slots.buffer])
  }

  #sendSearches(): void {
    const batch = this.#batch
    if (batch.length === 0) return
    this.#batch = []
    const queries = new Float32Array(batch.length * this.#dims)
    for (const [i, { unit }] of batch.entries()) queries.set(unit, i * this.#dims)
    this.#post({ type: 'search', batch: batch.map(({ id, k, filter }) => ({ id, k, filter })), queries }, [queries.buffer])
  }

  #post(request: GraphRequest, transfer: ArrayBuffer[] = []): void {
    if (this.#gone === undefined) this.#worker.postMessage(request, transfer)
  }

  #heard(answer: GraphAnswer): void {
    if (answer.type === 'found') this.#found(answer)
    else if (answer.type === 'applied') this.#events.applied(answer.slots, answer.versions)
    else if (answer.type === 'stats') this.#events.stats(answer.stats)
    else if (answer.type === 'unavailable') {
      this.#fail(answer.reason)
      this.#events.unavailable(answer.reason)
    } else {
      const job = this.#jobs.get(answer.id)
      this.#jobs.delete(answer.id)
      if (answer.type === 'failed') job?.reject(new Error(answer.reason))
      else job?.resolve(answer.type === 'written' ? answer : undefined)
    }
  }

  #found({ ids, counts, slots }: Extract<GraphAnswer, { type: 'found' }>): void {
    let from = 0
    for (const [i, id] of ids.entries()) {
      const to = from + counts[i]!
      this.#searches.get(id)?.resolve(slots.subarray(from, to))
      this.#searches.delete(id)
      from = to
    }
  }

  /** An `error` comes before its `exit`: the first reason counts. */
  #end(reason: string): void {
    if (this.#gone !== undefined) return
    this.#fail(reason)
    this.#events.gone(reason)
  }

  #fail(reason: string): void {
    if (this.#gone !== undefined) return
    this.#gone = new GraphGone(reason)
    for (const waiting of [this.#searches, this.#jobs]) for (const { reject } of waiting.values()) reject(this.#gone)
    this.#searches.clear()
    this.#jobs.clear()
  }
}
