import { parentPort } from 'node:worker_threads'
import type { Judges } from '../../models/ranker/judge.ts'
import { decodeRanker, encodeRanker } from '../../models/ranker/ranker-model.ts'
import { train } from '../../models/ranker/train.ts'
import { Collected } from './collected.ts'
import { openOnnxTrees } from './onnx-trees.ts'
import type { TrainAnswer, TrainRequest } from './train-messages.ts'

// In a worker thread: collects what it is told, trains once, and ends.
const port = parentPort!
const collected = new Collected()
const answer = (message: TrainAnswer, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
const say = (what: string) => answer({ type: 'said', what })

port.on('message', (request: TrainRequest) => {
  if (request.type === 'train') void finish(request.present, request.onnx)
  else collected.take(request)
})

async function finish(present: Uint8Array | undefined, onnx: string | undefined): Promise<void> {
  const outside = onnx === undefined ? undefined : await treesOf(onnx)
  const trained = train({ ...collected.all, present: judgesOf(present), say, outside })
  await outside?.close()
  if (trained === undefined) answer({ type: 'done', trained: undefined })
  else {
    const bytes = encodeRanker(trained.model)
    answer({ type: 'done', trained: { bytes, report: trained.report } }, [bytes.buffer as ArrayBuffer])
  }
  port.close()
}

/** Trees that cannot be used are told of, and our own go on. */
async function treesOf(path: string) {
  try {
    return await openOnnxTrees(path)
  } catch (error) {
    say(String(error))
    return undefined
  }
}

/** Judges in place that cannot be read, or know other features, are beaten by any. */
function judgesOf(present: Uint8Array | undefined): Judges | undefined {
  try {
    return present === undefined ? undefined : decodeRanker(present).judges
  } catch (error) {
    say(`the model in place is left: ${String(error)}`)
    return undefined
  }
}
