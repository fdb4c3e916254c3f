import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { FEATURES } from '../../models/ranker/features.ts'
import type { JudgeName, OutsideTrees } from '../../models/ranker/outside-trees.ts'
import { MOST_ROWS, type OnnxQuestion, type OnnxWork, type Shared, TOLD } from './onnx-messages.ts'

/** A list takes some milliseconds: a runtime that does not answer for so long never will. */
const PATIENCE_MS = 1000

/** A file of trees that cannot be used, and why, in a sentence. */
export class OnnxUnusable extends Error {}

/**
 * How the features enter a model: by a digest of their names in order, so that a model of other features is known even where there are as
 * many (models/train/train-xgboost.py makes the same).
 */
export const inputName = (features: readonly string[]): string =>
  `features_${createHash('sha256').update(features.join('\n')).digest('hex').slice(0, 12)}`

/**
 * Trees in an ONNX file, asked by onnxruntime-node. The runtime answers by promises and scoring is one step without any: it runs in a
 * worker, and who asks sleeps on shared memory until the scores are there.
 */
export interface OnnxTrees extends OutsideTrees {
  /** Why it does not answer any more. */
  readonly broken: () => string | undefined
  close(): Promise<void>
}

/** @throws {OnnxUnusable} where there is no file, it is no model or one of other features, or the runtime is not installed */
export async function openOnnxTrees(path: string, features: readonly string[] = FEATURES): Promise<OnnxTrees> {
  const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new OnnxUnusable(`The ranker's trees in ${path} cannot be read (${error.code ?? error.message}).`)
  })
  const shared: Shared = {
    told: new Int32Array(new SharedArrayBuffer(4)),
    values: new Float32Array(new SharedArrayBuffer(4 * MOST_ROWS * features.length)),
    scores: new Float32Array(new SharedArrayBuffer(4 * MOST_ROWS)),
  }
  const work: OnnxWork = { file: Uint8Array.from(file), input: inputName(features), features: features.length, shared }
  const worker = new Worker(new URL('./onnx-worker.js', import.meta.url), { name: 'onnx', execArgv: [], workerData: work })
  const why = await readiness(worker)
  if (why !== undefined) {
    await worker.terminate()
    throw new OnnxUnusable(`The ranker's trees in ${path} cannot be used: ${why.replace(/\.$/, '')}.`)
  }
  worker.unref()
  return asking(worker, shared, { width: features.length, digest: createHash('sha256').update(file).digest('hex') })
}

/** Undefined when it is ready. */
function readiness(worker: Worker): Promise<string | undefined> {
  return new Promise(resolve => {
    worker.once('message', (told: { ready: boolean; why?: string }) => resolve(told.ready ? undefined : told.why))
    worker.once('error', error => resolve(error.message))
    worker.once('exit', code => resolve(`its thread ended with code ${code}`))
  })
}

function asking(worker: Worker, shared: Shared, { width, digest }: { width: number; digest: string }): OnnxTrees {
  let broken: string | undefined
  const breaks = (why: string) => {
    broken ??= why
    void worker.terminate()
  }
  worker.on('error', error => breaks(error.message))
  worker.on('exit', code => breaks(`its thread ended with code ${code}`))

  function askSome(judge: JudgeName, values: Float32Array, out: Float64Array): boolean {
    shared.values.set(values)
    Atomics.store(shared.told, 0, TOLD.waiting)
    worker.postMessage({ judge, rows: out.length } satisfies OnnxQuestion)
    if (Atomics.wait(shared.told, 0, TOLD.waiting, PATIENCE_MS) === 'timed-out')
      breaks(`it did not answer within ${PATIENCE_MS} ms`)
    else if (Atomics.load(shared.told, 0) === TOLD.failed) breaks('the runtime failed')
    if (broken !== undefined) return false
    out.set(shared.scores.subarray(0, out.length))
    return true
  }

  return {
    digest,
    broken: () => broken,
    ask(judge, values) {
      const scores = new Float64Array(values.length / width)
      for (let from = 0; from < scores.length && broken === undefined; from += MOST_ROWS) {
        const to = Math.min(scores.length, from + MOST_ROWS)
        if (!askSome(judge, values.subarray(from * width, to * width), scores.subarray(from, to))) break
      }
      return broken === undefined ? scores : undefined
    },
    async close() {
      broken ??= 'it was closed'
      await worker.terminate()
    },
  }
}
