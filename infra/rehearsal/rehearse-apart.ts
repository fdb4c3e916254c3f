import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { HistoryRecord, RehearsalPlan } from '../../consumers/rehearsal.ts'
import type { RehearsalReport } from '../../models/flow/rehearse/rehearsal-report.ts'
import type { RehearseAnswer, RehearseRequest } from './rehearse-messages.ts'

/** Of a worker: what all customers' states may take, some KB each. */
const WORKER_MB = 1024
/** Records told at once: what a page costs the caller's event loop is some milliseconds. */
const PAGE = 500

/** The worker's memory did not do. */
export class RehearsalTooLarge extends Error {
  override readonly name = 'RehearsalTooLarge'
}

/**
 * Rehearses in a worker of its own, so that whoever asks stays free; a page is on its way while the worker is at one.
 *
 * @throws RehearsalTooLarge; the signal's reason when it aborts; whatever reading the history throws
 */
export async function rehearseApart(
  plan: Omit<RehearsalPlan, 'onSend'>,
  history: AsyncIterable<readonly HistoryRecord[]>,
  signal: AbortSignal,
  mostMb = WORKER_MB,
): Promise<RehearsalReport> {
  signal.throwIfAborted()
  const worker = new Worker(new URL('./rehearse-worker.js', import.meta.url), {
    name: 'rehearsal',
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: mostMb },
  })
  const over = overOf(worker, signal)
  try {
    return await tell(worker, plan, history, over)
  } finally {
    await worker.terminate()
  }
}

/** Every wait is over when the worker is, or nobody waits any more: then the history is left. */
async function tell(
  worker: Worker,
  plan: Omit<RehearsalPlan, 'onSend'>,
  history: AsyncIterable<readonly HistoryRecord[]>,
  over: Promise<never>,
): Promise<RehearsalReport> {
  const post = (request: RehearseRequest) => worker.postMessage(request)
  const answered = (): Promise<RehearseAnswer> => {
    const answer = once(worker, 'message').then(([message]) => message as RehearseAnswer)
    return Promise.race([answer, over])
  }
  post({ type: 'begin', plan })
  let taken: Promise<RehearseAnswer> | undefined
  for await (const records of history)
    for (let at = 0; at < records.length; at += PAGE) {
      await taken
      taken = answered()
      taken.catch(() => {}) // heard where it is awaited
      post({ type: 'records', records: records.slice(at, at + PAGE) })
    }
  await taken
  const done = answered()
  post({ type: 'end' })
  const answer = await done
  if (answer.type !== 'done') throw new Error('the worker took a page that nobody told it')
  return answer.report
}

/** Rejects when the worker ends by itself, or nobody waits any more. */
function overOf(worker: Worker, signal: AbortSignal): Promise<never> {
  const over = new Promise<never>((_, reject) => {
    worker.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new RehearsalTooLarge(error.message) : error),
    )
    worker.once('exit', code => reject(new Error(`the rehearsal's worker ended with code ${code} before it answered`)))
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  over.catch(() => {}) // heard where it is raced
  return over
}
