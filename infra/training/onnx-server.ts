import { parentPort, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type OnnxQuestion, type OnnxWork, TOLD } from './onnx-messages.ts'

// In a worker thread: reads a model, says whether it is what it should be, and answers questions through shared memory.
const { file, input, features, shared } = workerData as OnnxWork
const port = parentPort!

try {
  // One thread: a list is too short to be worth dividing.
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  const fault = faultIn(session)
  if (fault !== undefined) throw new Error(fault)
  port.on('message', (question: OnnxQuestion) => void answer(session, question))
  port.postMessage({ ready: true })
} catch (error) {
  port.postMessage({ ready: false, why: (error as Error).message })
}

function faultIn({ inputNames, inputMetadata, outputNames }: InferenceSession): string | undefined {
  const [told] = inputMetadata
  const width = told?.isTensor ? told.shape.at(-1) : undefined
  if (inputNames.length !== 1 || width !== features)
    return `it takes ${String(width)} features and this version has ${features}: train it on rows of this version`
  if (inputNames[0] !== input) return 'it was trained on features of other names: train it on rows of this version'
  for (const name of ['fresh', 'all']) if (!outputNames.includes(name)) return `it has no output named ${name}`
  return undefined
}

async function answer(session: InferenceSession, { judge, rows }: OnnxQuestion): Promise<void> {
  let told: number = TOLD.failed
  try {
    const values = new Tensor('float32', shared.values.slice(0, rows * features), [rows, features])
    const { [judge]: scores } = await session.run({ [input]: values }, [judge])
    shared.scores.set(scores!.data as Float32Array)
    told = TOLD.done
  } finally {
    Atomics.store(shared.told, 0, told)
    Atomics.notify(shared.told, 0)
  }
}
