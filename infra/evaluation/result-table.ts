import type { Interval } from '../../models/evaluation/metrics.ts'
import type { Result } from './compare.ts'

/** The table people read: each recommender with its 95 % interval, and what may be said of the first against the others. */
export function resultTable(
  results: readonly Result[],
  k: number,
  includeSeen: boolean,
  difference: (one: Result, other: Result) => Interval,
): string {
  const head = ['', `NDCG@${k}`, '95 %', `HR@${k}`, `prec@${k}`, `recall@${k}`, `F1@${k}`, 'recall@20', 'coverage', 'Gini']
  const rows = results.map(({ name, ndcg, hitRate, precision, recall, f1, recall20, coverage, gini }) => [
    name,
    ndcg.mean.toFixed(4),
    `${ndcg.low.toFixed(4)}–${ndcg.high.toFixed(4)}`,
    ...[hitRate, precision, recall, f1, recall20, coverage, gini].map(value => value.toFixed(4)),
  ])
  const widths = head.map((_, c) => Math.max(...[head, ...rows].map(row => row[c]!.length)))
  const lines = [head, ...rows].map(row =>
    row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  '),
  )
  const [ours, ...others] = results as [Result, ...Result[]]
  const said = others.map(other => {
    const { mean, low, high } = difference(ours, other)
    const verdict = low > 0 ? 'better' : high < 0 ? 'worse' : 'not told apart'
    return `${ours.name} against ${other.name}: ${signed(mean)} NDCG@${k} (${signed(low)} to ${signed(high)}): ${verdict}`
  })
  return [`${includeSeen ? 'All items' : 'New items only'}, ${ours.users} users`, ...lines, '', ...said].join('\n').trimEnd()
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
