import { expect, test } from 'vitest'
import { measureHnsw } from '../../bench/hnsw.ts'

test('recall@10 of 10,000 × 64 stays above 0.98 through 6,000 updates with a rebuild, and through a restart', async () => {
  const size = { vectors: 10_000, dims: 64, updates: 6000, queries: 100 }
  const results = await measureHnsw(size, { rounds: 1, seconds: 1, say: () => {} })
  const recalls = results.filter(({ case: name }) => name.startsWith('recall'))
  expect(recalls.length).toBe(3)
  for (const { case: when, ratio } of recalls) expect({ when, kept: ratio >= 0.98 }).toEqual({ when, kept: true })
}, 300_000)
