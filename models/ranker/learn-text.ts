import type { SparseRows } from './sparse-rows.ts'

const WIDTH = 128

/**
 * Cosine of the words of products, each word weighed by how few have it (TF-IDF; Salton & Buckley 1988). Letters and digits of any script make words.
 * @param texts of each item; undefined for one without
 */
export function learnText(texts: readonly (string | undefined)[], n: number): SparseRows {
  const words = texts.map(text => [...new Set((text ?? '').toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])])
  const having = new Map<string, number[]>()
  for (const [i, all] of words.entries()) for (const word of all) having.set(word, [...(having.get(word) ?? []), i])
  const idf = (word: string) => Math.log(n / having.get(word)!.length)
  const norm = words.map(all => Math.sqrt(all.reduce((sum, word) => sum + idf(word) ** 2, 0)) || 1)
  const most = Math.min(WIDTH, n)
  const columns = new Uint16Array(n * most)
  const weights = new Float32Array(n * most)
  const sums = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    sums.fill(0)
    const met = new Set<number>()
    for (const word of words[i]!)
      for (const j of having.get(word)!) {
        met.add(j)
        sums[j]! += idf(word) ** 2
      }
    const best = [...met]
      .sort((a, b) => sums[b]! / norm[b]! - sums[a]! / norm[a]! || a - b)
      .slice(0, most)
      .sort((a, b) => a - b)
    columns.fill(best.at(-1) ?? 0, i * most, (i + 1) * most)
    for (const [k, j] of best.entries()) {
      columns[i * most + k] = j
      weights[i * most + k] = sums[j]! / norm[i]! / norm[j]!
    }
  }
  return { width: most, columns, weights }
}
