import { type Embedder, EmbedderUnavailable } from '../../models/embedding/embedder.ts'
import type { Clock } from '../../streams/clock.ts'
import { MINILM, minilmFiles, standing } from './minilm-files.ts'
import { FailedAtText, MinilmProcess, minilmChild } from './minilm-process.ts'
import { TextFaults } from './text-faults.ts'

const BACKOFF_MS = { first: 1000, most: 60_000 }

export interface MinilmModel {
  /** The embedder on a process that is up, started where there is none. @throws EmbedderUnavailable, at once while a start is waited with */
  current(): Promise<Embedder>
  close(): Promise<void>
}

/**
 * MiniLM (Wang et al. 2020, as sentence-transformers trained it) in a child process: a crash of native code, or running out of memory,
 * ends the child and not what folds. Started again with growing pauses; replaced once the files are others. A text at which one child
 * after the other fails is refused, so that those behind it get their vectors.
 *
 * @param program what the child runs
 */
export function minilmModel(modelDir: string, clock: Clock, program = minilmChild): MinilmModel {
  const faults = new TextFaults()
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
    const now = standing(modelDir)
    if (now !== files) faults.forget()
    files = now
    if (files === undefined)
      fail(`${minilmFiles(modelDir).missing} is missing: infra/models/fetch makes the folder that TARANG_MODEL_DIR names`)
    try {
      return await MinilmProcess.start(modelDir, clock, program)
    } catch (error) {
      return fail(`${MINILM} in ${modelDir} cannot be used: ${error instanceof Error ? error.message : error}`)
    }
  }

  /** By text. Who is suspected comes last: had the child before failed for another reason, this one would fail at another text. */
  async function ask(process: MinilmProcess, texts: readonly string[]): Promise<Map<string, Float32Array>> {
    const inTurn = [...texts.filter(text => !faults.suspects(text)), ...texts.filter(text => faults.suspects(text))]
    if (inTurn.length === 0) return new Map()
    try {
      const vectors = await process.ask(inTurn)
      failures = 0
      for (const text of inTurn) faults.passed(text)
      return new Map(inTurn.map((text, i) => [text, vectors[i]!]))
    } catch (error) {
      if (error instanceof FailedAtText) blame(inTurn, error)
      return fail(`the process of ${MINILM} failed: ${error instanceof Error ? error.message : error}`)
    }
  }

  function blame(texts: readonly string[], { index, code }: FailedAtText): void {
    for (const text of texts.slice(0, index)) faults.passed(text)
    faults.blame(texts[index]!, code)
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
          const said = [...new Set(texts)].filter(text => text.trim() !== '' && faults.refusal(text) === undefined)
          const vectors = await ask(process, said)
          return texts.map(text => vectors.get(text)?.slice() ?? new Float32Array(process.dims))
        },
        refusal: text => faults.refusal(text),
      }
    },
    close,
  }
}
