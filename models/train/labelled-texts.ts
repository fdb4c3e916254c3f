import { createHash } from 'node:crypto'
import type { Labelled } from '../text/text-classifier.ts'

/** Rows of `label<TAB>text` under a header, labels by the names they are given here. */
export const labelledTexts = (tsv: string, names: Readonly<Record<string, string>>): Labelled[] =>
  tsv
    .split('\n')
    .slice(1)
    .filter(line => line.includes('\t'))
    .map(line => {
      const tab = line.indexOf('\t')
      const label = line.slice(0, tab)
      return { label: names[label] ?? label, text: line.slice(tab + 1) }
    })

/** A tenth to be tested with, the same at every run, and the rest. By the row, not by the text: that is how the set itself was divided. */
export function heldBack(rows: readonly Labelled[]): { taught: Labelled[]; tested: Labelled[] } {
  const tenth = (row: number) => createHash('sha256').update(`held back ${row}`).digest()[0]! % 10 === 0
  return { taught: rows.filter((_, row) => !tenth(row)), tested: rows.filter((_, row) => tenth(row)) }
}
