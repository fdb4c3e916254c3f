import { Worker } from 'node:worker_threads'
import type { TrainingReport } from '../../models/ranker/train.ts'
import type { Sql } from '../../streams/sql.ts'
import type { TasteRow, TrainAnswer, TrainRequest } from './train-messages.ts'

/** Customers read at once: rows of a page are held as text until the worker has them. */
const PAGE = 1000
/** Customers to learn from: of more, a sample of so many teaches as much. Each takes some KB while it is learnt from. */
const MOST_CUSTOMERS = 100_000

export interface Trained {
  readonly bytes: Uint8Array
  readonly report: TrainingReport
}

/**
 * Trains a ranker on what all customers did, in a worker of its own. Undefined where there is too little to learn from.
 * @param present the model in place, encoded
 * @param onnx the file of trees from elsewhere that may do better than our own
 * @throws when the worker ends without an answer, or the signal aborts
 */
export async function trainRanker(
  sql: Sql,
  present: Uint8Array | undefined,
  {
    signal,
    onnx,
    say = () => {},
    most = MOST_CUSTOMERS,
  }: { signal: AbortSignal; onnx?: string | undefined; say?: (what: string) => void; most?: number },
): Promise<Trained | undefined> {
  const worker = new Worker(new URL('./train-worker.js', import.meta.url), { name: 'trainer', execArgv: [] })
  const abort = () => void worker.terminate()
  signal.addEventListener('abort', abort)
  try {
    const answered = answerOf(worker, say)
    const tell = (request: TrainRequest) => worker.postMessage(request)
    await Promise.race([readDeeds(sql, tell, { signal, most }), answered])
    tell({ type: 'train', present, onnx })
    return await answered
  } finally {
    signal.removeEventListener('abort', abort)
    await worker.terminate()
  }
}

function answerOf(worker: Worker, say: (what: string) => void): Promise<Trained | undefined> {
  const answered = new Promise<Trained | undefined>((resolve, reject) => {
    worker.on('message', (answer: TrainAnswer) => (answer.type === 'said' ? say(answer.what) : resolve(answer.trained)))
    worker.once('error', reject)
    worker.once('exit', code => reject(new Error(`the trainer's worker ended with code ${code} before it answered`)))
  })
  answered.catch(() => {}) // heard where it is awaited
  return answered
}

/** Tells what customers did, of very many a sample, and then what products are called. */
export async function readDeeds(
  sql: Sql,
  tell: (request: Exclude<TrainRequest, { type: 'train' }>) => void,
  { signal, most = MOST_CUSTOMERS }: { signal: AbortSignal; most?: number },
): Promise<void> {
  const [row] = await sql.query('SELECT count(*)::int AS customers FROM tastes')
  const below = hashBelow(most / (row!.customers as number))
  let after = ''
  while (!signal.aborted) {
    const page = await sql.query(PAGE_OF_TASTES, [after, below, PAGE])
    if (page.length === 0) break
    tell({ type: 'tastes', rows: page as unknown as TasteRow[] })
    after = page.at(-1)!.customerId as string
  }
  const products = await sql.query(PRODUCTS)
  tell({ type: 'products', rows: products as { productId: string; text: string }[] })
}

/** What hashes, in hexadecimal digits, are less than: a share of them, and the same ones each time. */
const hashBelow = (share: number): string =>
  share >= 1
    ? 'g'
    : Math.floor(share * 2 ** 32)
        .toString(16)
        .padStart(8, '0')

const PAGE_OF_TASTES = `SELECT customer_id AS "customerId", at, bought::text, looked::text, disliked::text, segment,
  traits::text
FROM tastes LEFT JOIN profiles USING (customer_id) WHERE customer_id > $1 AND md5(customer_id) < $2 ORDER BY customer_id LIMIT $3`
const PRODUCTS = `SELECT product_id AS "productId", concat_ws(' ', name, category, brand) AS text FROM products`
