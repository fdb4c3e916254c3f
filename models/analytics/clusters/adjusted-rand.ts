/**
 * How far two clusterings of the same rows agree beyond chance (Hubert & Arabie 1985): 1 where they are the same but for numbering, about 0 where
 * one tells nothing of the other. 1 of two that are alike in having one cluster only, or only single rows, as in scikit-learn.
 */
export function adjustedRand(a: Int32Array, b: Int32Array): number {
  const [rows, columns] = [clustersOf(a), clustersOf(b)]
  const both = new Float64Array(rows * columns)
  const [ofA, ofB] = [new Float64Array(rows), new Float64Array(columns)]
  for (let i = 0; i < a.length; i++) {
    both[a[i]! * columns + b[i]!]!++
    ofA[a[i]!]!++
    ofB[b[i]!]!++
  }
  const [together, inA, inB] = [pairs(both), pairs(ofA), pairs(ofB)]
  const all = (a.length * (a.length - 1)) / 2
  const expected = all === 0 ? 0 : (inA / all) * inB
  const most = (inA + inB) / 2
  return most === expected ? 1 : (together - expected) / (most - expected)
}

function clustersOf(labels: Int32Array): number {
  let most = -1
  for (const label of labels) most = Math.max(most, label)
  return most + 1
}

function pairs(counts: Float64Array): number {
  let sum = 0
  for (const count of counts) sum += (count * (count - 1)) / 2
  return sum
}
