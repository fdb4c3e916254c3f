import { stat } from 'node:fs/promises'
import { FEATURES } from '../../models/ranker/features.ts'
import type { OutsideTrees } from '../../models/ranker/outside-trees.ts'
import { type OnnxTrees, openOnnxTrees } from './onnx-trees.ts'

/** Looks to let pass before a runtime that ended is started again: one that never answers is not waited for at every list. */
const PAUSE = 60

/** The trees from elsewhere that this instance has at hand; without any our own go on. */
export interface CurrentOnnx {
  readonly current: () => OutsideTrees | undefined
  /** Opens the file if it is another than before, and again where its runtime ended. */
  readonly look: () => Promise<void>
  readonly close: () => Promise<void>
}

/** @param path of the file; without one there is nothing to look at */
export function currentOnnx(
  path: string | undefined,
  warn: (message: string, details: Readonly<Record<string, unknown>>) => void,
  features: readonly string[] = FEATURES,
): CurrentOnnx {
  let held: OnnxTrees | undefined
  let opened: string | undefined
  let waited = 0

  async function look(): Promise<void> {
    if (path === undefined) return
    const broken = held?.broken()
    const mark = await markOf(path)
    if (mark === opened && (broken === undefined || ++waited < PAUSE)) return
    waited = 0
    if (broken !== undefined) warn('the trees of TARANG_RANKER_ONNX ended; they are opened again', { path, why: broken })
    const before = held
    held = undefined
    opened = mark
    await before?.close()
    try {
      held = await openOnnxTrees(path, features)
    } catch (error) {
      warn('TARANG_RANKER_ONNX cannot be used; our own trees go on', { path, why: (error as Error).message })
    }
  }

  return { current: () => held, look, close: async () => held?.close() }
}

/** What changes when a file does. */
async function markOf(path: string): Promise<string> {
  const { mtimeMs, size } = await stat(path).catch(() => ({ mtimeMs: 0, size: -1 }))
  return `${mtimeMs}:${size}`
}
