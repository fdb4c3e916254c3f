import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** As `infra/models/fetch` names it, in the folder of TARANG_MODEL_DIR. */
export const MINILM = 'all-MiniLM-L6-v2'

/** How its weights are kept, the better first: whole, or in a quarter of the space. */
const WEIGHTS = [
  { dtype: 'fp32', file: 'onnx/model.onnx' },
  { dtype: 'q8', file: 'onnx/model_quantized.onnx' },
] as const

/** The files that decide what a vector is. `missing` names the first that is not there. */
export interface MinilmFiles {
  readonly dtype: (typeof WEIGHTS)[number]['dtype']
  readonly files: readonly string[]
  readonly missing: string | undefined
}

export function minilmFiles(modelDir: string): MinilmFiles {
  const folder = join(modelDir, MINILM)
  const { dtype, file } = WEIGHTS.find(one => existsSync(join(folder, one.file))) ?? WEIGHTS[0]
  const files = ['config.json', 'tokenizer.json', 'tokenizer_config.json', file].map(name => join(folder, name))
  return { dtype, files, missing: files.find(one => !existsSync(one)) }
}

/** Another once a file was replaced; undefined where one is missing. */
export function standing(modelDir: string): string | undefined {
  const { files, missing } = minilmFiles(modelDir)
  if (missing !== undefined) return undefined
  return files
    .map(file => statSync(file))
    .map(({ size, mtimeMs, ino }) => `${size}-${mtimeMs}-${ino}`)
    .join()
}
