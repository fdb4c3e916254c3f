import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { checksum } from '../../infra/vectors/checksum.ts'
import { type KeptVectorIndex, openVectorIndex } from '../../infra/vectors/open-vector-index.ts'
import { Random } from '../../models/random.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { clusteredVectors } from '../support/clustered-vectors.ts'
import type { Round } from './result.ts'

export interface HnswSize {
  readonly vectors: number
  readonly dims: number
  readonly updates: number
  readonly queries: number
}

/** Nearest asked for. */
export const K = 10
export const UPSERTS_A_SECOND = 30
/** Searches under way at once. */
export const AT_ONCE = 32
/** Changes made in one turn of the event loop: making a vector takes some 50 µs. */
const A_TURN = 10
/** Changes made before it is waited until the graph has them, where everything is changed as fast as it goes. */
const A_FLUSH = 500

/** An index as production keeps it, beside one that is exact and has the same vectors; snapshots go into a folder of its own. */
export class HnswBed {
  readonly dir = mkdtempSync(join(tmpdir(), 'tarang-hnsw-'))
  readonly #size: HnswSize
  readonly #source: ReturnType<typeof clusteredVectors>
  readonly #random = new Random('updates')
  readonly #delay = monitorEventLoopDelay({ resolution: 1 })
  #queries: readonly Float32Array[] = []
  #asked = 0
  #index: KeptVectorIndex | undefined
  #exact: KeptVectorIndex | undefined

  constructor(size: HnswSize) {
    this.#size = size
    this.#source = clusteredVectors(size.dims, 'bench')
  }

  /** Of the main thread while it was watched, the 99th percentile in ms. */
  get delayMs(): number {
    return this.#delay.percentile(99) / 1e6
  }

  async fill(): Promise<void> {
    this.#index = await this.#open()
    this.#exact = await openVectorIndex({ space: 'bench', dims: this.#size.dims, graphFrom: Number.POSITIVE_INFINITY })
    await inTurns(this.#size.vectors, i => this.#write(`c${i}`))
    await this.#index.flush()
    this.#queries = Array.from({ length: this.#size.queries }, () => this.#source.next())
  }

  nextQuery(): Float32Array {
    return this.#queries[this.#asked++ % this.#queries.length]!
  }

  async snapshot(number: number): Promise<void> {
    await this.#index!.snapshot({ bench: number })
  }

  /** Mean share of the truly nearest that are found. */
  async recall(): Promise<number> {
    let found = 0
    for (const query of this.#queries) {
      const truth = new Set((await this.#exact!.search(query, K)).map(({ id }) => id))
      found += (await this.#index!.search(query, K)).filter(({ id }) => truth.has(id)).length
    }
    return found / (K * this.#queries.length)
  }

  /** As many searches as it can answer, while some vectors change. */
  async search(seconds: number): Promise<Round> {
    const begun = clock.monotonic()
    const until = begun + seconds * 1000
    const latencies: number[] = []
    const asking = async () => {
      for (let from = begun; from < until; from = clock.monotonic()) {
        await this.#index!.search(this.nextQuery(), K)
        latencies.push(clock.monotonic() - from)
      }
    }
    await this.#watched(() => Promise.all([this.#changeUntil(until), ...Array.from({ length: AT_ONCE }, asking)]))
    return { rate: latencies.length / ((clock.monotonic() - begun) / 1000), latencies }
  }

  /** All updates as fast as the graph takes them, until nothing is rebuilt any more, and a snapshot of it. */
  async updateAll(snapshot: number): Promise<void> {
    await this.#watched(async () => {
      for (let done = 0; done < this.#size.updates; done += A_FLUSH) {
        await inTurns(A_FLUSH, () => this.#change())
        await this.#index!.flush()
      }
      while (this.#index!.state().rebuilding) await clock.sleep(100)
      await this.snapshot(snapshot)
    })
  }

  /** From the snapshot to answers by the graph. */
  async restart(): Promise<Round> {
    await this.#index!.close()
    const begun = clock.monotonic()
    this.#index = await this.#open()
    while (this.#index.state().by !== 'hnsw') await clock.sleep(5)
    return this.#whole(begun)
  }

  /** The snapshot's files, and nothing else. */
  async read(number: number): Promise<Round> {
    const begun = clock.monotonic()
    for (const kind of ['vectors', 'graph', 'labels']) await checksum(join(this.dir, `${number}.${kind}`))
    return this.#whole(begun)
  }

  async close(): Promise<void> {
    await this.#index?.close()
    rmSync(this.dir, { recursive: true })
  }

  #open(): Promise<KeptVectorIndex> {
    return openVectorIndex({ space: 'bench', dims: this.#size.dims, dir: this.dir })
  }

  #whole(begun: number): Round {
    const ms = clock.monotonic() - begun
    return { rate: (this.#size.vectors * 1000) / ms, latencies: [ms] }
  }

  #change(): void {
    this.#write(`c${this.#random.int(0, this.#size.vectors - 1)}`)
  }

  #write(id: string): void {
    const vector = this.#source.next()
    this.#index!.upsert(id, vector)
    this.#exact!.upsert(id, vector)
  }

  async #changeUntil(until: number): Promise<void> {
    const begun = clock.monotonic()
    for (let i = 0; clock.monotonic() < until; i++) {
      await clock.sleep(Math.max(0, begun + (i * 1000) / UPSERTS_A_SECOND - clock.monotonic()))
      this.#change()
    }
  }

  async #watched(work: () => Promise<unknown>): Promise<void> {
    this.#delay.enable()
    await work()
    this.#delay.disable()
  }
}

async function inTurns(many: number, act: (i: number) => void): Promise<void> {
  for (let i = 0; i < many; i++) {
    act(i)
    if (i % A_TURN === A_TURN - 1) await new Promise(resolve => setImmediate(resolve))
  }
}
