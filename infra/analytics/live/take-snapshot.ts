import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type ChangeProgress, changePages } from './change-pages.ts'
import { MOST_BYTES, ShopTooLarge } from './growing-shop.ts'
import { catalogueRows, rosterPages } from './kept-rows.ts'
import type { LiveSource } from './shop-of-log.ts'
import type { MadeSnapshot, SnapshotAnswer, SnapshotRequest } from './snapshot-messages.ts'

/**
 * Of the worker's heap, beside what it may hold of the shop: its code, a record in pieces, what models hold for a while. What it holds is counted, and so
 * refused, before the heap is full: a heap that is full in the midst of a large record ends the whole process (nodejs, Worker::NearHeapLimit gives 16 MB).
 */
const BESIDE_MB = 256

export interface Taking {
  readonly now: number
  readonly signal: AbortSignal
  readonly onProgress?: (progress: ChangeProgress) => void
  /** What the shop may take, in columns and ids. */
  readonly mostBytes?: number
  readonly heapMb?: number
}

/**
 * Takes a snapshot in a worker of its own: here nothing is decoded and nothing added up, so whoever else uses this thread stays free. A page is on its
 * way while the worker is at one.
 *
 * @throws ShopTooLarge; the signal's reason when it aborts; an error when the worker ends by itself
 */
export async function takeSnapshot(source: LiveSource, taking: Taking): Promise<MadeSnapshot> {
  const { signal, mostBytes = MOST_BYTES, heapMb = Math.ceil(mostBytes / (1 << 20)) + BESIDE_MB } = taking
  signal.throwIfAborted()
  const worker = new Worker(new URL('./snapshot-worker.js', import.meta.url), {
    name: 'analytics',
    execArgv: [],
    workerData: { mostBytes },
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })
  const asking = new Asking(worker, signal, heapMb)
  try {
    for await (const ids of rosterPages(source.sql)) await asking.tell({ type: 'customers', ids })
    for await (const page of changePages(source, taking)) await asking.tell(...packed(page))
    for await (const rows of catalogueRows(source.sql)) await asking.tell({ type: 'products', rows })
    return await asking.finish(taking.now)
  } finally {
    asking.leave()
    await worker.terminate()
  }
}

/** One request at a time, and one on its way. Every wait is over when the worker is, or nobody waits any more. */
class Asking {
  private readonly worker: Worker
  private readonly over: Promise<never>
  private readonly left = new AbortController()
  private taken: Promise<SnapshotAnswer> | undefined

  constructor(worker: Worker, signal: AbortSignal, heapMb: number) {
    this.worker = worker
    this.over = new Promise<never>((_, reject) => {
      worker.once('error', (error: NodeJS.ErrnoException) => reject(asTooLarge(error, heapMb)))
      worker.once('exit', code => reject(new Error(`The worker that analyses ended with code ${code} before it answered.`)))
      signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: this.left.signal })
    })
    this.over.catch(() => {}) // heard where it is raced
  }

  async tell(request: SnapshotRequest, transfer: ArrayBuffer[] = []): Promise<void> {
    await this.rest()
    this.taken = this.answer(request, transfer)
    this.taken.catch(() => {}) // heard where it is awaited
  }

  async finish(now: number): Promise<MadeSnapshot> {
    await this.rest()
    const answer = await this.answer({ type: 'finish', now })
    if (answer.type === 'done') return answer.made
    throw answer.type === 'too_large' ? new ShopTooLarge(answer.says) : new Error('The worker took a page that nobody told it.')
  }

  leave(): void {
    this.left.abort()
  }

  private async rest(): Promise<void> {
    const answer = await this.taken
    if (answer?.type === 'too_large') throw new ShopTooLarge(answer.says)
  }

  private answer(request: SnapshotRequest, transfer: ArrayBuffer[] = []): Promise<SnapshotAnswer> {
    const answered = once(this.worker, 'message').then(([message]) => message as SnapshotAnswer)
    this.worker.postMessage(request, transfer)
    return Promise.race([answered, this.over])
  }
}

const asTooLarge = (error: NodeJS.ErrnoException, heapMb: number): Error =>
  error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new ShopTooLarge(
        `The shop does not fit into the ${heapMb} MB of heap that an analysis has: it has too many customers and orders. TARANG_ANALYTICS_MB gives it more.`,
      )
    : error

/** Records end to end in memory of their own, which goes over to the worker: nothing is copied twice. */
function packed(page: readonly Buffer[]): [SnapshotRequest, ArrayBuffer[]] {
  const ends = new Uint32Array(page.length)
  let length = 0
  for (const [i, value] of page.entries()) ends[i] = length += value.length
  const bytes = new Uint8Array(length)
  for (const [i, value] of page.entries()) bytes.set(value, ends[i]! - value.length)
  return [{ type: 'changes', bytes, ends }, [bytes.buffer]]
}
