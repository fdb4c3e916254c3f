/** How often each class was taken for which: rows are what was true. */
export interface Confusion {
  readonly classes: readonly string[]
  readonly counts: readonly (readonly number[])[]
  /** Of each class, the harmonic mean of precision and recall; 0 where it was never named. */
  readonly f1: readonly number[]
  /** Their mean over the classes that are there: they count alike, however many of each there are. */
  readonly macroF1: number
  readonly accuracy: number
}

export function confusion(classes: readonly string[], pairs: Iterable<{ truth: string; said: string }>): Confusion {
  const counts = classes.map(() => classes.map(() => 0))
  for (const { truth, said } of pairs) counts[classes.indexOf(truth)]![classes.indexOf(said)]!++
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
  const f1 = classes.map((_, k) => {
    const named = sum(counts.map(row => row[k]!))
    const there = sum(counts[k]!)
    return named + there === 0 ? 0 : (2 * counts[k]![k]!) / (named + there)
  })
  const all = sum(counts.map(sum))
  return {
    classes,
    counts,
    f1,
    macroF1: sum(f1.filter((_, k) => sum(counts[k]!) > 0)) / counts.filter(row => sum(row) > 0).length,
    accuracy: all === 0 ? 0 : sum(counts.map((row, k) => row[k]!)) / all,
  }
}
