import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { currentOnnx } from '../../../infra/training/current-onnx.ts'
import { MOST_ROWS } from '../../../infra/training/onnx-messages.ts'
import { type OnnxTrees, openOnnxTrees } from '../../../infra/training/onnx-trees.ts'
import type { Tree } from '../../../models/boosted-trees.ts'
import { askForest, forestOf } from '../../../models/forest.ts'
import { Random } from '../../../models/random.ts'
import told from '../../fixtures/onnx/small-ranker.json' with { type: 'json' }

// A worker that loads a runtime is a process's worth of start-up, and machines are busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Made by models/train/train-xgboost.py from 120 lists of 12 rows of these features; beside it the trees as XGBoost tells them. */
const fixture = join(import.meta.dirname, '../../fixtures/onnx/small-ranker.onnx')
const FEATURES = ['together', 'buyers', 'days since bought', 'times bought', 'price']

interface Told {
  readonly left_children: readonly number[]
  readonly right_children: readonly number[]
  readonly split_indices: readonly number[]
  readonly split_conditions: readonly number[]
  readonly default_left: readonly number[]
}

/**
 * A tree of XGBoost's as one of ours, exactly. Theirs goes left below a value: ours at most the number before it. Theirs has a side for
 * what is missing, ours goes left: so a node that asks for what is missing (above −∞ or not a number) stands before each of theirs.
 */
function ours(tree: Told): Tree {
  const inner = tree.left_children.flatMap((left, at) => (left === -1 ? [] : [at]))
  const leaves = tree.left_children.flatMap((left, at) => (left === -1 ? [at] : []))
  const to = (at: number) => (tree.left_children[at] === -1 ? ~leaves.indexOf(at) : 2 * inner.indexOf(at))
  const pairs = <T>(first: (at: number) => T, second: (at: number) => T) => inner.flatMap(at => [first(at), second(at)])
  const way = (at: number, left: boolean) => to(left ? tree.left_children[at]! : tree.right_children[at]!)
  return {
    feature: pairs(
      at => tree.split_indices[at]!,
      at => tree.split_indices[at]!,
    ),
    threshold: pairs(
      () => Number.NEGATIVE_INFINITY,
      at => before(tree.split_conditions[at]!),
    ),
    left: pairs(
      at => way(at, Boolean(tree.default_left[at])),
      at => way(at, true),
    ),
    right: pairs(
      at => 2 * inner.indexOf(at) + 1,
      at => way(at, false),
    ),
    leaves: leaves.map(at => tree.split_conditions[at]!),
  }
}

/** The float32 just below a number's own. */
function before(value: number): number {
  const bits = new Int32Array(new Float32Array([value]).buffer)
  if (value === 0) return -1.401298464324817e-45
  bits[0]! += value > 0 ? -1 : 1
  return new Float32Array(bits.buffer)[0]!
}

function rows(count: number): Float32Array {
  const random = new Random('rows')
  return Float32Array.from({ length: count * FEATURES.length }, (_, at) => {
    if (random.chance(0.15)) return Number.NaN
    return at % FEATURES.length === 3 ? random.int(0, 6) : (random.float() - 0.5) * 12
  })
}

describe('trees in an ONNX file', () => {
  let trees: OnnxTrees
  beforeAll(async () => {
    trees = await openOnnxTrees(fixture, FEATURES)
  })
  afterAll(() => trees.close())

  test.each(['fresh', 'all'] as const)(
    'of the judge %s say what the same trees say in our forest, of what is missing too',
    judge => {
      const values = rows(MOST_ROWS + 300)
      const forest = forestOf((told[judge] as unknown as readonly Told[]).map(ours))
      const plain = askForest(forest, values, FEATURES.length)
      const said = trees.ask(judge, values)!
      expect(said.length).toBe(MOST_ROWS + 300)
      for (const [row, score] of said.entries()) expect(score).toBeCloseTo(plain[row]!, 5)
      expect(new Set(said).size).toBeGreaterThan(10)
    },
  )

  test('of no rows nothing is said', () => {
    expect(trees.ask('all', new Float32Array(0))).toEqual(new Float64Array(0))
  })
})

describe('a file that cannot be used says why', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tarang-onnx-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('where none is', async () => {
    await expect(openOnnxTrees(join(folder, 'none.onnx'))).rejects.toThrow(/none\.onnx cannot be read \(ENOENT\)/)
  })

  test('where it is no model', async () => {
    const path = join(folder, 'noise.onnx')
    await writeFile(path, 'not a model')
    await expect(openOnnxTrees(path)).rejects.toThrow(/noise\.onnx cannot be used: /)
  })

  test('where it takes another number of features, or as many of other names', async () => {
    await expect(openOnnxTrees(fixture)).rejects.toThrow(/it takes 5 features and this version has \d+/)
    await expect(openOnnxTrees(fixture, [...FEATURES].reverse())).rejects.toThrow(/features of other names/)
  })

  test('our own trees go on, told once, until a file is there that can be used', async () => {
    const path = join(folder, 'ranker.onnx')
    const warned: unknown[] = []
    const onnx = currentOnnx(path, (_, { why }) => warned.push(why), FEATURES)
    await onnx.look()
    await onnx.look()
    expect([onnx.current(), warned.length]).toEqual([undefined, 1])
    await cp(fixture, path)
    await onnx.look()
    expect(onnx.current()?.ask('all', rows(3))?.length).toBe(3)
    await writeFile(path, 'damaged')
    await onnx.look()
    expect([onnx.current(), warned.length]).toEqual([undefined, 2])
    await onnx.close()
  })
})

test('who was closed says nothing more, at once', async () => {
  const trees = await openOnnxTrees(fixture, FEATURES)
  await trees.close()
  expect([trees.ask('all', rows(2)), trees.broken()]).toEqual([undefined, 'it was closed'])
})
