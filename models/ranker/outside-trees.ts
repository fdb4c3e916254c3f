/** Which of the two judges trees are for (judge.ts). */
export type JudgeName = 'fresh' | 'all'

/** Trees that were grown elsewhere, from rows that `tarang export-features` wrote, and are asked by a runtime that is not ours. */
export interface OutsideTrees {
  /** Of the file they are in: judges that were found better with them are asked with them and no others. */
  readonly digest: string
  /** What they say of each row of features; undefined when they cannot be asked: then our own trees are. @param values row-major */
  ask(judge: JudgeName, values: Float32Array): Float64Array | undefined
}
