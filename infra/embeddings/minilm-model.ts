import { type Embedder, EmbedderUnavailable } from '../../models/embedding/embedder.ts'
import type { Clock } from '../../streams/clock.ts'
import { MINILM, minilmFiles, standing } from './minilm-files.ts'
import { MinilmProcess } from './minilm-process.ts'

const BACKOFF_MS = { first: 1000, most: 60_000 }

export interface MinilmModel {
  /** The embedder on a process that is up, started where there is none. @throws EmbedderUnavailable, at once while a start is waited with */
  current(): Promise<Embedder>
  close(): Promise<void>
}

/**
 * MiniLM (Wang et al. 2020, as sentence-transformers trained it) in a child process: a crash of native code, or running out of memory,
 * ends the child and not what folds. Started again with growing pauses; replaced once the files are others.
 */
export function minilmModel(modelDir: string, clock: Clock): MinilmModel {
  let up: MinilmProcess | undefined
  let starting: Promise<MinilmProcess> | undefined
  let files: string | undefined
  let failures = 0
  let again = Number.NEGATIVE_INFINITY
  let reason = ''

  function fail(why: string): never {
    reason = why
    again = clock.monotonic() + Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** failures++)
    throw new EmbedderUnavailable(why)
  }

  async function start(): Promise<MinilmProcess> {
    if (clock.monotonic() < again) throw new EmbedderUnavailable(reason)
    files = standing(modelDir)
    if (files === undefined)
      fail(`${minilmFiles(modelDir).missing} is missing: infra/models/fetch makes the folder that TARANG_MODEL_DIR names`)
    try {
      return await MinilmProcess.start(modelDir, clock)
    } catch (error) {
      return fail(`${MINILM} in ${modelDir} cannot be used: ${error instanceof Error ? error.message : error}`)
    }
  }

  async function close(): Promise<void> {
    const was = up
    up = undefined
    await was?.stop()
  }

  return {
    async current() {
      if (up !== undefined && (up.ended !== undefined || standing(modelDir) !== files)) await close()
      starting ??= up === undefined ? start().finally(() => (starting = undefined)) : undefined
      const process = up ?? (await starting!)
      up = process
      return {
        space: process.space,
        dims: process.dims,
        async embed(texts) {
          const said = texts.filter(text => text.trim() !== '')
          try {
            const vectors = said.length === 0 ? [] : await process.ask(said)
            failures = 0
            const bySaid = new Map(said.map((text, i) => [text, vectors[i]!]))
            return texts.map(text => bySaid.get(text)?.slice() ?? new Float32Array(process.dims))
          } catch (error) {
            return fail(`the process of ${MINILM} failed: ${error instanceof Error ? error.message : error}`)
          }
        },
      }
    },
    close,
  }
}
