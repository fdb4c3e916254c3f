import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { env, type FeatureExtractionPipeline, pipeline } from '@huggingface/transformers'
import { MINILM, minilmFiles } from './minilm-files.ts'
import type { EmbedAnswer, EmbedRequest } from './minilm-messages.ts'

// In a child process: loads the model of the folder it is given, says so, and embeds what it is sent until the parent is gone.

/** The model reads 256 word pieces; no text needs more letters for them. */
const LETTERS_READ = 4000

env.allowRemoteModels = false
env.useFSCache = false
const modelDir = process.argv[2]!
env.localModelPath = modelDir
process.on('disconnect', () => process.exit())

const tell = (answer: EmbedAnswer) => process.send!(answer)

try {
  const { extract, space, dims } = await load()
  process.on('message', (request: EmbedRequest) => void embedAll(extract, request.texts))
  tell({ type: 'ready', space, dims })
} catch (error) {
  tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) })
  process.disconnect()
}

/** One thread: on small machines faster than several, and what folds is not crowded out. */
async function load() {
  const { dtype, files, missing } = minilmFiles(modelDir)
  if (missing !== undefined) throw new Error(`${missing} is missing`)
  const extract = await pipeline('feature-extraction', MINILM, {
    dtype,
    device: 'cpu',
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  })
  const { hidden_size: dims } = JSON.parse(await readFile(files[0]!, 'utf8')) as { hidden_size: number }
  const probe = await embedOne(extract, 'a text to try it on')
  if (probe.length !== dims) throw new Error(`the model gives vectors of ${probe.length} numbers, its config.json says ${dims}`)
  if (!probe.every(Number.isFinite)) throw new Error('the model gives vectors that are no numbers')
  const hash = createHash('sha256')
  for (const file of files) hash.update(await readFile(file))
  return { extract, dims, space: `minilm-${hash.digest('hex').slice(0, 8)}` }
}

/** One text a run: what is computed in a batch depends on what else is in it. Each is told at once, so that it is known which one ended us. */
async function embedAll(extract: FeatureExtractionPipeline, texts: readonly string[]): Promise<void> {
  for (const text of texts) tell({ type: 'vector', vector: await embedOne(extract, text) })
}

/** The mean over its word pieces, of length 1 (Reimers & Gurevych 2019). */
async function embedOne(extract: FeatureExtractionPipeline, text: string): Promise<Float32Array> {
  const { data } = await extract(text.slice(0, LETTERS_READ), { pooling: 'mean', normalize: true })
  return Float32Array.from(data as Float32Array)
}
